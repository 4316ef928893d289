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
    """Under a thumbnail of a wrong answer, at most 14 cells: true digit, answer, loss."""
    if answers.predicted is None or answers.losses is None:
        return ""
    digits = f"{marks.true}{answers.labels[index]}{marks.predicted}{answers.predicted[index]}"
    return f"{digits} loss {answers.losses[index]:.1f}"


def facts(answers: Answers, index: int, marks: Marks) -> list[str]:
    """Index, true digit, answer, loss and margin, a line each; the first alone without answers."""
    true = int(answers.labels[index])
    if answers.probabilities is None or answers.predicted is None or answers.losses is None:
        return [f"image {index}: true {true}"]
    shares = answers.probabilities[index].astype(np.float64)
    second, first = np.sort(shares)[-2:]
    predicted = int(answers.predicted[index])
    verdict = "right" if predicted == true else f"{marks.wrong} wrong"
    return [
        f"image {index}: true {true}, answer {predicted}, {percent(first)} {verdict}",
        f"loss {abs(answers.losses[index]):.3f} = -ln of {percent(shares[true])}, given to the {true}",
        f"margin {first - second:.3f} = first {percent(first)} - second {percent(second)}",
    ]


def percent(share: float) -> str:
    """A fraction as per cent with one decimal; what is less than that says so."""
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{share * 100:.1f} %"
