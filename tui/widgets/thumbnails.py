"""Shows images in a grid of small ones, and paints it again only when one on its page looks different.

After an epoch most answers are what they were, and over SSH nothing on the screen costs more than thumbnails.
"""

from collections.abc import Callable

from tui.widgets.digit_grid import DigitGrid, Tile


class Thumbnails:
    """Stands before a grid."""

    def __init__(self, grid: DigitGrid) -> None:
        self.grid = grid
        self._tile: Callable[[int], Tile] | None = None

    def show(self, count: int, tile: Callable[[int], Tile], selected: int) -> None:
        """Show `count` tiles, `tile(place)` each, with one selected."""
        before, self._tile = self._tile, tile
        page = self.grid.page
        looks_alike = (
            before is not None
            and count == self.grid.count
            and selected in page
            and all(before(place).looks_like(tile(place)) for place in page)
        )
        if looks_alike:
            self.grid.select(selected)
        else:
            self.grid.show(count, self._ask, selected)

    def clear(self) -> None:
        """Show nothing."""
        self._tile = None
        self.grid.show(0, self._ask)

    def _ask(self, place: int) -> Tile:
        # The grid asks only for tiles that it was given by `show`.
        assert self._tile is not None
        return self._tile(place)
