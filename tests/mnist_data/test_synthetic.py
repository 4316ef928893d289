"""Synthetic digits: in MNIST's form, the same for the same seed, and of every way of writing."""

import numpy as np
import pytest

from mnist_data import synthesize
from mnist_data.glyphs import GLYPHS
from mnist_data.synthetic import BOX, draw_digits


def test_the_form_is_that_of_mnist() -> None:
    dataset = synthesize(train=600, test=200)
    assert dataset.is_synthetic
    assert not dataset.is_mnist
    assert dataset.train_images.shape == (600, 28, 28)
    assert dataset.test_labels.shape == (200,)
    assert set(dataset.train_labels.tolist()) == set(range(10))
    assert dataset.train_images.max() == 255
    assert 0.11 < dataset.train_images.mean() / 255 < 0.15  # MNIST: 0.1307


def test_equal_seeds_give_equal_images() -> None:
    first = synthesize(train=100, test=50)
    assert synthesize(train=100, test=50).fingerprint == first.fingerprint
    assert synthesize(train=100, test=50, seed=8).fingerprint != first.fingerprint


def test_no_test_image_is_a_training_image() -> None:
    dataset = synthesize(train=500, test=500)
    train = {image.tobytes() for image in dataset.train_images}
    assert len(train) == 500
    assert not train & {image.tobytes() for image in dataset.test_images}


def test_digits_fit_the_box_and_are_centred_by_mass() -> None:
    images, _ = draw_digits(500, np.random.default_rng(0))
    pixels = np.arange(28)
    for axis in (1, 2):
        mass = images.sum(axis=axis, dtype=np.float64)
        assert np.abs(mass @ pixels / mass.sum(axis=1) - 14).max() <= 0.5 + 1e-9
        inked = mass > 0
        extent = 28 - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1)
        assert extent.max() <= BOX + 2  # the pen's soft edge may touch one pixel more on each side


def test_no_image_draws_nothing() -> None:
    images, labels = draw_digits(0, np.random.default_rng(0))
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)


@pytest.mark.parametrize("digit", range(10))
def test_every_digit_has_several_ways(digit: int) -> None:
    ways = [glyph for glyph in GLYPHS if glyph.digit == digit]
    assert len(ways) >= 3
    assert len({glyph.strokes for glyph in ways}) == len(ways)
