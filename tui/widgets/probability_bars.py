"""Ten bars, one a digit: how sure the network is, with the true and the predicted digit marked.

Only lines that changed are painted again.
"""

import math
from collections.abc import Sequence
from typing import ClassVar, Unpack

from rich.segment import Segment
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions

DIGITS = 10
_LABEL_WIDTH = 5  # two marks, the digit and a space on both sides
_VALUE_WIDTH = 8  # " 100.0 %"
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

    display_mode: reactive[Display] = reactive(Display())

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._probabilities: tuple[float, ...] | None = None
        self._true: int | None = None
        self.set_reactive(ProbabilityBars.display_mode, display)

    @property
    def predicted(self) -> int | None:
        """The digit with the largest probability; None without an answer (or with one that is not finite)."""
        shares = self._probabilities
        if shares is None or not all(map(math.isfinite, shares)):
            return None
        return max(range(DIGITS), key=shares.__getitem__)

    def set_probabilities(self, probabilities: Sequence[float] | None, true: int | None = None) -> None:
        """Show ten fractions, or None for no answer; `true` is the true digit where it is known.

        Raises ValueError unless there are exactly ten.
        """
        if probabilities is not None and len(probabilities) != DIGITS:
            raise ValueError(f"{len(probabilities)} probabilities were given; there must be {DIGITS}.")
        before = [self._line(digit) for digit in range(DIGITS)] if self.is_mounted else []
        self._probabilities = None if probabilities is None else tuple(float(p) for p in probabilities)
        self._true = true
        changed = [digit for digit, line in enumerate(before) if line != self._line(digit)]
        if changed:
            self.refresh(*(Region(0, digit, self.content_size.width, 1) for digit in changed))

    def render_line(self, y: int) -> Strip:
        """One digit: marks, digit, bar, per cent."""
        base, width = self.rich_style, self.content_size.width
        if y >= DIGITS:
            return Strip.blank(width, base)
        return Strip(self._line(y)).apply_style(base).adjust_cell_length(width, base)

    def _line(self, digit: int) -> list[Segment]:
        marks, is_true, is_predicted = self.display_mode.marks, digit == self._true, digit == self.predicted
        true_style = self.get_component_rich_style("probability-bars--true")
        predicted_style = self.get_component_rich_style("probability-bars--predicted")
        plain = self.get_component_rich_style("probability-bars--bar")
        number_style = predicted_style if is_predicted else true_style if is_true else None
        head = [
            Segment(marks.true if is_true else " ", true_style),
            Segment(marks.predicted if is_predicted else " ", predicted_style),
            Segment(f" {digit} ", number_style),
        ]
        if self._probabilities is None:
            return head
        share = self._probabilities[digit]
        space = max(self.content_size.width - _LABEL_WIDTH - _VALUE_WIDTH, 0)
        bar_style = predicted_style if is_predicted else true_style if is_true else plain
        return [
            *head,
            Segment(bar(share, space, self.display_mode), bar_style),
            Segment(f"{share * 100:6.1f} %", number_style),
        ]
