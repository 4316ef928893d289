"""One image as a picture: 28 x 14 cells, or 14 x 7 as a thumbnail.

It repaints only when the picture changes, because over SSH a digit costs up to 5 KB.
"""

from typing import Literal, Unpack

import numpy as np
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.pixels import Image, halve, image_strips, line_of
from tui.widgets.strip_diff import changed_regions

PIXELS = 28
DigitSize = Literal["large", "thumbnail"]


def digit_strips(image: Image, size: DigitSize, display: Display) -> list[Strip]:
    """Draw an image (28, 28) uint8 as 14 strips of 28 cells, or 7 of 14 for a thumbnail."""
    return image_strips(halve(image) if size == "thumbnail" else image, display)


class Digit(Widget):
    """Shows one image (28, 28) uint8, or nothing; set `image` to change it."""

    DEFAULT_CSS = """
    Digit { box-sizing: content-box; width: 28; height: 14; color: $text; }
    Digit.-thumbnail { width: 14; height: 7; }
    """

    def __init__(
        self, *, display: Display, size: DigitSize = "large", **options: Unpack[WidgetOptions]
    ) -> None:
        super().__init__(**options)
        self.display_mode = display
        self._image: Image | None = None
        self._size_variant: DigitSize = size
        self.set_class(size == "thumbnail", "-thumbnail")
        self._strips: list[Strip] | None = None

    @property
    def image(self) -> Image | None:
        """The image shown, (28, 28) uint8; None is a blank."""
        return self._image

    @image.setter
    def image(self, image: Image | None) -> None:
        if np.array_equal(_or_blank(image), _or_blank(self._image)):
            return
        before = self._strips
        # A copy: the caller may go on drawing in its own array.
        self._image = None if image is None else image.copy()
        self._strips = digit_strips(_or_blank(image), self._size_variant, self.display_mode)
        regions = [] if before is None else changed_regions(before, self._strips)
        if regions or before is None:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """One line of the picture."""
        if self._strips is None:
            self._strips = digit_strips(_or_blank(self._image), self._size_variant, self.display_mode)
        return line_of(self._strips, y, self.content_size.width, self.rich_style, self.display_mode)


def _or_blank(image: Image | None) -> Image:
    return np.zeros((PIXELS, PIXELS), np.uint8) if image is None else image
