"""Images of a set in an order, one of them chosen: a grid that speaks of them by their index in the set."""

from collections.abc import Callable
from typing import Unpack

import numpy as np
from textual.message import Message

from nn.metrics import IntArray
from tui.answering.answers import Answers
from tui.terminal.display import Display
from tui.widgets.digit_grid import DigitGrid, Tile
from tui.widgets.options import WidgetOptions
from tui.widgets.thumbnails import Thumbnails


class ImageList(DigitGrid):
    """Shows what `show_images` was told last; the first is chosen unless another is."""

    class Chosen(Message):
        """The person moved to an image, by its index in the set."""

        def __init__(self, listed: "ImageList", index: int) -> None:
            super().__init__()
            self.listed = listed
            self.index = index

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(display=display, **options)
        self._thumbnails = Thumbnails(self)
        self._indices: IntArray = np.empty(0, np.int64)

    @property
    def indices(self) -> IntArray:
        """The images (k,) in their order."""
        return self._indices

    @property
    def chosen(self) -> int | None:
        """The image chosen; None where there are none."""
        return None if self.selected is None else int(self._indices[self.selected])

    def show_images(
        self, answers: Answers, indices: IntArray, caption: Callable[[int], str], chosen: int
    ) -> None:
        """Show images (k,) with `caption(index)` under each, and choose one of them, without a message."""
        self._indices = indices

        def tile(place: int) -> Tile:
            index = int(indices[place])
            return Tile(answers.images[index], caption(index))

        self._thumbnails.show(len(indices), tile, self._place(chosen))

    def show_none(self) -> None:
        """Show no image."""
        self._indices = np.empty(0, np.int64)
        self._thumbnails.clear()

    def choose(self, index: int) -> None:
        """Choose an image, without a message; the first where that is not in the list."""
        self.select(self._place(index))

    def neighbour(self, by: int) -> int | None:
        """The image `by` places on from the one chosen; None past the ends."""
        if self.selected is None or not 0 <= self.selected + by < len(self._indices):
            return None
        return int(self._indices[self.selected + by])

    def on_digit_grid_selected(self, event: DigitGrid.Selected) -> None:
        """Say which image that is."""
        event.stop()
        self.post_message(self.Chosen(self, int(self._indices[event.index])))

    def _place(self, index: int) -> int:
        found = np.flatnonzero(self._indices == index)
        return int(found[0]) if len(found) else 0
