"""Ten bars, one a digit: how sure the network is, with the true and the predicted digit marked.

Only lines that changed are painted again.
"""

import math
from collections.abc import Sequence
from typing import ClassVar, Unpack

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from nn.config import CLASSES
from tui.numbers import probability
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.strip_diff import changed_regions

_LABEL_WIDTH = 5  # two marks, the digit and a space on both sides
_VALUE_WIDTH = 8  # " >99.9 %"
_WIDEST = 60  # cells: longer bars say no more and cost more
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(fraction: float, width: int, display: Display) -> str:
    """A bar of `fraction` in [0, 1] of `width` cells, to an eighth of a cell (a whole one in ASCII)."""
    fraction = min(max(fraction, 0.0), 1.0) if math.isfinite(fraction) else 0.0
    if display.ascii:
        return ("#" * round(fraction * width)).ljust(width)
    full, eighths = divmod(round(fraction * width * 8), 8)
    return ("█" * full + (_EIGHTHS[eighths] if eighths else "")).ljust(width)


class ProbabilityBars(Widget):
    """Shows ten probabilities (or none: an empty pad has no answer)."""

    DEFAULT_CSS = """
    ProbabilityBars { box-sizing: content-box; width: 1fr; height: 10; min-width: 20; color: $text; }
    ProbabilityBars > .probability-bars--bar { color: $text-muted; }
    ProbabilityBars > .probability-bars--predicted { color: $text-warning; text-style: bold; }
    ProbabilityBars > .probability-bars--true { color: $text-primary; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "probability-bars--bar",
        "probability-bars--predicted",
        "probability-bars--true",
    }

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self.display_mode = display
        self._probabilities: tuple[float, ...] | None = None
        self._true: int | None = None
        self._trails: tuple[str, ...] = ("",) * CLASSES

    @property
    def predicted(self) -> int | None:
        """The digit with the largest probability; None without an answer (or with one that is not finite)."""
        shares = self._probabilities
        if shares is None or not all(map(math.isfinite, shares)):
            return None
        return max(range(CLASSES), key=shares.__getitem__)

    def set_probabilities(
        self,
        probabilities: Sequence[float] | None,
        true: int | None = None,
        trails: Sequence[str] = ("",) * CLASSES,
    ) -> None:
        """Show ten fractions, or None for no answer; `true` is the true digit where it is known.

        `trails` are ten texts of one width that stand behind the fractions. Raises ValueError unless there
        are exactly ten of both.
        """
        if probabilities is not None and len(probabilities) != CLASSES:
            raise ValueError(f"{len(probabilities)} probabilities were given; there must be {CLASSES}.")
        if len(trails) != CLASSES:
            raise ValueError(f"{len(trails)} trails were given; there must be {CLASSES}.")
        before = [Strip(self._line(digit)) for digit in range(CLASSES)] if self.is_mounted else []
        self._probabilities = None if probabilities is None else tuple(float(p) for p in probabilities)
        self._true, self._trails = true, tuple(trails)
        if before:
            after = [Strip(self._line(digit)) for digit in range(CLASSES)]
            if regions := changed_regions(before, after):
                self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """One digit: marks, digit, bar, per cent."""
        base, width = self.rich_style, self.content_size.width
        if y >= CLASSES:
            return Strip.blank(width, base)
        return Strip(self._line(y)).apply_style(base).adjust_cell_length(width, base)

    def _line(self, digit: int) -> list[Segment]:
        marks, is_true, is_predicted = self.display_mode.marks, digit == self._true, digit == self.predicted
        true_style = self.get_component_rich_style("probability-bars--true")
        predicted_style = self.get_component_rich_style("probability-bars--predicted")
        plain = self.get_component_rich_style("probability-bars--bar")
        number_style = predicted_style if is_predicted else true_style if is_true else None
        head = [Segment(f"   {digit} ", number_style)]
        if is_true or is_predicted:
            head = [
                Segment(marks.true if is_true else " ", true_style),
                Segment(marks.predicted if is_predicted else " ", predicted_style),
                Segment(f" {digit} ", number_style),
            ]
        if self._probabilities is None:
            return head
        share, trail = self._probabilities[digit], self._trails[digit]
        taken = _LABEL_WIDTH + _VALUE_WIDTH + (len(trail) + 1 if trail else 0)
        drawn = bar(share, min(max(self.content_size.width - taken, 0), _WIDEST), self.display_mode)
        ink = drawn.rstrip()
        bar_style = predicted_style if is_predicted else true_style if is_true else plain
        # Blanks go with the figure: each change of colour costs bytes.
        return [
            *head,
            *([Segment(ink, bar_style)] if ink else []),
            Segment(f"{' ' * (len(drawn) - len(ink))}{probability(share):>{_VALUE_WIDTH}}", number_style),
            *([Segment(f" {trail}", bar_style)] if trail else []),
        ]
