"""Gradients with respect to the image, held against central differences in float64."""

import numpy as np
import pytest
from samples import digits

from nn.arrays import FloatArray
from nn.batches import PixelScale
from nn.config import (
    ActivationName,
    AvgPool2DConfig,
    BatchNormConfig,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    GlobalAvgPool2DConfig,
    LayerConfig,
    MaxPool2DConfig,
    NetworkConfig,
)
from nn.explain.saliency import input_gradients, saliency
from nn.network import Network

STEP = 1e-6


def network_of(activation: ActivationName, *units: int) -> Network:
    layers = (*(DenseConfig(n, activation) for n in units), DenseConfig(10))
    network = Network(NetworkConfig(layers=layers), np.float64)
    network.initialize(np.random.default_rng(3))
    return network


def differences(network: Network, inputs: FloatArray, place: tuple[int, ...]) -> FloatArray:
    """(S(x + h) - S(x - h)) / 2h of all outputs S, for one pixel."""
    moved = np.stack([inputs, inputs])
    moved[(0, *place)] += STEP
    moved[(1, *place)] -= STEP
    above, below = network.forward(moved)
    return (above - below) / (2 * STEP)


def error(ours: FloatArray, theirs: FloatArray) -> float:
    """Relative, as the gradient check has it."""
    size = float(np.linalg.norm(ours) + np.linalg.norm(theirs))
    return float(np.linalg.norm(ours - theirs)) / max(size, 1e-2)


@pytest.mark.parametrize(
    ("activation", "units"),
    [("relu", ()), ("relu", (12,)), ("gelu", (12,)), ("tanh", (20, 11)), ("sigmoid", (9,))],
)
def test_it_agrees_with_central_differences(activation: ActivationName, units: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    network, inputs = network_of(activation, *units), rng.uniform(0, 1, (28, 28, 1))
    gradient = input_gradients(network, inputs)
    assert gradient.shape == (10, 28, 28, 1)
    for row, column in rng.integers(0, 28, (40, 2)).tolist():
        ours, theirs = gradient[:, row, column, 0], differences(network, inputs, (row, column, 0))
        assert error(ours, theirs) <= 1e-6


CONVOLUTIONS: list[tuple[LayerConfig, ...]] = [
    (Conv2DConfig(3, 5, activation="relu"), MaxPool2DConfig(2), Conv2DConfig(4, 3), BatchNormConfig()),
    (Conv2DConfig(3, 3, 2, "same", "tanh"), DropoutConfig(0.5), DenseConfig(8, "gelu")),
    (AvgPool2DConfig(2), Conv2DConfig(4, 3, activation="leaky_relu"), GlobalAvgPool2DConfig()),
]


@pytest.mark.parametrize("layers", CONVOLUTIONS)
def test_it_passes_through_every_kind_of_layer_that_answers(layers: tuple[LayerConfig, ...]) -> None:
    rng = np.random.default_rng(4)
    network = Network(NetworkConfig(layers=(*layers, DenseConfig(10))), np.float64)
    network.initialize(rng)
    network.statistics += rng.uniform(0.1, 0.5, network.statistics.shape)
    inputs = rng.uniform(0, 1, (28, 28, 1))
    gradient = input_gradients(network, inputs)
    for row, column in rng.integers(0, 28, (30, 2)).tolist():
        ours, theirs = gradient[:, row, column, 0], differences(network, inputs, (row, column, 0))
        assert error(ours, theirs) <= 1e-6


@pytest.mark.parametrize("standardise", [False, True])
def test_slopes_are_per_brightness_whatever_the_network_sees(standardise: bool) -> None:
    network, image = network_of("tanh", 8), digits(1).images[0]
    pixels = PixelScale.of(standardise=standardise)
    maps = saliency(network, pixels, image)
    brightness = image / 255

    def outputs(values: FloatArray) -> FloatArray:
        return network.forward((values * 255 * pixels.scale + pixels.offset)[np.newaxis, ..., np.newaxis])[
            0
        ].copy()

    for place in ((0, 0), (5, 9), (20, 14)):
        moved = brightness.copy()
        moved[place] += STEP
        above = outputs(moved)
        moved[place] -= 2 * STEP
        slope = (above - outputs(moved)) / (2 * STEP)
        assert np.allclose(maps.gradient[:, *place], slope, rtol=1e-5, atol=1e-7)
    assert np.array_equal(maps.product, maps.gradient * brightness)


def test_in_a_linear_network_slopes_are_weights_and_shares_add_up_to_the_output() -> None:
    network, image = network_of("none"), digits(1).images[0]
    maps = saliency(network, PixelScale.of(standardise=False), image)
    weight = network.layers[-1].parameters["weight"]
    assert np.allclose(maps.gradient, weight.T.reshape(10, 28, 28))
    outputs = network.forward((image / 255)[np.newaxis, ..., np.newaxis])[0]
    assert np.allclose(maps.product.sum(axis=(1, 2)), outputs)
