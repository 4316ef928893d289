"""What is said about one image and its answer, with each number explained where it stands."""

import numpy as np

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
    margin = f"margin {first - second:.3f}" + ("" if disagree else f" = {percent(first)} - {percent(second)}")
    verdict = "right" if predicted == true else f"{marks.wrong} wrong"
    return [
        f"image {index}: true {true}, answer {predicted}, {percent(first)} {verdict}",
        f"loss {abs(answers.losses[index]):.3f} = -ln of {exact(shares[true])}, given to the {true}",
        f"{margin}, entropy {answers.entropies[index]:.2f}{'; raters disagree' if disagree else ''}",
    ]


def percent(share: float) -> str:
    """A fraction as per cent with one decimal; what is nearer to none or to all than that says so."""
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.9995 <= share < 1:
        return ">99.9 %"
    return f"{share * 100:.1f} %"


def exact(share: float) -> str:
    """The same for a share whose logarithm is told: below 0.1 % `1.8e-05`, so that it can be checked."""
    return f"{share:.1e}" if 0 < share < 0.001 else percent(share)
