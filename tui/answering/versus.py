"""Two runs on the same images: four groups of images, and what is said about them.

The run on screen is the second of the two: an image is fixed where it is right and the other run was not.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from nn.arrays import BoolArray
from nn.explain.comparison import Comparison, compare
from nn.metrics import IntArray
from tui.answering.answers import Answers
from tui.answering.other_runs import OtherRun
from tui.terminal.display import Display

SURE = 0.05  # a smaller p-value is taken for more than chance, as is usual
WIDTH = 53


class Part(StrEnum):
    """Where an image belongs; the values are the words shown."""

    BOTH_RIGHT = "both right"
    FIXED = "fixed"
    BROKEN = "broken"
    BOTH_WRONG = "both wrong"


# Rows: the run on screen is right, is wrong; columns: the other run is.
TABLE = ((Part.BOTH_RIGHT, Part.FIXED), (Part.BROKEN, Part.BOTH_WRONG))


@dataclass(frozen=True, eq=False)
class Versus:
    """The answers on screen, which must be there, against those of another run."""

    answers: Answers
    other: OtherRun

    @cached_property
    def counts(self) -> Comparison:
        """How many images are in each part."""
        return compare(self._other_right, self._right)

    def count(self, part: Part) -> int:
        """How many images are in one part."""
        counts = self.counts
        return {
            Part.BOTH_RIGHT: counts.both_right,
            Part.FIXED: counts.fixed,
            Part.BROKEN: counts.broken,
            Part.BOTH_WRONG: counts.both_wrong,
        }[part]

    def members(self, part: Part) -> IntArray:
        """The indices of the images in one part, the largest loss on screen first."""
        right, other_right = self._right, self._other_right
        inside = {
            Part.BOTH_RIGHT: right & other_right,
            Part.FIXED: right & ~other_right,
            Part.BROKEN: ~right & other_right,
            Part.BOTH_WRONG: ~right & ~other_right,
        }[part]
        assert self.answers.worst_first is not None
        return self.answers.worst_first[inside[self.answers.worst_first]]

    def caption(self, index: int, display: Display) -> str:
        """Under a thumbnail, at most 14 cells: true digit, the other run's answer, that on screen."""
        assert self.answers.predicted is not None
        was, now = self.other.predicted[index], self.answers.predicted[index]
        return f"{display.marks.true}{self.answers.labels[index]} {was} to {now}"

    @property
    def _right(self) -> BoolArray:
        assert self.answers.right is not None
        return self.answers.right

    @property
    def _other_right(self) -> BoolArray:
        return self.other.predicted == self.answers.labels


def head_lines(versus: Versus, name: str, display: Display) -> list[str]:
    """Which runs these are: two lines of at most 53 cells."""
    other = versus.other
    of = f", {other.place + 1} of {other.count}" if other.count > 1 else ""
    return [
        _named("this run: ", name, f", epoch {versus.answers.epoch}", display),
        _named("other run: ", other.label, f", epoch {other.epoch}{of}", display),
    ]


def chance_lines(counts: Comparison) -> list[str]:
    """McNemar's test in two lines of at most 53 cells."""
    differing = counts.fixed + counts.broken
    if not differing:
        return ["no image tells them apart: both are right on the same", ""]
    verdict = "more than chance" if counts.p_value < SURE else "may be chance"
    return [
        f"if both were as good, {counts.fixed:,} to {counts.broken:,} or more uneven",
        f"has p {_p_words(counts.p_value)} (McNemar, exact): {verdict}",
    ]


def _named(before: str, name: str, after: str, display: Display) -> str:
    room = WIDTH - len(before) - len(after)
    return before + display.printable(name)[:room] + after


def _p_words(p_value: float) -> str:
    if p_value >= 0.001:
        return f"= {p_value:.3f}"
    return f"= {p_value:.0e}".replace("e-0", "e-") if p_value >= 1e-9 else "< 1e-9"
