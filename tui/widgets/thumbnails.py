"""Shows images in a grid of small ones, and paints it again only when one on its page looks different.

After an epoch most answers are what they were, and over SSH nothing on the screen costs more than thumbnails.
"""

from collections.abc import Callable

import numpy as np

from tui.widgets.digit_grid import DigitGrid, Tile


class Thumbnails:
    """Stands before a grid; tell it `forget` when the grid may have drawn what is no longer on its page."""

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
            and all(_same(before(place), tile(place)) for place in page)
        )
        if looks_alike:
            self.grid.select(selected)
        else:
            self.grid.show(count, self._ask, selected)

    def clear(self) -> None:
        """Show nothing."""
        self._tile = None
        self.grid.show_tiles([])

    def forget(self) -> None:
        """Draw everything again: the grid has another size."""
        self.grid.reload()

    def _ask(self, place: int) -> Tile:
        # The grid asks only for tiles that it was given by `show`.
        assert self._tile is not None
        return self._tile(place)


def _same(one: Tile, other: Tile) -> bool:
    return one.caption == other.caption and np.array_equal(one.image, other.image)
