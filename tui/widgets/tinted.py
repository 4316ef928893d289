"""A digit with a map drawn over it: blue where the map speaks for something, orange where against.

Without enough colours the map is two ramps of glyphs, one for each sign: bright where there is ink, dim
beside it, and where the map is blank ink has a glyph of its own. Pure functions.
"""

from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal.display import Display
from tui.terminal.ramps import INK_GLYPH, PATCH_GLYPH, signed_ramps
from tui.widgets.pixels import Image, image_strips

Strengths = NDArray[np.floating]
Rgb = NDArray[np.float64]

# Blue and orange stay apart for every kind of colour blindness (Okabe and Ito, 2008).
_FOR, _AGAINST = (56.0, 150.0, 255.0), (255.0, 140.0, 0.0)
_LEVELS = 4  # as many as there are glyphs, and few, so that equal neighbours merge
_DENSEST = 0.7  # the digit can be seen through the strongest tint
_GREY_STEP = 17  # 16 greys under a tint
_LEAST_INK = 64  # of 255; thinner strokes would make a digit too fat in whole cells
_ON_INK, _BESIDE = Style(bold=True), Style(dim=True)


def normalised(values: Strengths) -> Strengths:
    """A map (28, 28) divided by its largest size, so that it lies in [-1, 1]; zeros stay zeros."""
    largest = float(np.abs(values).max())
    return values / largest if largest > 0 else np.zeros_like(values)


def map_strips(image: Image, strengths: Strengths, display: Display) -> list[Strip]:
    """Draw a map (rows, columns) in [-1, 1] over an image uint8 of that shape, two rows a strip."""
    levels = np.rint(strengths * _LEVELS).astype(np.intp)
    if not display.half_blocks:
        top, bottom = levels[0::2], levels[1::2]
        stronger = np.where(np.abs(bottom) > np.abs(top), bottom, top)
        ink = (image[0::2].astype(np.uint16) + image[1::2]) / 2 >= _LEAST_INK
        return _glyph_strips(stronger, ink, display)
    grey = np.rint(image / _GREY_STEP)[..., np.newaxis] * _GREY_STEP
    density = np.abs(levels)[..., np.newaxis] / _LEVELS * _DENSEST
    hue = np.where(levels[..., np.newaxis] > 0, np.array(_FOR), np.array(_AGAINST))
    return _coloured_strips(np.where(density > 0, grey + density * (hue - grey), grey))


def patch_strips(image: Image, patch: NDArray[np.bool_], display: Display) -> list[Strip]:
    """Draw an image with the pixels of `patch` marked: orange, or a cell that holds any of them as `x`."""
    if display.half_blocks:
        return map_strips(image, np.where(patch, -1.0, 0.0), display)
    marked = patch[0::2] | patch[1::2]
    strips = image_strips(image, display)
    texts = (
        "".join(PATCH_GLYPH if here else letter for letter, here in zip(strip.text, row, strict=True))
        for strip, row in zip(strips, marked, strict=True)
    )
    return [Strip([Segment(text)], len(text)) for text in texts]


def _glyph_strips(levels: NDArray[np.intp], ink: NDArray[np.bool_], display: Display) -> list[Strip]:
    """Level -4 to 4 of each cell and whether there is ink, as glyphs."""
    ramps = signed_ramps(display)
    return [_glyph_strip(row, inked, ramps) for row, inked in zip(levels.tolist(), ink.tolist(), strict=True)]


def _glyph_strip(levels: list[int], ink: list[bool], ramps: tuple[str, str]) -> Strip:
    positive, negative = (ramp.replace(" ", INK_GLYPH) for ramp in ramps)
    segments: list[Segment] = []
    for is_ink, run in groupby(zip(ink, levels, strict=True), key=itemgetter(0)):
        text = "".join((positive if level > 0 else negative)[abs(level)] for _, level in run)
        segments.append(Segment(text, _ON_INK) if is_ink else Segment(text.replace(INK_GLYPH, " "), _BESIDE))
    return Strip(segments, len(levels))


def _coloured_strips(colours: Rgb) -> list[Strip]:
    """Colours (rows, columns, 3) as half blocks, equal neighbours merged."""
    whole = np.rint(colours).astype(np.intp)
    return [_coloured_strip(above, below) for above, below in zip(whole[0::2], whole[1::2], strict=True)]


def _coloured_strip(above: NDArray[np.intp], below: NDArray[np.intp]) -> Strip:
    differs = ((above[1:] != above[:-1]) | (below[1:] != below[:-1])).any(axis=1)
    starts = [0, *(np.flatnonzero(differs) + 1).tolist()]
    ends = [*starts[1:], len(above)]
    segments = [
        _cells(above[start], below[start], end - start) for start, end in zip(starts, ends, strict=True)
    ]
    return Strip(segments, len(above))


def _cells(above: NDArray[np.intp], below: NDArray[np.intp], count: int) -> Segment:
    background = Color.from_rgb(*below.tolist())
    if (above == below).all():
        return Segment(" " * count, Style.from_color(None, background))
    return Segment("▀" * count, Style.from_color(Color.from_rgb(*above.tolist()), background))
