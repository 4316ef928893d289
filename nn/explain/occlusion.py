"""Which parts of an image an answer rests on: cover a square of it, everywhere in turn, and ask again.

Needs nothing of a network but its answers: a function from images uint8 (n, 28, 28) to probabilities (n, 10).
(Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014, section 4.2.)
"""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np

from nn.arrays import ByteArray, FloatArray

Answerer = Callable[[ByteArray], FloatArray]
BLACK, GREY, WHITE = 0, 128, 255
COVER = 5  # pixels: about as wide as two strokes


class Flip(NamedTuple):
    """A square of `size` pixels, its upper left one at `row` and `column`, that changes the answer.

    With all its pixels at `value` the answer `before` becomes `after`, with this `probability`; `changed` is
    how many pixels had another value.
    """

    row: int
    column: int
    size: int
    value: int
    changed: int
    before: int
    after: int
    probability: float


def occlusion(answer: Answerer, image: ByteArray, *, size: int = COVER, value: int = GREY) -> FloatArray:
    """How much each digit's probability falls where an image (28, 28) is covered: (10, 28, 28).

    A pixel's number is the mean fall over all squares of `size` pixels, painted `value`, that cover it;
    below 0 the probability rises.
    """
    places = image.shape[0] - size + 1
    before = answer(image[np.newaxis])[0].astype(np.float64)
    falls = (before - answer(covered(image, size, value))).T.reshape(-1, places, places)
    return spread(falls, size)


def smallest_flip(answer: Answerer, image: ByteArray, value: int) -> Flip | None:
    """The smallest square that, painted `value` (0 blanks it), changes the answer to an image (28, 28).

    Sizes grow from 1 to the whole image and each is tried in all places; among squares of the first size
    that does it, the one whose new answer is surest. None where even the whole image painted over changes
    nothing.
    """
    before = int(answer(image[np.newaxis])[0].argmax())
    for size in range(1, image.shape[0] + 1):
        tried = covered(image, size, value)
        changed = np.count_nonzero(tried != image, axis=(1, 2))
        probabilities = answer(tried)
        surest = probabilities.max(axis=1)
        flips = (probabilities.argmax(axis=1) != before) & (changed > 0)
        if flips.any():
            place = int(np.where(flips, surest, -1.0).argmax())
            row, column = divmod(place, image.shape[1] - size + 1)
            after = int(probabilities[place].argmax())
            return Flip(row, column, size, value, int(changed[place]), before, after, float(surest[place]))
    return None


def covered(image: ByteArray, size: int, value: int) -> ByteArray:
    """The image (28, 28) with one square painted over, for all places row by row: ((29 - size)^2, 28, 28)."""
    places = image.shape[0] - size + 1
    copies = np.repeat(image[np.newaxis], places * places, axis=0)
    for copy, (row, column) in zip(copies, product(range(places), repeat=2), strict=True):
        copy[row : row + size, column : column + size] = value
    return copies


def spread(falls: FloatArray, size: int) -> FloatArray:
    """From a number for each square (..., places, places) to each pixel's mean over those that cover it."""
    places = falls.shape[-1]
    side = places + size - 1
    total = np.zeros((*falls.shape[:-2], side, side))
    counts = np.zeros((side, side))
    for row, column in product(range(size), repeat=2):
        total[..., row : row + places, column : column + places] += falls
        counts[row : row + places, column : column + places] += 1
    return total / counts
