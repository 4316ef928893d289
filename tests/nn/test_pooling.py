"""Pooling against loops over windows: who wins, and what goes back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_samples import bound, passed_back
from naive import max_pooled, max_pooled_back

from nn.arrays import FloatType, Workspace
from nn.config import AvgPool2DConfig, MaxPool2DConfig
from nn.pooling import AvgPool2D, GlobalAvgPool2D, MaxPool2D, largest, winners
from nn.settings import ConfigError

SHAPES = st.tuples(st.integers(3, 7), st.integers(3, 7), st.integers(1, 3))


@settings(max_examples=100, deadline=None)
@given(shape=SHAPES, size=st.integers(1, 3), count=st.integers(1, 3), values=st.integers(1, 9))
def test_the_largest_wins_and_of_equals_the_first(
    shape: tuple[int, int, int], size: int, count: int, values: int
) -> None:
    """Few values have many ties; with one value all are equal."""
    rng = np.random.default_rng(values)
    images = rng.integers(0, values, (count, *shape)).astype(np.float64)
    layer = bound(MaxPool2D(MaxPool2DConfig(size), shape))
    expected, sources = max_pooled(images, size)
    np.testing.assert_array_equal(layer.forward(images), expected)
    upstream = rng.normal(size=expected.shape)
    np.testing.assert_array_equal(passed_back(layer, upstream), max_pooled_back(upstream, sources, images))


@settings(max_examples=100, deadline=None)
@given(shape=SHAPES, size=st.integers(1, 3), count=st.integers(1, 3))
def test_the_mean_gives_each_pixel_the_same_part(shape: tuple[int, int, int], size: int, count: int) -> None:
    rng = np.random.default_rng(size)
    images = rng.normal(size=(count, *shape))
    layer = bound(AvgPool2D(AvgPool2DConfig(size), shape))
    outputs = layer.forward(images).copy()
    upstream = rng.normal(size=outputs.shape)
    expected = np.zeros_like(images)
    for n, y, x, c in np.ndindex(outputs.shape):
        window = np.s_[n, size * y : size * (y + 1), size * x : size * (x + 1), c]
        assert outputs[n, y, x, c] == pytest.approx(images[window].mean(), rel=1e-10, abs=1e-12)
        expected[window] = upstream[n, y, x, c] / size**2
    np.testing.assert_allclose(passed_back(layer, upstream), expected, rtol=1e-12)


def test_the_global_mean() -> None:
    rng = np.random.default_rng(0)
    images, upstream = rng.normal(size=(3, 5, 4, 2)), rng.normal(size=(3, 2))
    layer = bound(GlobalAvgPool2D((5, 4, 2)))
    assert layer.output_shape == (2,)
    np.testing.assert_allclose(layer.forward(images), images.reshape(3, 20, 2).mean(axis=1), rtol=1e-12)
    passed = passed_back(layer, upstream)
    np.testing.assert_allclose(passed, np.broadcast_to(upstream[:, None, None] / 20, passed.shape))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_winners_share_the_gradient_among_themselves(dtype: FloatType) -> None:
    """Numbers that differ by as little as numbers can are no ties; a gradient's sign has no part in it."""
    tiny = np.finfo(dtype).tiny
    above = np.nextafter(5, 6, dtype=dtype)
    candidates = np.array([[0, 1, -1, tiny, 9, 5], [tiny, 1, -2, 0, 7, above], [0, 1, 0, 0, 7, 5]], dtype)
    gradient = np.array([1, -2, 3, -4, 5, -6], dtype)
    maxima = np.empty(6, dtype)
    largest(list(candidates), maxima)
    np.testing.assert_array_equal(maxima, candidates.max(axis=0))
    found = np.full_like(candidates, np.nan)
    winners(gradient, list(candidates), maxima, Workspace(dtype), out=list(found))
    expected = np.where(np.arange(3)[:, None] == candidates.argmax(axis=0), gradient, 0)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kind", [MaxPool2D, AvgPool2D])
def test_pixels_that_fill_no_window_get_nothing_also_in_lent_memory(
    kind: type[MaxPool2D] | type[AvgPool2D],
) -> None:
    config = MaxPool2DConfig(2) if kind is MaxPool2D else AvgPool2DConfig(2)
    layer = bound(kind(config, (5, 5, 1)))
    layer.workspace.array("input_gradient", (2, 5, 5, 1))[...] = np.nan
    layer.forward(np.ones((2, 5, 5, 1)))
    passed = passed_back(layer, np.ones((2, 2, 2, 1)))
    assert passed.sum() == 8
    assert not passed[:, 4].any()
    assert not passed[:, :, 4].any()


def test_no_input_gradient_when_it_is_not_asked() -> None:
    for layer in (MaxPool2D(MaxPool2DConfig(2), (4, 4, 1)), GlobalAvgPool2D((4, 4, 1))):
        outputs = bound(layer).forward(np.ones((1, 4, 4, 1)))
        assert layer.backward(outputs.copy(), inputs_too=False) is None


def test_a_window_that_does_not_fit_is_one_sentence() -> None:
    with pytest.raises(ConfigError) as error:
        AvgPool2D(AvgPool2DConfig(5), (4, 9, 1))
    assert str(error.value) == "a window of 5 does not fit into 4 x 9 pixels; allowed: at most 4"
