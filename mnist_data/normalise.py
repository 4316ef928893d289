"""A digit of any size in MNIST's form: fitted into 20x20 pixels, then centred by mass in 28x28.

That is how the images of MNIST were made (LeCun et al., Gradient-based learning applied to document
recognition, 1998, section III.A), so a network that learned from them can read a drawing or a picture.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_data.dataset import SIDE
from mnist_data.errors import DatasetError

BOX = 20
FULL = 255.0


def normalise(ink: NDArray[Any]) -> NDArray[np.uint8]:
    """Bring ink (rows, columns), on any scale from 0 for none, to uint8 (28, 28) with 255 as its darkest.

    The longest side of what is inked becomes 20 pixels, antialiased, the proportions kept; the centre of mass
    comes to pixel (14, 14). Raises `DatasetError` where there is no ink.
    """
    strength = np.asarray(ink, np.float32)
    if strength.ndim != 2 or not np.isfinite(strength).all() or not (strength > 0).any():
        raise DatasetError("there is no ink in the picture; one digit is needed")
    return _centre(_fit(_crop(strength)))


def _crop(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The smallest rectangle with all the ink."""
    (rows,) = np.nonzero((ink > 0).any(axis=1))
    (columns,) = np.nonzero((ink > 0).any(axis=0))
    return np.maximum(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 0)


def _fit(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale the longest side to 20 pixels and the darkest pixel to 255."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray(ink / ink.max()).resize(size, Image.Resampling.BILINEAR)
    fitted = np.asarray(image, np.float32)
    return fitted * np.float32(FULL / fitted.max())


def _centre(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Put the ink into 28x28 so that its centre of mass, in whole pixels, is at pixel (14, 14)."""
    height, width = ink.shape
    row = _mean_place(ink.sum(axis=1, dtype=np.float64))
    column = _mean_place(ink.sum(axis=0, dtype=np.float64))
    # With 20 empty pixels all round, no centre of mass can push the ink over the edge of the canvas.
    canvas = np.zeros((SIDE + 2 * BOX, SIDE + 2 * BOX), np.uint8)
    top, left = BOX + round(SIDE / 2 - row), BOX + round(SIDE / 2 - column)
    canvas[top : top + height, left : left + width] = np.round(ink)
    return canvas[BOX : BOX + SIDE, BOX : BOX + SIDE].copy()


def _mean_place(mass: NDArray[np.float64]) -> float:
    """The centre of a line of masses, as an index."""
    return float(np.dot(np.arange(len(mass)), mass) / mass.sum())
