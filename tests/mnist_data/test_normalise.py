"""MNIST's normalisation: the longest side is 20, the centre of mass in the middle, whatever was drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from real_mnist import real_mnist

from mnist_data import DatasetError, synthesize
from mnist_data.normalise import normalise


def centre_of_mass(image: NDArray[np.uint8]) -> tuple[float, float]:
    rows, columns = np.nonzero(image)
    weights = image[rows, columns].astype(np.float64)
    return float(np.average(rows, weights=weights)), float(np.average(columns, weights=weights))


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
def test_any_drawing_becomes_an_image_in_mnists_form(
    height: int, width: int, seed: int, scale: float
) -> None:
    ink = np.random.default_rng(seed).random((height, width)) * scale + scale / 10
    image = normalise(np.pad(ink, ((3, 9), (5, 0))))
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image.max() == 255
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.51)
    rows, columns = np.nonzero(image)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20


def test_a_normalised_digit_stays_as_it_is() -> None:
    once = [normalise(image) for image in synthesize(train=1, test=200).test_images]
    boxed = [image for image in once if longest_side(image) == 20]
    assert len(boxed) > 150  # in the others a row of the faintest ink was rounded away
    for image in boxed:
        np.testing.assert_array_equal(normalise(image), image)


def test_mnists_own_images_stay_as_they_are() -> None:
    images = real_mnist().test_images[:1000]
    same = sum(np.array_equal(normalise(image), image) for image in images)
    assert same > 850  # the rest: no pixel of 255, or a longest side of less than 20


def longest_side(image: NDArray[np.uint8]) -> int:
    rows, columns = np.nonzero(image)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


def test_size_place_and_strength_of_a_drawing_do_not_matter() -> None:
    image = synthesize(train=1, test=1).test_images[0]
    large = np.pad(np.kron(image, np.ones((9, 9))), ((200, 10), (0, 77))) / 1000
    difference = normalise(large).astype(int) - normalise(image)
    assert np.abs(difference).mean() < 6


def test_proportions_are_kept() -> None:
    image = normalise(np.ones((100, 25)))
    assert (image.any(axis=1).sum(), image.any(axis=0).sum()) == (20, 5)


def test_a_dot_and_a_hair_are_drawn() -> None:
    assert normalise(np.ones((1, 1))).astype(bool).sum() == 400
    assert normalise(np.ones((1000, 1))).astype(bool).sum() == 20


@pytest.mark.parametrize(
    "ink", [np.zeros((28, 28)), np.zeros((0, 5)), np.full((2, 2), np.nan), -np.ones((3, 3))]
)
def test_an_empty_picture_has_no_ink(ink: NDArray[np.float64]) -> None:
    with pytest.raises(DatasetError, match="no ink"):
        normalise(ink)
