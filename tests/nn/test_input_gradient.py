"""Both ways back through a convolution are the transpose of the way forward."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.arrays import FloatArray, Workspace
from nn.input_gradient import Correlated, Scattered, WayBack
from nn.patches import Window, patches

COUNT, CHANNELS, FILTERS = 5, 3, 4


def windows(kernel: int, stride: int, pool: int, sides: tuple[int, int]) -> list[Window]:
    """Those of a convolution with its pooling: one for each place of a pooling window."""
    rows, columns = (((side - kernel) // stride + 1) // pool for side in sides)
    return [
        Window(kernel, stride * pool, (rows, columns), (stride * down, stride * along))
        for down in range(pool)
        for along in range(pool)
    ]


def both_ways(
    way: type[WayBack], kernel: int, stride: int, pool: int, margins: tuple[int, int], tile: int
) -> tuple[float, float, FloatArray]:
    """<forward(x), delta>, <x, back(delta)> and back(delta); x lies in a frame of zeros."""
    rng = np.random.default_rng(kernel + 10 * stride + 100 * pool)
    padded = np.zeros((COUNT, 13, 12, CHANNELS))
    inner = padded[:, margins[0] :, margins[1] :]
    inner[...] = rng.normal(size=inner.shape)
    weight = rng.normal(size=(kernel, kernel, CHANNELS, FILTERS))
    back = way(weight, padded.shape, margins, Workspace(np.float64))
    forward = 0.0
    for window in windows(kernel, stride, pool, (13, 12)):
        seen = patches(padded, window, Workspace(np.float64))
        sums = seen @ weight.reshape(-1, FILTERS)
        delta = rng.normal(size=sums.shape)
        forward += float(np.sum(sums * delta))
        for start in range(0, COUNT, tile):
            images = slice(start, start + tile)
            back.take(images, window, delta.reshape(COUNT, -1, FILTERS)[images].reshape(-1, FILTERS))
    passed = np.full(inner.shape, np.nan)
    back.finish(passed)
    return forward, float(np.sum(inner * passed)), passed


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    pool=st.integers(1, 3),
    margins=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    tile=st.integers(1, 5),
)
def test_adding_up_is_the_transpose(
    kernel: int, stride: int, pool: int, margins: tuple[int, int], tile: int
) -> None:
    forward, back, _ = both_ways(Scattered, kernel, stride, pool, margins, tile)
    assert back == pytest.approx(forward, rel=1e-9, abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.integers(1, 5),
    pool=st.integers(1, 3),
    margins=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    tile=st.integers(1, 5),
)
def test_another_convolution_is_the_same_where_the_kernel_moved_pixel_by_pixel(
    kernel: int, pool: int, margins: tuple[int, int], tile: int
) -> None:
    forward, back, passed = both_ways(Correlated, kernel, 1, pool, margins, tile)
    assert back == pytest.approx(forward, rel=1e-9, abs=1e-8)
    _, _, other = both_ways(Scattered, kernel, 1, pool, margins, tile)
    np.testing.assert_allclose(passed, other, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("way", [Correlated, Scattered])
def test_nothing_is_left_of_the_step_before(way: type[WayBack]) -> None:
    """The memory is lent again and again; pixels that no place sees get 0."""
    space = Workspace(np.float64)
    weight = np.ones((2, 2, 1, 1))
    passed = np.empty((1, 4, 4, 1))
    for value in (5.0, 1.0):
        back = way(weight, (1, 4, 4, 1), (0, 0), space)
        back.take(slice(0, 1), Window(2, 1, (2, 2)), np.full((4, 1), value))
        back.finish(passed)
    np.testing.assert_array_equal(
        passed[0, :, :, 0], [[1, 2, 1, 0], [2, 4, 2, 0], [1, 2, 1, 0], [0, 0, 0, 0]]
    )
