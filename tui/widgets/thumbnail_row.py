"""A row of five small images with a caption under each; nothing in it can be chosen.

Painted again only when it looks different.
"""

from collections.abc import Sequence
from typing import Unpack

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import Display
from tui.widgets.digit import digit_strips
from tui.widgets.digit_grid import Tile
from tui.widgets.options import WidgetOptions

COUNT, TILE_WIDTH, PICTURE_HEIGHT = 5, 14, 7
GAP = Segment(" ")


class ThumbnailRow(Widget):
    """Shows at most five tiles, 74 x 8 cells."""

    DEFAULT_CSS = f"""
    ThumbnailRow {{
        width: {COUNT * (TILE_WIDTH + 1) - 1}; height: {PICTURE_HEIGHT + 1}; color: $text;
    }}
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._tiles: list[Tile] = []
        self._strips: list[list[Strip]] = []

    @property
    def captions(self) -> list[str]:
        """What stands under the images."""
        return [tile.caption for tile in self._tiles]

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show other tiles, or none."""
        if len(tiles) == len(self._tiles) and all(map(Tile.looks_like, tiles, self._tiles)):
            return
        self._tiles = list(tiles)
        self._strips = [digit_strips(tile.image, "thumbnail", self._display_mode) for tile in tiles]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line through all tiles."""
        base, parts = self.rich_style, list[Strip]()
        for tile, strips in zip(self._tiles, self._strips, strict=True):
            if y < PICTURE_HEIGHT:
                parts.append(strips[y])
            else:
                parts.append(Strip([Segment(tile.caption.center(TILE_WIDTH)[:TILE_WIDTH])], TILE_WIDTH))
            parts.append(Strip([GAP], 1))
        return Strip.join(parts).apply_style(base).adjust_cell_length(self.size.width, base)
