"""What is said about refusing to answer where the network is unsure: how much is refused, how much is right.

A refusal costs an answer and spares a mistake; both are given as shares of all images.
"""

from collections.abc import Sequence
from math import ceil

import numpy as np

from nn.explain.calibration import Refusal, answering_most, refusing
from tui.numbers import percent
from tui.training.chart import Curve

SHARES = (0.01, 0.02, 0.05)
AIMS = (0.995, 0.999)
MOST_POINTS = 400  # more than any chart has columns


def refusal_lines(curve: Sequence[Refusal]) -> list[str]:
    """Sentences on what refusing buys, of at most 53 cells each: 5 lines, none without images."""
    if not curve:
        return []
    return [_share_words(curve, share) for share in SHARES] + [_aim_words(curve, aim) for aim in AIMS]


def refusal_curve(curve: Sequence[Refusal]) -> Curve:
    """Accuracy in per cent against the share answered in per cent, for a chart."""
    apart = max(1, ceil(len(curve) / MOST_POINTS))
    points = [*curve[::apart], *curve[-1:]]
    return Curve(
        np.array([100 * point.answered for point in points]),
        np.array([100 * point.accuracy for point in points]),
        "% right (up) of the % answered (across)",
        "train",
    )


def _share_words(curve: Sequence[Refusal], share: float) -> str:
    left = percent(refusing(curve, share).accuracy, 2)
    return f"refusing the {100 * share:.0f} % least sure leaves {left} right"


def _aim_words(curve: Sequence[Refusal], aim: float) -> str:
    reached = answering_most(curve, aim)
    name = f"{100 * aim:g} % right"
    if reached is None:
        return f"{name}: out of reach, however few it answers"
    if reached.answered == 1:
        return f"{name}: refuse none"
    refused = percent(1 - reached.answered, 2)
    return f"{name}: refuse {refused}, all below {percent(reached.confidence, 2)} sure"
