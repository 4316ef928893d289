"""Batches: every image once an epoch, in an order that only seed and epoch decide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import digits

from nn.batches import Batches, Images, PixelScale

UNIT = PixelScale.of(standardise=False)


def numbered(count: int) -> Images:
    """Image i says i in its first two pixels."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(count) % 256
    images[:, 0, 1] = np.arange(count) // 256
    return Images(images, (np.arange(count) % 10).astype(np.uint8))


def made(count: int, size: int, *, seed: int = 7, shuffle: bool = True) -> Batches:
    return Batches(numbered(count), batch_size=size, seed=seed, shuffle=shuffle)


def seen(batches: Batches, epoch: int, first: int = 0) -> list[list[int]]:
    """The numbers of the images in each batch."""
    found: list[list[int]] = []
    for images, labels in batches.epoch(epoch, first):
        numbers = images[:, 0, 0] + 256 * images[:, 0, 1].astype(int)
        np.testing.assert_array_equal(labels, numbers % 10)
        found.append([int(number) for number in numbers])
    return found


def joined(shown: list[list[int]]) -> list[int]:
    return [number for batch in shown for number in batch]


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(1, 60),
    size=st.integers(0, 80),
    epoch=st.integers(0, 5),
    seed=st.integers(0, 2**63 - 1),
    shuffle=st.booleans(),
)
def test_an_epoch_shows_every_image_once(count: int, size: int, epoch: int, seed: int, shuffle: bool) -> None:
    batches = made(count, size, seed=seed, shuffle=shuffle)
    shown = seen(batches, epoch)
    assert sorted(joined(shown)) == list(range(count))
    assert len(shown) == len(batches)
    assert {len(batch) for batch in shown[:-1]} <= {batches.size}
    assert 1 <= len(shown[-1]) <= batches.size


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 60), size=st.integers(0, 80), data=st.data())
def test_resuming_in_the_middle_shows_the_same_rest(count: int, size: int, data: st.DataObject) -> None:
    whole = seen(made(count, size), 2)
    first = data.draw(st.integers(0, len(whole)))
    assert seen(made(count, size), 2, first) == whole[first:]


def test_the_order_depends_on_seed_and_epoch_and_on_nothing_else() -> None:
    orders = {
        (seed, epoch): tuple(made(40, 8, seed=seed).order(epoch)) for seed in (1, 2) for epoch in (0, 1)
    }
    assert len(set(orders.values())) == 4
    batches = made(40, 8, seed=2)
    list(batches.epoch(0))
    assert tuple(batches.order(1)) == orders[2, 1]


def test_the_order_is_the_same_whatever_the_batch_size() -> None:
    assert joined(seen(made(40, 8), 3)) == joined(seen(made(40, 7), 3))


def test_without_shuffle_images_come_as_they_are() -> None:
    assert joined(seen(made(25, 10, shuffle=False), 4)) == list(range(25))


@pytest.mark.parametrize("size", [0, 25, 1000])
def test_the_full_batch_is_one_batch_in_order(size: int) -> None:
    assert seen(made(25, size), 1) == [list(range(25))]


def test_the_last_batch_is_smaller() -> None:
    assert [len(batch) for batch in seen(made(25, 10), 0)] == [10, 10, 5]


def test_pixels_become_zero_to_one() -> None:
    images = np.array([[[0, 51, 255]]], np.uint8)
    out = np.empty((1, 1, 3, 1), np.float32)
    np.testing.assert_allclose(UNIT.convert(images, out).ravel(), [0, 0.2, 1], rtol=1e-6)


def test_standardised_pixels_have_the_published_mean_and_deviation() -> None:
    images = np.array([[[0, 255]]], np.uint8)
    out = np.empty((1, 1, 2, 1), np.float32)
    converted = PixelScale.of(standardise=True).convert(images, out).ravel()
    np.testing.assert_allclose(converted, [(0 - 0.1307) / 0.3081, (1 - 0.1307) / 0.3081], rtol=1e-6)


def test_some_pixels_of_each_image_are_converted_alone() -> None:
    images = digits(5).images.reshape(5, 784)
    all_, some = np.empty((5, 784), np.float32), np.empty((5, 100), np.float32)
    UNIT.convert(images, all_)
    np.testing.assert_array_equal(UNIT.convert(images[:, 50:150], some), all_[:, 50:150])
