"""A page of thumbnails with a caption under each, one of them selected.

How many fit follows from the widget's size; moving past the edge turns the page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Unpack

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import Display
from tui.widgets.digit import digit_strips
from tui.widgets.options import WidgetOptions
from tui.widgets.pixels import BLACK, Image
from tui.widgets.strip_diff import changed_regions

CELL_WIDTH = 16  # 14 cells of picture and a margin on both sides, over which the caption may go
CELL_HEIGHT = 8  # 7 lines of picture and the caption


@dataclass(frozen=True)
class Tile:
    """One thumbnail: an image (28, 28) uint8 and a caption of at most 14 cells."""

    image: Image
    caption: str

    def looks_like(self, other: "Tile") -> bool:
        """Whether both are painted alike."""
        return self.caption == other.caption and np.array_equal(self.image, other.image)


class _Lines(NamedTuple):
    """What was drawn last, for a widget of this size."""

    size: Size
    strips: list[Strip]


class DigitGrid(Widget, can_focus=True):
    """Shows `count` tiles page by page; asks `tile(index)` only for those on the page."""

    help_text: ClassVar[str] = (
        "Small images, page by page. The arrows move among them, past the edge to the next page; page up and "
        "page down turn pages, home and end go to the first and the last. Under each stands its true digit "
        "and, once the network has answered, what it said."
    )
    DEFAULT_CSS = """
    DigitGrid { width: 1fr; height: 1fr; min-height: 8; color: $text; }
    DigitGrid > .digit-grid--caption { color: $text-muted; }
    DigitGrid > .digit-grid--selected { color: $text-accent; text-style: bold; }
    DigitGrid:focus > .digit-grid--selected { text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"digit-grid--caption", "digit-grid--selected"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1, 0)", "Left", show=False),
        Binding("right,l", "move(1, 0)", "Right", show=False),
        Binding("up,k", "move(0, -1)", "Up", show=False),
        Binding("down,j", "move(0, 1)", "Down", show=False),
        Binding("pageup", "turn(-1)", "Previous page", show=False),
        Binding("pagedown", "turn(1)", "Next page", show=False),
        Binding("home", "select(0)", "First", show=False),
        Binding("end", "select(-1)", "Last", show=False),
    ]

    class Selected(Message):
        """The person moved to the tile at `index`."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self.display_mode = display
        self._count = 0
        self._tile: Callable[[int], Tile] | None = None
        self._selected = 0
        self._drawn: dict[int, tuple[list[Strip], str]] = {}
        self._lines: _Lines | None = None

    @property
    def count(self) -> int:
        """How many tiles there are on all pages."""
        return self._count

    @property
    def selected(self) -> int | None:
        """Index of the selected tile; None when there are none."""
        return self._selected if self._count else None

    @property
    def columns(self) -> int:
        """How many tiles fit side by side, at least 1."""
        return max(self.content_size.width // CELL_WIDTH, 1)

    @property
    def capacity(self) -> int:
        """How many tiles fit on a page, at least 1."""
        return self.columns * max(self.content_size.height // CELL_HEIGHT, 1)

    @property
    def page(self) -> range:
        """Indices of the tiles on the page shown."""
        first = self._selected // self.capacity * self.capacity
        return range(first, min(first + self.capacity, self._count))

    def show(self, count: int, tile: Callable[[int], Tile], selected: int = 0) -> None:
        """Show other tiles: `tile(index)` for index below `count`; posts no message."""
        self._count, self._tile = count, tile
        self._selected = min(max(selected, 0), max(count - 1, 0))
        self.reload()

    def reload(self) -> None:
        """Ask for the tiles again, say because the network's answers changed; the selection stays."""
        self._drawn.clear()
        self._repaint()

    def select(self, index: int) -> None:
        """Select a tile without a message; an index outside is brought to the nearest end."""
        index = min(max(index, 0), max(self._count - 1, 0))
        if index == self._selected:
            return
        first = self.page.start
        self._selected = index
        if self.page.start != first:
            self._drawn.clear()
        self._repaint()

    def action_move(self, right: int, down: int) -> None:
        """Move the selection by tiles."""
        self._go(self._selected + right + down * self.columns)

    def action_turn(self, pages: int) -> None:
        """Move the selection by pages."""
        self._go(min(max(self._selected + pages * self.capacity, 0), self._count - 1))

    def action_select(self, index: int) -> None:
        """Select the first tile (0) or the last (-1)."""
        self._go(index % self._count if self._count else 0)

    def on_click(self, event: events.Click) -> None:
        """Select the tile under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        column, row = offset.x // CELL_WIDTH, offset.y // CELL_HEIGHT
        index = self.page.start + row * self.columns + column
        if column < self.columns and index in self.page:
            self._go(index)

    def notify_style_update(self) -> None:
        """Other colours, other lines: the focus has its own."""
        super().notify_style_update()
        self._lines = None

    def render_line(self, y: int) -> Strip:
        """One line through all tiles of a row."""
        if self._lines is None or self._lines.size != self.content_size:
            self._lines = self._draw_lines()
        return self._lines.strips[y]

    def _repaint(self) -> None:
        """Paint the cells that look different from before."""
        before = self._lines
        if before is None or before.size != self.content_size:
            self.refresh()
            return
        self._lines = self._draw_lines()
        if regions := changed_regions(before.strips, self._lines.strips):
            self.refresh(*regions)

    def _draw_lines(self) -> "_Lines":
        """All lines of the page."""
        base, size, page, columns = self.rich_style, self.content_size, self.page, self.columns
        caption = self.get_component_rich_style("digit-grid--caption")
        chosen = self.get_component_rich_style("digit-grid--selected")
        lines: list[Strip] = []
        for first in range(page.start, page.stop, columns):
            row = [
                self._tile_lines(index, base, chosen if index == self._selected else caption)
                for index in range(first, min(first + columns, page.stop))
            ]
            joined = (Strip.join(cells) for cells in zip(*row, strict=True))
            lines += [strip.simplify().adjust_cell_length(size.width, base) for strip in joined]
        blank = Strip.blank(size.width, base)
        return _Lines(size, [*lines, *([blank] * size.height)][: size.height])

    def _go(self, index: int) -> None:
        """Select by the person's wish: outside nothing happens, and the move is announced."""
        if 0 <= index < self._count and index != self._selected:
            self.select(index)
            self.post_message(self.Selected(index))

    def _tile_lines(self, index: int, base: Style, caption_style: Style) -> list[Strip]:
        """A tile with its margins, and the caption under it."""
        strips, caption = self._draw(index)
        # Half blocks carry their colours; a letter colour under them would only cost bytes. The margins are
        # as black as the images, so that a run of blanks goes on from one to the next.
        half_blocks = self.display_mode.half_blocks
        margin = Segment(" ", BLACK if half_blocks else base)
        shown = f"[{caption[:14]}]" if index == self._selected else caption[:14]
        pictures = strips if half_blocks else [strip.apply_style(base) for strip in strips]
        return [
            *(Strip([margin, *picture, margin], CELL_WIDTH) for picture in pictures),
            Strip([Segment(shown.center(CELL_WIDTH), caption_style)], CELL_WIDTH),
        ]

    def _draw(self, index: int) -> tuple[list[Strip], str]:
        if index not in self._drawn and self._tile is not None:
            tile = self._tile(index)
            self._drawn[index] = digit_strips(tile.image, "thumbnail", self.display_mode), tile.caption
        return self._drawn[index]
