"""Digits 0 to 9 drawn by a script on the app's own pad, in several sizes and places, by its moves alone.

Each digit is one or two lines through points of a box that is 1 high; the pen goes from pixel to pixel in
the eight directions that keys have.
"""

from collections.abc import Iterator
from itertools import product, starmap
from typing import NamedTuple

import numpy as np

from tui.drawing.ink import PIXELS, Ink
from tui.drawing.pad import WIDTHS, Pad

Points = tuple[tuple[float, float], ...]

# (down, right) in a box of height 1 and width 0.7, in the order in which a hand draws them.
STROKES: dict[int, tuple[Points, ...]] = {
    0: (
        (
            (0.0, 0.4),
            (0.1, 0.15),
            (0.3, 0.0),
            (0.7, 0.0),
            (0.9, 0.15),
            (1.0, 0.35),
            (0.9, 0.55),
            (0.7, 0.7),
            (0.3, 0.7),
            (0.1, 0.55),
            (0.0, 0.3),
        ),
    ),
    1: (((0.0, 0.4), (1.0, 0.3)),),
    2: (
        (
            (0.2, 0.05),
            (0.05, 0.2),
            (0.0, 0.4),
            (0.1, 0.6),
            (0.3, 0.6),
            (0.55, 0.4),
            (0.8, 0.15),
            (1.0, 0.0),
            (1.0, 0.7),
        ),
    ),
    3: (
        (
            (0.1, 0.05),
            (0.0, 0.3),
            (0.1, 0.55),
            (0.3, 0.55),
            (0.45, 0.3),
            (0.55, 0.55),
            (0.75, 0.65),
            (0.92, 0.5),
            (1.0, 0.25),
            (0.9, 0.0),
        ),
    ),
    4: (((0.0, 0.2), (0.5, 0.0), (0.55, 0.3), (0.5, 0.7)), ((0.0, 0.6), (1.0, 0.5))),
    5: (
        (
            (0.0, 0.65),
            (0.0, 0.15),
            (0.42, 0.1),
            (0.4, 0.4),
            (0.55, 0.6),
            (0.75, 0.6),
            (0.95, 0.4),
            (1.0, 0.2),
            (0.9, 0.0),
        ),
    ),
    6: (
        (
            (0.0, 0.5),
            (0.2, 0.25),
            (0.45, 0.05),
            (0.75, 0.0),
            (0.95, 0.2),
            (1.0, 0.4),
            (0.85, 0.6),
            (0.65, 0.55),
            (0.55, 0.35),
            (0.65, 0.1),
        ),
    ),
    7: (((0.05, 0.0), (0.0, 0.65), (0.4, 0.45), (1.0, 0.2)),),
    8: (
        (
            (0.15, 0.6),
            (0.0, 0.4),
            (0.05, 0.15),
            (0.25, 0.1),
            (0.5, 0.4),
            (0.75, 0.6),
            (0.95, 0.45),
            (1.0, 0.2),
            (0.8, 0.05),
            (0.55, 0.3),
            (0.3, 0.55),
            (0.15, 0.6),
        ),
    ),
    9: (
        (
            (0.1, 0.6),
            (0.0, 0.35),
            (0.1, 0.1),
            (0.3, 0.05),
            (0.45, 0.25),
            (0.35, 0.55),
            (0.1, 0.6),
            (0.5, 0.58),
            (1.0, 0.5),
        ),
    ),
}
HEIGHTS = (12, 17, 23)
PLACES = ((0.0, 0.0), (0.5, 0.5), (1.0, 1.0))  # of what room is left, down and right
SLANTS = (-0.15, 0.0, 0.3)  # to the right at the top, of the height
MARGIN = 2  # pixels along the edges that stay free of the pen


class Script(NamedTuple):
    """What is drawn: a digit so many pixels high, at a place of the pad, with a width of the pen."""

    digit: int
    height: int
    place: tuple[float, float]
    width: float
    slant: float


def scripts() -> Iterator[Script]:
    """Every digit in every size, place, width and slant."""
    return starmap(Script, product(STROKES, HEIGHTS, PLACES, WIDTHS, SLANTS))


def draw(script: Script) -> Ink:
    """Draw a digit on an empty pad as keys would."""
    pad = Pad()
    while pad.width != script.width:
        pad.next_width()
    for pixels in _placed(script):
        _walk(pad, pixels[0])
        pad.toggle_pen()
        for pixel in pixels[1:]:
            _walk(pad, pixel)
        pad.toggle_pen()
    return pad.ink


def _placed(script: Script) -> list[list[tuple[int, int]]]:
    """The pixels that the pen goes through, row and column, line by line."""
    slanted = [
        [(down, right + script.slant * (1 - down)) for down, right in line] for line in STROKES[script.digit]
    ]
    points = np.array([point for line in slanted for point in line])
    least, most = points.min(axis=0), points.max(axis=0)
    size = script.height - 1
    room = PIXELS - 1 - 2 * MARGIN - size * (most - least)
    corner = MARGIN + np.array(script.place) * room - size * least
    placed = [np.rint(corner + size * np.array(line)).astype(int) for line in slanted]
    return [[(int(row), int(column)) for row, column in line] for line in placed]


def _walk(pad: Pad, pixel: tuple[int, int]) -> None:
    """Move the pen to a pixel by single steps, aslant where that keeps it nearest to the straight line."""
    start = pad.pixel
    down, right = pixel[0] - start[0], pixel[1] - start[1]
    steps = max(abs(down), abs(right))
    for step in range(1, steps + 1):
        row, column = pad.pixel
        pad.move(round(start[1] + right * step / steps) - column, round(start[0] + down * step / steps) - row)
