"""A page of small pictures of signed numbers, one a neuron, filter or channel, one of them chosen.

A tile is painted again only where it looks different, because a page of weights costs 20 KB over the wire.
"""

from itertools import chain
from typing import ClassVar, Unpack

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.inspecting.sheets import Sheet
from tui.inspecting.tiling import LABEL_WIDTH, Tiling, tiling
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.pixels import SignedStyles, signed_strips

_NOTHING = Tiling(1, 1, 1, 1, 1, 1)


class TileSheet(Widget):
    """Shows the page of a sheet that holds the chosen tile."""

    DEFAULT_CSS = """
    TileSheet { width: 1fr; height: 1fr; color: $text; background: $background; }
    TileSheet > .tile-sheet--positive { color: $primary; }
    TileSheet > .tile-sheet--negative { color: $warning; }
    TileSheet > .tile-sheet--zero { color: $background; }
    TileSheet > .tile-sheet--gap { color: $panel-lighten-2; }
    TileSheet > .tile-sheet--caption { color: $text-muted; }
    TileSheet > .tile-sheet--chosen { color: $text-accent; text-style: bold reverse; }
    TileSheet > .tile-sheet--bracket { color: $text; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tile-sheet--positive",
        "tile-sheet--negative",
        "tile-sheet--zero",
        "tile-sheet--gap",
        "tile-sheet--caption",
        "tile-sheet--chosen",
        "tile-sheet--bracket",
    }

    class Chosen(Message):
        """The person clicked on the tile `index`."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Fitted(Message):
        """The pictures have another size, and so has what a number gets of it."""

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._above = 0.0
        self._given: Sheet | None = None
        self._sheet: Sheet | None = None
        self._chosen = 0
        self._tiling = _NOTHING
        self._drawn: dict[int, list[Strip]] = {}

    @property
    def page(self) -> range:
        """The tiles on screen."""
        count = self._sheet.count if self._sheet else 0
        return self._tiling.page(self._chosen, count) if count else range(0)

    @property
    def pages(self) -> tuple[int, int]:
        """Which page is on screen, from 1, of how many."""
        count, capacity = (self._sheet.count if self._sheet else 0), self._tiling.capacity
        return self._chosen // capacity + 1, max(-(-count // capacity), 1)

    @property
    def tiling(self) -> Tiling:
        """How large the tiles are, and how many on a page."""
        return self._tiling

    @property
    def pixel(self) -> float:
        """Pixels a side that a number has in the pictures; 0 where there are none."""
        return 0.0 if self._sheet is None or self._sheet.is_flat else self._tiling.scale

    def show(self, sheet: Sheet | None, chosen: int = 0, *, above: float = 0.0) -> None:
        """Show the page of `sheet` that holds the tile `chosen`; None is nothing.

        Where a number would not get more than `above` pixels a side, it shows nothing either.
        """
        look, chosen_before, drawn = self._look, self._chosen, self._drawn
        self._given, self._above = sheet, above
        self._fit(chosen)
        styles = SignedStyles(*map(self._style, ("positive", "negative", "zero", "gap")))
        self._drawn = {index: self._draw(index, styles) for index in self._drawn_ones}
        if self._look != look:
            self.refresh()
            return
        changed = {index for index, strips in self._drawn.items() if strips != drawn.get(index)}
        moved = {chosen_before, self._chosen} if chosen_before != self._chosen else set[int]()
        regions = [*self._rows_of(changed), *self._captions_of(moved)]
        if regions:
            self.refresh(*regions)

    def on_resize(self, _: events.Resize) -> None:
        """Another size has room for more, or fewer."""
        self.show(self._given, self._chosen, above=self._above)
        self.post_message(self.Fitted())

    def on_click(self, event: events.Click) -> None:
        """Choose the tile under the mouse, where there are several."""
        offset = event.get_content_offset(self)
        if offset is None or self._sheet is None or self._sheet.count == 1:
            return
        column = (offset.x - self._left) // self._tiling.width
        index = self.page.start + offset.y // self._tiling.height * self._tiling.columns + column
        if 0 <= column < self._tiling.columns and index in self.page:
            self.post_message(self.Chosen(index))

    def render_line(self, y: int) -> Strip:
        """One line through all tiles of a row."""
        base, width = self.rich_style, self.content_size.width
        row, line = divmod(y, self._tiling.height)
        first = self.page.start + row * self._tiling.columns
        shown = [i for i in range(first, first + self._tiling.columns) if i in self.page]
        if row >= self._tiling.rows or not shown or self._sheet is None:
            return Strip.blank(width, base)
        if self._sheet.is_flat:
            cells = self._flat_line(first, line)
        else:
            cells = list(chain.from_iterable(self._tile_line(index, line) for index in shown))
        return Strip(cells).apply_style(base).simplify().adjust_cell_length(width, base)

    @property
    def _left(self) -> int:
        return LABEL_WIDTH if self._is_flat else 0

    @property
    def _is_flat(self) -> bool:
        return self._sheet is not None and self._sheet.is_flat

    @property
    def _look(self) -> tuple[object, ...]:
        """What moves everything when it changes."""
        return self._tiling, self.page, self._left, self._sheet.caption if self._sheet else None

    def _fit(self, chosen: int) -> None:
        size, sheet = self.content_size, self._given
        fitted = tiling(sheet, size.width, size.height) if sheet else _NOTHING
        if sheet is None or fitted.scale <= self._above:
            self._sheet, self._tiling = None, _NOTHING
        else:
            self._sheet, self._tiling = sheet, fitted
        self._chosen = min(chosen, sheet.count - 1) if sheet else 0

    @property
    def _drawn_ones(self) -> range:
        """The tiles on the page; of single numbers the first in each row, which is drawn at once."""
        return self.page[:: self._tiling.columns] if self._is_flat else self.page

    def _draw(self, index: int, styles: SignedStyles) -> list[Strip]:
        assert self._sheet is not None  # nothing is on the page otherwise
        if self._sheet.is_flat:
            row = range(index, min(index + self._tiling.columns, self.page.stop))
            values = np.hstack([self._sheet.tile(place) for place in row])
            values = values.repeat(2, axis=0).repeat(self._tiling.width, axis=1)
        else:
            values = self._tiling.picture(self._sheet.tile(index))
        return signed_strips(values, self._sheet.limit, styles, self._display_mode)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"tile-sheet--{name}", partial=True)

    def _tile_line(self, index: int, line: int) -> list[Segment]:
        assert self._sheet is not None  # nothing is on the page otherwise
        width, is_marked = self._tiling.width, index == self._chosen and self._sheet.count > 1
        style = self._style("chosen" if is_marked else "caption")
        if line < self._tiling.height - 1:
            return [Segment(" "), *self._drawn[index][line]]
        words = self._sheet.caption or f"{index}"
        return [Segment(" "), Segment((f"[{words}]" if is_marked else f" {words}").ljust(width - 1), style)]

    def _flat_line(self, first: int, line: int) -> list[Segment]:
        """A row of single numbers after the first's index; the chosen one stands in brackets."""
        label = Segment((f"{first} " if line == 0 else "").rjust(LABEL_WIDTH), self._style("caption"))
        strip, place, width = self._drawn[first][0], self._chosen - first, self._tiling.width
        if not 0 <= place < self._tiling.columns:
            return [label, *strip]
        start, chosen = place * width, self._style("bracket")
        under = next(iter(strip.crop(start, start + 1)))
        if self._display_mode.half_blocks and under.style:
            chosen = under.style + chosen
        bracketed = Segment(f"[{under.text * (width - 2)}]", chosen)
        return [label, *strip.crop(0, start), bracketed, *strip.crop(start + width)]

    def _rows_of(self, indices: set[int]) -> list[Region]:
        """A region a row of tiles, as far as the last of `indices` in it.

        Textual repaints a line from the widget's left edge on, for each region anew: more regions would cost
        more, and narrower ones no less.
        """
        height, ends = self._tiling.height, dict[int, int]()
        for index in indices:
            row, column = divmod(index - self.page.start, self._tiling.columns)
            last = self._tiling.columns if self._is_flat else column + 1
            ends[row] = max(ends.get(row, 0), self._left + last * self._tiling.width)
        return [Region(0, row * height, end, height) for row, end in sorted(ends.items())]

    def _captions_of(self, indices: set[int]) -> list[Region]:
        """Where tiles look otherwise when they are chosen: their captions, or the numbers themselves."""
        rows = self._rows_of(indices)
        return rows if self._is_flat else [Region(0, row.bottom - 1, row.width, 1) for row in rows]
