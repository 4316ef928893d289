"""A few numbers as labelled bars, to the left of a middle line where they are below zero.

Only lines that changed are painted again.
"""

from collections.abc import Sequence
from typing import ClassVar, Unpack

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.probability_bars import bar

_VALUE_WIDTH = 11
_WIDEST = 60  # cells: longer bars say no more and cost more


class SignedBars(Widget):
    """Shows numbers, one a line, from zero on; one of them is chosen."""

    DEFAULT_CSS = """
    SignedBars { width: 1fr; height: auto; color: $text; }
    SignedBars > .signed-bars--positive { color: $primary; }
    SignedBars > .signed-bars--negative { color: $warning; }
    SignedBars > .signed-bars--chosen { text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "signed-bars--positive",
        "signed-bars--negative",
        "signed-bars--chosen",
    }

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._values: tuple[float, ...] = ()
        self._limit = 0.0
        self._chosen = 0

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers shown."""
        return self._values

    def show(self, values: Sequence[float], limit: float, chosen: int) -> None:
        """Show other numbers; a bar is full at `limit`."""
        before = self._lines()
        self._values, self._limit, self._chosen = tuple(values), limit, chosen
        after = self._lines()
        if len(before) != len(after):
            self.refresh(layout=True)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, self.content_size.width, 1) for y in changed))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A row a number."""
        return len(self._values)

    def render_line(self, y: int) -> Strip:
        """One number: its index, its bar, itself."""
        base, width = self.rich_style, self.content_size.width
        if y >= len(self._values):
            return Strip.blank(width, base)
        return Strip(self._line(y)).apply_style(base).adjust_cell_length(width, base)

    def _lines(self) -> list[list[Segment]]:
        return [self._line(y) for y in range(len(self._values))] if self.is_mounted else []

    def _line(self, index: int) -> list[Segment]:
        value, chosen = self._values[index], index == self._chosen
        label = len(str(len(self._values) - 1))
        width = min(max(self.content_size.width - label - 3 - _VALUE_WIDTH, 0), _WIDEST)
        style = self.get_component_rich_style("signed-bars--chosen", partial=True) if chosen else None
        mark = self._display_mode.marks.true if chosen else " "
        return [
            Segment(f"{mark} {index:>{label}} ", style),
            *self._bar(value, width),
            Segment(f"{value:>+{_VALUE_WIDTH}.3g}", style),
        ]

    def _bar(self, value: float, width: int) -> list[Segment]:
        share = min(abs(value) / self._limit, 1.0) if self._limit > 0 else 0.0
        positive = self.get_component_rich_style("signed-bars--positive", partial=True)
        if min(self._values) >= 0:
            return [Segment(bar(share, width, self._display_mode), positive)]
        half = width // 2
        middle, full = ("|", "#") if self._display_mode.ascii else ("│", "█")
        if value < 0:
            negative = self.get_component_rich_style("signed-bars--negative", partial=True)
            return [Segment((full * round(share * half)).rjust(half), negative), Segment(middle + " " * half)]
        return [Segment(" " * half + middle), Segment(bar(share, half, self._display_mode), positive)]
