"""Both ways to make matrix products of a convolution, against a plain loop; gradients as their transposes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.arrays import FloatArray, Workspace
from nn.pixel_products import PixelProducts
from nn.products import Products, Sliding
from nn.row_products import RowProducts

Way = type[PixelProducts] | type[RowProducts]
WAYS: list[tuple[Way, int]] = [(PixelProducts, 1), (RowProducts, 1), (RowProducts, 3), (RowProducts, 16)]


@st.composite
def slidings(draw: st.DrawFn) -> Sliding:
    """A kernel that fits, over a width with perhaps something left over."""
    kernel, stride, pool = draw(st.integers(1, 6)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    width = (pool * columns - 1) * stride + kernel + draw(st.integers(0, 2))
    return Sliding(kernel, stride, pool, rows, columns, width, 1, draw(st.integers(1, 3)))


def images_for(sliding: Sliding, count: int, rng: np.random.Generator, more: int) -> FloatArray:
    height = sliding.groups * sliding.stride + more
    return rng.normal(size=(count, height, sliding.width, sliding.channels))


def looped(images: FloatArray, weight: FloatArray, sliding: Sliding) -> list[FloatArray]:
    """For each place of a pooling window (count, rows, columns * filters)."""
    kernel, stride, pool, rows, columns, *_ = sliding
    found: list[FloatArray] = []
    for down, along in np.ndindex(pool, pool):
        sums = np.zeros((len(images), rows, columns, sliding.filters))
        for row, column in np.ndindex(rows, columns):
            top, left = stride * (pool * row + down), stride * (pool * column + along)
            seen = images[:, top : top + kernel, left : left + kernel]
            sums[:, row, column] = np.tensordot(seen, weight, 3)
        found.append(sums.reshape(len(images), rows, -1))
    return found


def forward(way: Products, images: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What is seen, and the sums."""
    seen = way.seen(images, out=np.empty(len(images) * way.size))
    sums = np.full((len(images), *way.sliding.sums_shape), np.nan)
    way.sums(seen, way.kernels(weight), out=sums)
    return seen, sums


@pytest.mark.parametrize(("kind", "channels"), WAYS)
@settings(max_examples=60, deadline=None)
@given(sliding=slidings(), count=st.integers(1, 3), more=st.integers(0, 2))
def test_sums_and_gradients(kind: Way, channels: int, sliding: Sliding, count: int, more: int) -> None:
    """As sums are linear in images and in weights, <sums, delta> is <images, dL/d images>, and so on."""
    rng = np.random.default_rng(count)
    sliding = sliding._replace(channels=channels)
    images = images_for(sliding, count, rng, more)
    weight = rng.normal(size=(sliding.kernel, sliding.kernel, channels, sliding.filters))
    way = kind(sliding, Workspace(np.float64))
    seen, sums = forward(way, images, weight)
    for ours, theirs in zip(way.windows(sums), looped(images, weight, sliding), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-10)
    delta = rng.normal(size=sums.shape)
    spread = way.spread(delta)
    weight_gradient = np.full(weight.shape, np.nan)
    way.weight_gradient(np.matmul(seen.transpose(0, 2, 1), spread), out=weight_gradient)
    passed = way.input_gradient(spread, way.turned(weight))
    height, width = min(images.shape[1], passed.shape[1]), min(images.shape[2], passed.shape[2])
    product = np.sum(images[:, :height, :width] * passed[:, :height, :width])
    expected = pytest.approx(np.sum(sums * delta), rel=1e-9, abs=1e-8)
    assert np.sum(weight * weight_gradient) == expected
    assert product == expected


@pytest.mark.parametrize(("kind", "channels"), WAYS)
def test_nothing_is_left_of_the_tile_before(kind: Way, channels: int) -> None:
    """The memory is lent again and again, also to a smaller tile."""
    sliding = Sliding(3, 2, 1, 3, 3, 8, channels, 2)
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(3, 3, channels, 2))
    images = images_for(sliding, 4, rng, 0)
    way = kind(sliding, Workspace(np.float64))
    found: list[FloatArray] = []
    for tile in (images[:1], images, images[:1]):
        sums = forward(way, tile, weight)[1]
        found.append(way.input_gradient(way.spread(sums), way.turned(weight))[0].copy())
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-12)
