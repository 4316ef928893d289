"""What is said about one image and its answer, with each number explained where it stands."""

import numpy as np
import numpy.typing as npt

from tui.answering.answers import Answers
from tui.terminal.display import Marks


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
    """Under a thumbnail of a wrong answer, 14 cells at most: true digit, answer, loss; or that raters disagree."""
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
    if answers.probabilities is None or answers.predicted is None or answers.losses is None:
        return [f"image {index}: true {true}{', raters disagree' if disagree else ''}"]
    shares = answers.probabilities[index].astype(np.float64)
    second, first = np.sort(shares)[-2:]
    predicted = int(answers.predicted[index])
    margin = f"margin {first - second:.3f}" + ("" if disagree else f" = {percent(first)} - {percent(second)}")
    verdict = "right" if predicted == true else f"{marks.wrong} wrong"
    return [
        f"image {index}: true {true}, answer {predicted}, {percent(first)} {verdict}",
        f"loss {abs(answers.losses[index]):.3f} = -ln of {percent(shares[true])}, given to the {true}",
        f"{margin}, entropy {entropy(shares):.2f}{'; raters disagree' if disagree else ''}",
    ]


def entropy(shares: npt.NDArray[np.float64]) -> float:
    """-sum p ln p of ten probabilities: 0 is sure, ln 10 = 2.30 knows nothing."""
    known = shares[shares > 0]
    return abs(float((known * np.log(known)).sum()))


def percent(share: float) -> str:
    """A fraction as per cent with one decimal; what is less than that says so."""
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{share * 100:.1f} %"
