"""What is said about one image and its answer, with each number explained where it stands."""

import math
from textwrap import wrap

import numpy as np

from nn.metrics import least_known
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
    if answers.predicted is None or answers.probabilities is None:
        return ""
    digits = f"{marks.true}{answers.labels[index]}{marks.predicted}{answers.predicted[index]}"
    if answers.raters_disagree[index]:
        return f"{digits} disagree"
    share, least = answers.probabilities[index, answers.labels[index]], least_known(answers.probabilities)
    # What is capped has a sign more, for which only the blank leaves room.
    return f"{digits} loss {loss(share, least, 1)}".replace("loss >", "loss>")


def facts(answers: Answers, index: int, marks: Marks) -> list[str]:
    """Index, true digit and answer; loss; margin and entropy; only the first line without answers."""
    true = int(answers.labels[index])
    disagree = bool(answers.raters_disagree[index])
    if answers.probabilities is None or answers.predicted is None or answers.entropies is None:
        return [f"image {index}: true {true}{', raters disagree' if disagree else ''}"]
    shares, least = answers.probabilities[index].astype(np.float64), least_known(answers.probabilities)
    second, first = np.sort(shares)[-2:]
    predicted = int(answers.predicted[index])
    lead = f"margin {margin(first - second)}" + (
        "" if disagree else f" = {probability(first)} - {probability(second)}"
    )
    verdict = "right" if predicted == true else f"{marks.wrong} wrong"
    return [
        f"image {index}: true {true}, answer {predicted}, {probability(first)} {verdict}",
        f"loss {loss(shares[true], least)} = -ln of {exact(shares[true], least)}, given to the {true}",
        f"{lead}, entropy {answers.entropies[index]:.2f}{'; raters disagree' if disagree else ''}",
    ]


def loss(share: float, least: float, decimals: int = 3) -> str:
    """-ln of a share; of one below `least`, where it is not told from 0, what it is at least: `>16.1`."""
    if share < least:
        return f">{cap(least)}"
    return f"{abs(math.log(share)):.{decimals}f}"


def cap(least: float) -> str:
    """-ln of the least share, cut to one decimal, so that what is more than it is more than this."""
    return f"{math.floor(-10 * math.log(least)) / 10:.1f}"


def exact(share: float, least: float) -> str:
    """A probability whose logarithm is told: below 0.1 % `1.8e-05`, so that it can be checked.

    Of what is below `least` only that is known.
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
