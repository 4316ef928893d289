"""Ink on a square of 28 x 28 pixels, kept four times as fine, so that lines have soft edges.

Places are in pixels from the top left corner, so the middle of the first pixel is (0.5, 0.5).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PIXELS = 28
FINE = 2  # points of ink a pixel, in each direction
GRID = PIXELS * FINE
FULL = 255

Ink = NDArray[np.uint8]

_MIDDLES = (np.arange(GRID) + 0.5) / FINE


class Place(NamedTuple):
    """A place on the square, in pixels."""

    row: float
    column: float


def blank() -> Ink:
    """No ink, uint8 (56, 56)."""
    return np.zeros((GRID, GRID), np.uint8)


def line(start: Place, end: Place, width: float) -> Ink:
    """A line with round ends, `width` pixels broad: uint8 (56, 56), 255 where a point is wholly covered."""
    rows, columns = _MIDDLES[:, np.newaxis] - start.row, _MIDDLES[np.newaxis, :] - start.column
    down, right = end.row - start.row, end.column - start.column
    length = down * down + right * right
    # How far along the line its nearest point lies, from 0 at its start to 1 at its end.
    along = np.clip((rows * down + columns * right) / length, 0, 1) if length else np.zeros((GRID, GRID))
    distance = np.hypot(rows - along * down, columns - along * right)
    covered = np.clip((width / 2 - distance) * FINE + 0.5, 0, 1)
    return np.rint(covered * FULL).astype(np.uint8)


def pixels(ink: Ink) -> Ink:
    """The ink as 28 x 28 pixels, each the mean of its points."""
    blocks = ink.reshape(PIXELS, FINE, PIXELS, FINE).astype(np.uint16)
    return ((blocks.sum(axis=(1, 3)) + FINE) // (FINE * FINE)).astype(np.uint8)


def of_pixels(image: Ink) -> Ink:
    """An image uint8 (28, 28) as ink; `pixels` gives it back."""
    return image.repeat(FINE, axis=0).repeat(FINE, axis=1)


def of_picture(strength: NDArray[Any]) -> Ink:
    """Ink in [0, 1], (rows, columns) of any size, fitted into the square with its proportions kept."""
    rows, columns = strength.shape
    scale = GRID / max(rows, columns)
    height, width = max(1, round(rows * scale)), max(1, round(columns * scale))
    picture = Image.fromarray(strength.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR)
    ink, top, left = blank(), (GRID - height) // 2, (GRID - width) // 2
    values = np.rint(np.clip(np.asarray(picture), 0, 1) * FULL)
    ink[top : top + height, left : left + width] = values.astype(np.uint8)
    return ink
