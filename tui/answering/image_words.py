"""What is said about one image and its answer, with each number explained where it stands."""

from textwrap import wrap

import numpy as np

from nn.metrics import SMALLEST
from tui.answering.answers import Answers
from tui.numbers import probability
from tui.terminal.display import Marks

_BLANK = "\0"  # stands for a blank at which no line ends


def caption(answers: Answers, index: int, marks: Marks) -> str:
    """Under a thumbnail, at most 14 cells: index, true digit, and the answer where it differs."""
    true = int(answers.labels[index])
    if answers.predicted is None:
        return f"{index} {marks.true}{true}"
    predicted = int(answers.predicted[index])
    if predicted == true:
        return f"{index} {marks.true}{true} {marks.right}"
    return f"{index} {marks.true}{true}{marks.predicted}{predicted} {marks.wrong}"


def loss_caption(answers: Answers, index: int, marks: Marks) -> str:
    """Under a wrong answer, 14 cells at most: true digit, answer, loss; or that raters disagree."""
    if answers.predicted is None or answers.losses is None:
        return ""
    digits = f"{marks.true}{answers.labels[index]}{marks.predicted}{answers.predicted[index]}"
    if answers.raters_disagree[index]:
        return f"{digits} disagree"
    return f"{digits} loss {answers.losses[index]:.1f}"


def facts(answers: Answers, index: int, marks: Marks) -> list[str]:
    """Index, true digit and answer; loss; margin and entropy; only the first line without answers."""
    true = int(answers.labels[index])
    disagree = bool(answers.raters_disagree[index])
    if (
        answers.probabilities is None
        or answers.predicted is None
        or answers.losses is None
        or answers.entropies is None
    ):
        return [f"image {index}: true {true}{', raters disagree' if disagree else ''}"]
    shares = answers.probabilities[index].astype(np.float64)
    second, first = np.sort(shares)[-2:]
    predicted = int(answers.predicted[index])
    lead = f"margin {margin(first - second)}" + (
        "" if disagree else f" = {probability(first)} - {probability(second)}"
    )
    verdict = "right" if predicted == true else f"{marks.wrong} wrong"
    return [
        f"image {index}: true {true}, answer {predicted}, {probability(first)} {verdict}",
        f"loss {abs(answers.losses[index]):.3f} = -ln of {exact(shares[true])}, given to the {true}",
        f"{lead}, entropy {answers.entropies[index]:.2f}{'; raters disagree' if disagree else ''}",
    ]


def exact(share: float, least: float = SMALLEST) -> str:
    """A probability whose logarithm is told: below 0.1 % `1.8e-05`, so that it can be checked.

    What is below `least` had the logarithm of that taken.
    """
    if share < least:
        return f"<{least:.0e}"
    return f"{share:.1e}" if share < 0.001 else probability(share)


def margin(lead: float) -> str:
    """The largest probability minus the second; never `1.000`, and `0.000` only where they are alike."""
    if lead == 0:
        return "0.000"
    return ">0.999" if lead >= 0.9995 else "<0.001" if lead < 0.0005 else f"{lead:.3f}"


def folded(line: str, width: int) -> list[str]:
    """A line as several of at most `width` cells, with each per cent sign beside its number."""
    return [part.replace(_BLANK, " ") for part in wrap(line.replace(" %", f"{_BLANK}%"), width)]
