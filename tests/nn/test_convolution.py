"""Convolution, with and without the pooling it takes over, against loops over places."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from layer_samples import bound, filled, passed_back
from naive import convolved, convolved_back, max_pooled, max_pooled_back

from nn.config import Conv2DConfig, DenseConfig, MaxPool2DConfig, NetworkConfig
from nn.convolution import Conv2D
from nn.network import Network
from nn.network_config import ActivationName, Padding
from nn.settings import ConfigError

SIDES = st.integers(3, 8)


@settings(max_examples=150, deadline=None)
@given(
    shape=st.tuples(SIDES, SIDES, st.integers(1, 3)),
    filters=st.integers(1, 3),
    kernel=st.integers(1, 6),
    stride=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same"]),
    pool=st.integers(1, 3),
    count=st.integers(1, 3),
    seed=st.integers(0, 9),
    has_ties=st.booleans(),
)
def test_forward_and_every_gradient_are_those_of_the_loops(
    shape: tuple[int, int, int],
    filters: int,
    kernel: int,
    stride: int,
    padding: Padding,
    pool: int,
    count: int,
    seed: int,
    has_ties: bool,
) -> None:
    """With small whole numbers many of the places of a pooling window are equal, and the first wins.

    With several channels sums that are equal on paper differ by a rounding, unless there is nothing to see.
    """
    config = Conv2DConfig(filters, kernel=kernel, stride=stride, padding=padding)
    rng = np.random.default_rng(seed)
    try:
        layer = filled(Conv2D(config, shape, pool))
    except ConfigError:
        assume(False)
        raise
    assume(all(layer.output_shape))
    images, upstream = rng.normal(size=(count, *shape)), rng.normal(size=(count, *layer.output_shape))
    weight, bias = layer.parameters["weight"], layer.parameters["bias"]
    if has_ties:
        images = rng.integers(-1, 2, images.shape).astype(np.float64) * (shape[-1] == 1)
        weight[...] = rng.integers(-1, 2, weight.shape)
        bias[...] = 0
    seen = convolved(images, weight, bias, config)
    pooled, sources = max_pooled(seen.sums, pool)
    outputs = layer.forward(images).copy()
    np.testing.assert_allclose(outputs, pooled, rtol=1e-10, atol=1e-12)
    passed = passed_back(layer, upstream)
    expected = convolved_back(max_pooled_back(upstream, sources, seen.sums), seen, weight, config, images)
    np.testing.assert_allclose(layer.gradients["weight"], expected.weight, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(layer.gradients["bias"], expected.bias, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(passed, expected.images, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "places"),
    [(7, 3, 2, 4), (8, 3, 2, 4), (5, 2, 1, 5), (5, 1, 3, 2), (3, 7, 1, 3)],
)
def test_same_has_a_place_for_each_stride(side: int, kernel: int, stride: int, places: int) -> None:
    """TensorFlow's definition, ceil(side / stride)."""
    config = Conv2DConfig(2, kernel=kernel, stride=stride, padding="same")
    assert Conv2D(config, (side, side, 1)).output_shape == (places, places, 2)


@pytest.mark.parametrize("activation", ["none", "relu", "leaky_relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("size", [2, 3])
def test_pooling_on_the_way_is_pooling_afterwards(activation: ActivationName, size: int) -> None:
    layers = (
        Conv2DConfig(3, kernel=4, activation=activation),
        MaxPool2DConfig(size),
        Conv2DConfig(4, kernel=3, stride=2, padding="same", activation=activation),
        MaxPool2DConfig(2),
        DenseConfig(10),
    )
    rng = np.random.default_rng(0)
    images, upstream = rng.normal(size=(5, 28, 28, 1)), rng.normal(size=(5, 10))
    found = []
    for fuse in (True, False):
        network = Network(NetworkConfig(layers=layers), np.float64, fuse=fuse)
        network.initialize(np.random.default_rng(1))
        network.parameters[network.weight_count :] = np.linspace(-0.5, 0.5, 17)
        outputs = network.forward(images).copy()
        network.backward(upstream.copy())
        found.append((len(network.layers), outputs, network.gradients))
    assert (found[0][0], found[1][0]) == (4, 6)
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-10)
    np.testing.assert_allclose(found[0][2], found[1][2], rtol=1e-9, atol=1e-12)


def test_of_equal_places_the_first_gets_the_gradient() -> None:
    layer = bound(Conv2D(Conv2DConfig(1, kernel=1), (4, 4, 1), pool=2))
    layer.parameters["weight"][...] = 1
    layer.forward(np.ones((1, 4, 4, 1)))
    passed = passed_back(layer, np.full((1, 2, 2, 1), 3.0))
    expected = np.zeros((4, 4))
    expected[::2, ::2] = 3
    np.testing.assert_array_equal(passed[0, :, :, 0], expected)


@pytest.mark.parametrize("pool", [1, 2])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kept", [0, 10**9])
def test_tiles_of_any_size_give_the_same(
    monkeypatch: pytest.MonkeyPatch, pool: int, channels: int, stride: int, kept: int
) -> None:
    """Whether what is seen of them is kept for the way back or made again."""
    monkeypatch.setattr("nn.convolution.KEPT_BYTES", kept)
    config = Conv2DConfig(4, kernel=3, stride=stride, padding="same", activation="relu")
    rng = np.random.default_rng(0)
    images = rng.normal(size=(7, 9, 9, channels))
    found = []
    for tile in (1, 3 * 9 * 9 * 9 * 8 * channels // stride**2, 10**9):
        monkeypatch.setattr("nn.convolution.TILE_BYTES", tile)
        layer = filled(Conv2D(config, (9, 9, channels), pool))
        outputs = layer.forward(images).copy()
        passed = passed_back(layer, np.ones_like(outputs))
        found.append((outputs, passed, layer.gradients["weight"]))
    for other in found[1:]:
        for ours, theirs in zip(found[0], other, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_a_smaller_batch_after_a_larger_one(padding: Padding) -> None:
    config = Conv2DConfig(3, kernel=3, padding=padding, activation="tanh")
    rng = np.random.default_rng(3)
    large, small = rng.normal(size=(6, 8, 8, 2)), rng.normal(size=(2, 8, 8, 2))
    found = []
    for before in ([], [large]):
        layer = filled(Conv2D(config, (8, 8, 2), 2))
        for images in before:
            passed_back(layer, np.ones_like(layer.forward(images)))
        outputs = layer.forward(small).copy()
        found.append((outputs, passed_back(layer, np.ones_like(outputs)), layer.gradients["weight"]))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_no_input_gradient_when_it_is_not_asked() -> None:
    layer = filled(Conv2D(Conv2DConfig(2, kernel=3), (5, 5, 1)))
    outputs = layer.forward(np.ones((1, 5, 5, 1)))
    assert layer.backward(np.ones_like(outputs), inputs_too=False) is None
    assert layer.gradients["bias"].tolist() == [9, 9]


def test_only_an_activation_that_never_falls_can_pool() -> None:
    shape = (8, 8, 1)
    assert Conv2D(Conv2DConfig(2, activation="tanh"), shape).can_pool
    assert not Conv2D(Conv2DConfig(2, activation="gelu"), shape).can_pool
    assert not Conv2D(Conv2DConfig(2), shape).with_pool(2).can_pool


def test_it_counts_fans_and_operations() -> None:
    layer = Conv2D(Conv2DConfig(6, kernel=5), (28, 28, 3))
    assert layer.fans == (75, 150)
    assert layer.parameter_count == 5 * 5 * 3 * 6 + 6
    assert layer.flops == 2 * 5 * 5 * 3 * 6 * 24 * 24 == layer.with_pool(2).flops


def test_a_kernel_that_does_not_fit_is_one_sentence() -> None:
    with pytest.raises(ConfigError) as error:
        Conv2D(Conv2DConfig(1, kernel=6), (5, 9, 1))
    assert str(error.value) == (
        "a kernel of 6 does not fit into 5 x 9 pixels; allowed: at most 5, or padding same"
    )
