"""What is said about a set of answers: confused pairs, scores of each digit, calibration; lines of text.

The scores stand in columns as wide as those of the confusion matrix, so that they can stand right under it.
"""

from collections.abc import Sequence

import numpy as np

from nn.metrics import CalibrationBin, DigitScore, IntArray, expected_calibration_error
from tui.answering.answers import Answers
from tui.answering.image_words import percent
from tui.terminal.display import Display, Marks
from tui.widgets.confusion_grid import CELL_WIDTH, DIGITS
from tui.widgets.probability_bars import bar

_WIDE_BAR, _NARROW_BAR = 24, 8


def cell_words(matrix: IntArray, true: int, predicted: int) -> str:
    """One cell of the matrix in at most 22 cells, the first blank: ` 4 as 9: 12, 1.2 %` of all the 4s."""
    count, images = int(matrix[true, predicted]), int(matrix[true].sum())
    share = f", {100 * count / images:.1f} %" if images else ""
    return f" {true} as {predicted}: {count}{share}"


def confused_pairs(matrix: IntArray, most: int) -> list[str]:
    """The pairs taken for each other most often, at most `most`: ` 4 read as 9: 12 times`."""
    mistakes = matrix * (1 - np.eye(DIGITS, dtype=np.int64))
    order = np.argsort(-mistakes, axis=None, kind="stable")[:most]
    pairs = [(*divmod(int(place), DIGITS), int(mistakes.flat[place])) for place in order]
    lines = [
        f" {true} read as {predicted}: {count} {'time' if count == 1 else 'times'}"
        for true, predicted, count in pairs
        if count
    ]
    return lines or [" nothing is confused"]


def score_lines(scores: Sequence[DigitScore]) -> list[str]:
    """Precision, recall and F1 of each digit in per cent, and what they mean: 8 lines of at most 54 cells."""
    rows = {
        "": [str(score.digit) for score in scores],
        "prec": [_short_percent(score.precision) for score in scores],
        "rec": [_short_percent(score.recall) for score in scores],
        "F1": [_short_percent(score.f1) for score in scores],
        "n": [_short_count(score.support) for score in scores],
    }
    return [
        *(
            "".join([name[:3].ljust(4), *(cell.rjust(CELL_WIDTH - 1) + " " for cell in row)]).rstrip()
            for name, row in rows.items()
        ),
        "precision: of its answers 4, how many % are a 4",
        "recall: of the images of a 4, how many % it finds",
        "F1: their harmonic mean; n: images of the digit",
    ]


def calibration_lines(groups: Sequence[CalibrationBin], display: Display, *, tall: bool) -> list[str]:
    """ECE and, for each range of confidence, how often the answers were right: surest first."""
    error = expected_calibration_error(list(groups))
    head = f"ECE {error:.3f}: confidence is off by {100 * error:.1f} points on average"
    meaning = f"{'sure':>8} {'right':>7} (bar; {_sign(display)}: how sure)"
    if tall:
        rows = [f"{_range(group)} {_bar(group, _WIDE_BAR, display)} {group.count:>8,}" for group in groups]
        return [head, meaning.ljust(44) + "images", *reversed(rows)]
    cells = [f"{_range(group)} {_bar(group, _NARROW_BAR, display)}" for group in reversed(groups)]
    half = -(-len(cells) // 2)
    pairs = zip(cells[:half], [*cells[half:], ""], strict=False)
    return [head, meaning, *(f"{left} {right}".rstrip() for left, right in pairs)]


def image_lines(answers: Answers, index: int, marks: Marks) -> list[str]:
    """One wrong answer in three lines of at most 22 cells."""
    if answers.probabilities is None or answers.predicted is None or answers.losses is None:
        return []
    true, predicted = int(answers.labels[index]), int(answers.predicted[index])
    shares = answers.probabilities[index].astype(np.float64)
    second, first = np.sort(shares)[-2:]
    mark = marks.right if true == predicted else marks.wrong
    return [
        f"image {index} {mark} {true} as {predicted}",
        f"loss {abs(answers.losses[index]):.2f}: -ln {percent(shares[true])}",
        f"margin {first - second:.3f}, 1st-2nd",
    ]


def _short_percent(share: float) -> str:
    return f"{share * 100:.0f}" if share >= 0.9995 else f"{share * 100:.1f}"


def _short_count(count: int) -> str:
    return str(count) if count < 10_000 else f"{count // 1000}k"


def _range(group: CalibrationBin) -> str:
    span = f"{group.low * 100:.0f}-{group.high * 100:.0f} %"
    return f"{span:>8} {group.accuracy * 100:5.1f} %"


def _bar(group: CalibrationBin, width: int, display: Display) -> str:
    """How many are right as a bar, with a sign where they would be if it were as good as it is sure."""
    drawn = list(bar(group.accuracy, width, display))
    drawn[min(int(group.confidence * width), width - 1)] = _sign(display)
    return "".join(drawn)


def _sign(display: Display) -> str:
    return "|" if display.ascii else "│"
