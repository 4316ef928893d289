"""Images to terminal cells: two pixels a cell as half blocks in grey, or a ramp of glyphs without colour.

Signed numbers get two hues, or two ramps of glyphs whose ink tells the sign as well. Pure functions from
arrays to strips; equal neighbouring cells are merged, because over SSH every cell costs.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal.display import ColorMode, Display
from tui.terminal.ramps import ASCII_RAMP, POSITIVE_RAMP, UNICODE_RAMP, signed_ramps

# The greys of the 256-colour palette: black, 24 steps, white. Rich turns round(10.2 i) into exactly step i.
_SHOWN_GREYS = np.array([0, *range(8, 239, 10), 255], dtype=np.float64)
_PALETTE_GREYS = np.rint(np.arange(26) * 10.2).astype(np.uint8)
_PALETTE_INDEX = np.abs(np.arange(256)[:, None] - _SHOWN_GREYS[None, :]).argmin(axis=1)
_TO_PALETTE = _PALETTE_GREYS[_PALETTE_INDEX]

Image = NDArray[np.uint8]
Rgb = tuple[int, int, int]
Numbers = NDArray[np.floating[Any]]

_Cells = Callable[[int, int, int], Segment]

_GAP = -128  # in place of a level, where there is no number
_STEPS = 6  # of a hue: more would look no better and leave fewer equal neighbours


class SignedStyles(NamedTuple):
    """The colours (letter colours) of the largest and the smallest number, of zero, and of no number."""

    positive: Style
    negative: Style
    zero: Style
    gap: Style


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


def line_of(strips: Sequence[Strip], y: int, width: int, style: Style, display: Display) -> Strip:
    """A line of a drawn image in `width` cells, blank below its last strip."""
    if y >= len(strips):
        return Strip.blank(width, style)
    # Half blocks carry their colours; a letter colour under them would only cost bytes.
    strip = strips[y] if display.half_blocks else strips[y].apply_style(style)
    return strip.adjust_cell_length(width, style)


def sequential(values: NDArray[np.float64], low: Rgb, high: Rgb) -> NDArray[np.uint8]:
    """Colour values in [0, 1] on one ramp from `low` to `high`: (...) to (..., 3) uint8."""
    fraction = np.clip(np.nan_to_num(values, nan=0.0), 0.0, 1.0)[..., None]
    start, end = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    return np.rint(start + fraction * (end - start)).astype(np.uint8)


def signed_strips(values: Numbers, limit: float, styles: SignedStyles, display: Display) -> list[Strip]:
    """Draw numbers (rows, columns), NaN for gaps, two rows a strip: zero is quiet, `limit` is full colour.

    Numbers beyond the limit look like it. Half blocks show both numbers of a cell, a glyph the one further
    from zero. An odd last row has zeros under it.
    """
    steps = _STEPS if display.half_blocks else len(POSITIVE_RAMP) - 1
    levels = _levels(values, limit, steps)
    if len(levels) % 2:
        levels = np.vstack([levels, np.zeros_like(levels[:1])])
    top, bottom = levels[0::2], levels[1::2]
    if display.half_blocks:
        cells = _hues(styles, steps)
        return [_hue_strip(above, below, cells) for above, below in zip(top, bottom, strict=True)]
    top, bottom = np.where(top == _GAP, 0, top), np.where(bottom == _GAP, 0, bottom)
    stronger = np.where(np.abs(bottom) > np.abs(top), bottom, top)
    return [_signed_glyph_strip(row.tolist(), styles, signed_ramps(display)) for row in stronger]


def _levels(values: Numbers, limit: float, steps: int) -> NDArray[np.int16]:
    """Whole steps from -steps to steps, rounded; `_GAP` for NaN."""
    share = np.clip(values / limit, -1.0, 1.0) if limit > 0 else np.where(np.isnan(values), np.nan, 0.0)
    return np.where(np.isnan(share), _GAP, np.rint(np.nan_to_num(share) * steps)).astype(np.int16)


@lru_cache(maxsize=16)
def _hues(styles: SignedStyles, steps: int) -> _Cells:
    """What draws so many cells with one level above another, in the colours of `styles`."""
    positive, negative, zero, gap = (_rgb(style) for style in styles)
    colors = {_GAP: Color.from_rgb(*gap)}
    for level in range(-steps, steps + 1):
        end = np.array(positive if level > 0 else negative, np.float64)
        mixed = np.array(zero) + abs(level) / steps * (end - zero)
        colors[level] = Color.from_rgb(*np.rint(mixed).tolist())

    @lru_cache(maxsize=4096)
    def cells(above: int, below: int, count: int) -> Segment:
        front, back = colors[above], colors[below]
        if front == back:
            return Segment(" " * count, Style.from_color(None, back))
        return Segment("▀" * count, Style.from_color(front, back))

    return cells


def _rgb(style: Style) -> Rgb:
    red, green, blue = style.color.get_truecolor() if style.color else (0, 0, 0)
    return red, green, blue


def _hue_strip(above: NDArray[np.int16], below: NDArray[np.int16], cells: _Cells) -> Strip:
    pairs = groupby(zip(above.tolist(), below.tolist(), strict=True))
    return Strip([cells(top, bottom, sum(1 for _ in run)) for (top, bottom), run in pairs], len(above))


def _signed_glyph_strip(row: list[int], styles: SignedStyles, ramps: tuple[str, str]) -> Strip:
    segments: list[Segment] = []
    for sign, run in groupby(row, key=np.sign):
        ramp, style = (ramps[1], styles.negative) if sign < 0 else (ramps[0], styles.positive)
        text = "".join(ramp[abs(level)] for level in run)
        segments.append(Segment(text, style if sign else None))
    return Strip(segments, len(row))


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


@lru_cache(maxsize=256)
def _grey(level: int) -> Color:
    return Color.from_rgb(level, level, level)


BLACK = Style.from_color(None, _grey(0))  # of a cell without ink
