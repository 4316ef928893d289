"""Images to terminal cells: two pixels a cell as half blocks in grey, or a ramp of glyphs without colour.

Pure functions from arrays to strips; equal neighbouring cells are merged, because over SSH every cell costs.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal.display import ColorMode, Display

UNICODE_RAMP = " ░▒▓█"
ASCII_RAMP = " .:-=+*#%@"

# The greys of the 256-colour palette: black, 24 steps, white. Rich turns round(10.2 i) into exactly step i.
_SHOWN_GREYS = np.array([0, *range(8, 239, 10), 255], dtype=np.float64)
_PALETTE_GREYS = np.rint(np.arange(26) * 10.2).astype(np.uint8)
_PALETTE_INDEX = np.abs(np.arange(256)[:, None] - _SHOWN_GREYS[None, :]).argmin(axis=1)
_TO_PALETTE = _PALETTE_GREYS[_PALETTE_INDEX]

Image = NDArray[np.uint8]
Rgb = tuple[int, int, int]


def halve(image: Image) -> Image:
    """Shrink by the mean of 2x2 pixels: (rows, columns) uint8, both even, to (rows / 2, columns / 2)."""
    rows, columns = image.shape
    blocks = image.reshape(rows // 2, 2, columns // 2, 2).astype(np.uint16)
    return ((blocks.sum(axis=(1, 3)) + 2) // 4).astype(np.uint8)


def image_strips(image: Image, display: Display) -> list[Strip]:
    """Draw a grey image (rows, columns) uint8, rows even, as rows / 2 strips of `columns` cells.

    Half blocks show both pixels of a cell; a glyph shows their mean and leaves the style to the widget.
    """
    top, bottom = image[0::2], image[1::2]
    if not display.half_blocks:
        return _glyph_strips(top, bottom, ASCII_RAMP if display.ascii else UNICODE_RAMP)
    if display.color is ColorMode.PALETTE:
        top, bottom = _TO_PALETTE[top], _TO_PALETTE[bottom]
    return [_half_block_strip(above, below) for above, below in zip(top, bottom, strict=True)]


def sequential(values: NDArray[np.float64], low: Rgb, high: Rgb) -> NDArray[np.uint8]:
    """Colour values in [0, 1] on one ramp from `low` to `high`: (...) to (..., 3) uint8."""
    fraction = np.clip(np.nan_to_num(values, nan=0.0), 0.0, 1.0)[..., None]
    start, end = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    return np.rint(start + fraction * (end - start)).astype(np.uint8)


def _glyph_strips(top: Image, bottom: Image, ramp: str) -> list[Strip]:
    mean = (top.astype(np.uint16) + bottom + 1) // 2
    # Any ink at all gets the first glyph above the blank, else thin strokes break up.
    index = np.where(mean < 16, 0, 1 + mean.astype(np.intp) * (len(ramp) - 1) // 256)
    return [Strip([Segment("".join(ramp[i] for i in row))], len(row)) for row in index]


def _half_block_strip(above: Image, below: Image) -> Strip:
    """One row of cells from two rows of greys, equal neighbours merged."""
    changes = np.flatnonzero((above[1:] != above[:-1]) | (below[1:] != below[:-1])) + 1
    starts = [0, *changes.tolist()]
    ends = [*starts[1:], len(above)]
    segments = [
        _cells(int(above[start]), int(below[start]), end - start)
        for start, end in zip(starts, ends, strict=True)
    ]
    return Strip(segments, len(above))


@lru_cache(maxsize=8192)
def _cells(above: int, below: int, count: int) -> Segment:
    background = _grey(below)
    if above == below:
        return Segment(" " * count, Style.from_color(None, background))
    return Segment("▀" * count, Style.from_color(_grey(above), background))


def _grey(level: int) -> Color:
    return Color.from_rgb(level, level, level)
