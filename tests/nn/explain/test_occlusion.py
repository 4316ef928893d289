"""Covering squares, on answers simple enough to work out by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.arrays import ByteArray, FloatArray
from nn.explain.occlusion import BLACK, WHITE, covered, occlusion, smallest_flip, spread

Answerer = Callable[[ByteArray], FloatArray]


def ink_over(threshold: int) -> Answerer:
    """Answers 1 if more than `threshold` pixels are white, else 0; the surer the more there are."""

    def answer(images: ByteArray) -> FloatArray:
        white = (images == WHITE).sum(axis=(1, 2))
        probabilities = np.zeros((len(images), 10))
        probabilities[:, 1] = np.where(white > threshold, 0.6 + white / 2000, 0.1)
        probabilities[:, 0] = 1 - probabilities[:, 1]
        return probabilities

    return answer


def bar() -> ByteArray:
    """Three white pixels in row 10, from column 12 on."""
    image = np.zeros((28, 28), np.uint8)
    image[10, 12:15] = WHITE
    return image


@given(st.integers(1, 28), st.integers(0, 255))
def test_every_square_is_covered_once(size: int, value: int) -> None:
    image = np.full((28, 28), 77, np.uint8)
    copies = covered(image, size, value)
    places = 29 - size
    assert copies.shape == (places**2, 28, 28)
    for place in {0, places - 1, len(copies) - 1}:
        row, column = divmod(place, places)
        expected = image.copy()
        expected[row : row + size, column : column + size] = value
        assert np.array_equal(copies[place], expected)


def test_a_pixel_has_the_mean_of_the_squares_over_it() -> None:
    falls = np.arange(9.0).reshape(1, 3, 3)  # squares of 2 in an image of 4
    shown = spread(falls, 2)
    assert shown.shape == (1, 4, 4)
    assert shown[0, 0, 0] == 0  # one square covers the corner
    assert shown[0, 0, 1] == pytest.approx((0 + 1) / 2)
    assert shown[0, 1, 1] == pytest.approx((0 + 1 + 3 + 4) / 4)
    assert shown[0, 3, 3] == 8


def test_only_what_is_covered_loses() -> None:
    falls = occlusion(ink_over(2), bar(), size=3, value=BLACK)
    assert falls.shape == (10, 28, 28)
    assert falls[1, 10, 13] == falls[1].max() > 0.4
    assert np.allclose(falls[0], -falls[1])
    assert not falls[1, :6].any()
    assert not falls[2:].any()


@pytest.mark.parametrize(("threshold", "size", "changed"), [(2, 1, 1), (1, 2, 2), (0, 3, 3)])
def test_the_smallest_square_that_blanks_enough(threshold: int, size: int, changed: int) -> None:
    flip = smallest_flip(ink_over(threshold), bar(), BLACK)
    assert flip is not None
    assert (flip.size, flip.value, flip.changed) == (size, BLACK, changed)
    assert (flip.before, flip.after) == (1, 0)
    assert flip.row <= 10 < flip.row + size
    assert flip.probability == pytest.approx(0.9)
    image = bar()
    image[flip.row : flip.row + size, flip.column : flip.column + size] = BLACK
    assert ink_over(threshold)(image[np.newaxis])[0].argmax() == 0


def test_painting_is_tried_too_and_the_surest_square_is_taken() -> None:
    flip = smallest_flip(ink_over(10), bar(), WHITE)
    assert flip is not None
    assert (flip.size, flip.value, flip.before, flip.after) == (3, WHITE, 0, 1)
    assert flip.changed == 9  # no pixel of the bar: as much new ink as can be
    assert flip.probability == pytest.approx(0.6 + 12 / 2000)


def test_nothing_flips_an_answer_that_never_changes() -> None:
    def answer(images: ByteArray) -> FloatArray:
        return np.tile(np.eye(10)[4], (len(images), 1))

    assert smallest_flip(answer, bar(), BLACK) is None
    assert smallest_flip(answer, bar(), WHITE) is None


def test_a_square_that_changes_no_pixel_changes_no_answer() -> None:
    """Answers in a batch may differ in their last bits; that is no flip."""

    def answer(images: ByteArray) -> FloatArray:
        return np.tile(np.eye(10)[1 if len(images) > 1 else 0], (len(images), 1))

    assert smallest_flip(answer, np.zeros((28, 28), np.uint8), BLACK) is None
