"""What is said about a set of answers: confused pairs, scores of each digit, one answer; lines of text.

The scores stand in columns as wide as those of the confusion matrix, so that they can stand right under it.
"""

import numpy as np

from nn.config import CLASSES
from nn.metrics import IntArray, least_known
from tui.answering.answers import Answers
from tui.answering.image_words import exact, loss, margin
from tui.answering.looking import GOES_ON, epoch_words
from tui.numbers import percent
from tui.session import Session
from tui.terminal.display import Display, Marks

STATE_WIDTH = 54
CELL_WORDS_WIDTH = 22
CELL_WIDTH = 5  # of the confusion matrix, a blank after its figure


def state_words(session: Session, answers: Answers, display: Display) -> str:
    """Which set, how many are wrong, and after which epoch, in `STATE_WIDTH` cells.

    Where that is too narrow for the key that goes on, it is left out.
    """
    wrong = 0 if answers.right is None else int(np.count_nonzero(~answers.right))
    share = percent(wrong / len(answers), 2) if len(answers) else ""
    parts = (answers.set_name, f"{wrong:,} wrong, {share}", epoch_words(session))
    words = display.separator.join(parts)
    return words if len(words) <= STATE_WIDTH else words.removesuffix(GOES_ON)


def cell_words(matrix: IntArray, true: int, predicted: int) -> str:
    """One cell of the matrix in `CELL_WORDS_WIDTH` cells, the first blank: ` 4 as 9: 12, 1.2 %` of the 4s."""
    count, images = int(matrix[true, predicted]), int(matrix[true].sum())
    share = f", {percent(count / images)}" if images else ""
    return f" {true} as {predicted}: {count}{share}"


def confused_pairs(matrix: IntArray, most: int) -> list[str]:
    """The pairs taken for each other most often, at most `most`: ` 4 as 9: 12 times`."""
    mistakes = matrix * (1 - np.eye(CLASSES, dtype=np.int64))
    order = np.argsort(-mistakes, axis=None, kind="stable")[:most]
    pairs = [(*divmod(int(place), CLASSES), int(mistakes.flat[place])) for place in order]
    lines = [
        f" {true} as {predicted}: {count} {'time' if count == 1 else 'times'}"
        for true, predicted, count in pairs
        if count
    ]
    return lines or [" nothing is confused"]


def score_lines(answers: Answers) -> list[str]:
    """Precision, recall and F1 of each digit in per cent, and what is right: 8 lines of at most 54 cells."""
    scores = answers.scores
    rows = {
        "": [str(score.digit) for score in scores],
        "pre": [_short_percent(score.precision) for score in scores],
        "rec": [_short_percent(score.recall) for score in scores],
        "F1": [_short_percent(score.f1) for score in scores],
        "n": [_short_count(score.support) for score in scores],
    }
    return [
        *(
            "".join([name.ljust(4), *(cell.rjust(CELL_WIDTH - 1) + " " for cell in row)]).rstrip()
            for name, row in rows.items()
        ),
        "precision: of its answers 4, % that are a 4",
        "recall: of the 4s, % it finds; F1: harmonic mean",
        _right_words(answers),
    ]


def image_lines(answers: Answers, index: int, marks: Marks) -> list[str]:
    """One answer in three lines of at most 22 cells; in four where raters disagree on the digit."""
    if answers.probabilities is None or answers.predicted is None:
        return []
    true, predicted = int(answers.labels[index]), int(answers.predicted[index])
    shares = answers.probabilities[index].astype(np.float64)
    second, first = np.sort(shares)[-2:]
    mark = marks.right if true == predicted else marks.wrong
    share, least = shares[true], least_known(answers.probabilities)
    decimals = 2 if share >= 0.001 else 1  # a loss from 6.9 on has as many digits that matter
    doubt = ["human raters disagree"] if answers.raters_disagree[index] else []
    return [
        f"image {index} {mark} {true} as {predicted}",
        *doubt,
        f"loss {loss(share, least, decimals)}: -ln {exact(share, least)}",
        f"margin {margin(first - second)}, 1st-2nd",
    ]


def _right_words(answers: Answers) -> str:
    """The accuracy, and that without the images on which raters disagree, where there are such."""
    right, doubtful = answers.right, answers.raters_disagree
    if right is None or not len(right):
        return ""
    told = f"right {percent(float(right.mean()), 2)}"
    if not doubtful.any():
        return f"{told}: {np.count_nonzero(right):,} of {len(right):,}"
    rest = percent(float(right[~doubtful].mean()), 2) if not doubtful.all() else "none left"
    return f"{told}; {rest} without the {np.count_nonzero(doubtful)} raters dispute"


def _short_percent(share: float) -> str:
    """Three digits of a per cent; not quite all is 99.9."""
    return "100" if share == 1 else f"{min(share * 100, 99.9):.1f}"


def _short_count(count: int) -> str:
    return str(count) if count < 10_000 else f"{count // 1000}k"
