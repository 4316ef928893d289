"""Batch normalisation: its formulas, over the whole batch though it is shared, and its running statistics."""

from collections.abc import Sequence

import numpy as np
import pytest
from layer_samples import bound, learning, passed_back

from nn.arrays import FloatArray, Shape
from nn.batches import PixelScale
from nn.config import BatchNormConfig, Conv2DConfig, DenseConfig, DropoutConfig, NetworkConfig
from nn.initializers import he
from nn.network import Network
from nn.network_config import ActivationName
from nn.normalization import BatchNorm
from nn.randomness import StepKey

PIXELS = PixelScale.of(standardise=True)
SHAPES = [(5,), (3, 4, 2)]
LAYERS = (
    Conv2DConfig(4, kernel=3, stride=3),
    BatchNormConfig(activation="relu"),
    Conv2DConfig(3, kernel=3),
    BatchNormConfig(momentum=0.3),
    DenseConfig(12, "tanh"),
    BatchNormConfig(activation="tanh"),
    DenseConfig(10),
)


def made(shape: Shape, config: BatchNormConfig | None = None) -> BatchNorm:
    layer = bound(BatchNorm(config or BatchNormConfig(), shape))
    layer.initialize(np.random.default_rng(0), he)
    layer.parameters["weight"][...] = np.linspace(0.5, 2, shape[-1])
    layer.parameters["bias"][...] = np.linspace(-1, 1, shape[-1])
    return layer


def images_of(shape: Shape, count: int = 7, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).normal(3, 2, (count, *shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_learning_normalises_each_feature_over_batch_and_places(shape: Shape) -> None:
    layer, inputs = made(shape), images_of(shape)
    outputs = layer.forward(inputs, learning())
    for feature in range(shape[-1]):
        x = inputs[..., feature]
        n = (x - x.mean()) / np.sqrt(x.var() + 1e-5)
        expected = layer.parameters["weight"][feature] * n + layer.parameters["bias"][feature]
        np.testing.assert_allclose(outputs[..., feature], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_running_statistics_move_by_pytorchs_formula(shape: Shape) -> None:
    """The variance that answers is over N - 1, the one that normalises over N; momentum is the new share."""
    layer = made(shape, BatchNormConfig(momentum=0.3))
    mean, variance = np.zeros(shape[-1]), np.ones(shape[-1])
    for step in range(4):
        inputs = images_of(shape, seed=step)
        layer.forward(inputs, learning(step=step))
        features = inputs.reshape(-1, shape[-1])
        mean = 0.7 * mean + 0.3 * features.mean(axis=0)
        variance = 0.7 * variance + 0.3 * features.var(axis=0, ddof=1)
    np.testing.assert_allclose(layer.running["running_mean"], mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running["running_var"], variance, rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_answering_takes_the_running_statistics_and_leaves_them(shape: Shape) -> None:
    layer, inputs = made(shape, BatchNormConfig(eps=0.1, activation="tanh")), images_of(shape)
    layer.running["running_mean"][...] = np.linspace(1, 2, shape[-1])
    layer.running["running_var"][...] = np.linspace(0.5, 4, shape[-1])
    before = {name: array.copy() for name, array in layer.running.items()}
    n = (inputs - before["running_mean"]) / np.sqrt(before["running_var"] + 0.1)
    expected = np.tanh(layer.parameters["weight"] * n + layer.parameters["bias"])
    np.testing.assert_allclose(layer.forward(inputs), expected, rtol=1e-10)
    alone = layer.forward(inputs[:1]).copy()
    np.testing.assert_allclose(alone, expected[:1], rtol=1e-10)
    for name, array in layer.running.items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("activation", ["none", "tanh", "gelu"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_gradient_is_that_of_finite_differences(shape: Shape, activation: ActivationName) -> None:
    layer = made(shape, BatchNormConfig(activation=activation))
    inputs = images_of(shape, count=3)
    upstream = np.random.default_rng(2).normal(size=inputs.shape)

    def loss() -> float:
        return float(np.sum(layer.forward(inputs, learning()) * upstream))

    loss()
    passed = passed_back(layer, upstream)
    for array, gradient in (
        (inputs, passed),
        (layer.parameters["weight"], layer.gradients["weight"].copy()),
        (layer.parameters["bias"], layer.gradients["bias"].copy()),
    ):
        differences = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + 1e-6
            above = loss()
            array[place] = kept - 1e-6
            differences[place] = (above - loss()) / 2e-6
            array[place] = kept
        error = np.linalg.norm(gradient - differences) / np.linalg.norm(differences)
        assert error < 1e-7


def test_one_number_a_feature_has_no_variance_and_is_no_disaster() -> None:
    layer = made((4,))
    outputs = layer.forward(images_of((4,), count=1), learning())
    np.testing.assert_allclose(outputs[0], layer.parameters["bias"])
    assert np.isfinite(layer.running["running_var"]).all()


def test_what_answers_has_no_gradient() -> None:
    layer = made((4,))
    layer.forward(images_of((4,)))
    with pytest.raises(ValueError, match="forward it as learning"):
        layer.backward(np.ones((7, 4)), inputs_too=True)


def test_the_first_layer_is_not_asked_for_more() -> None:
    layer = made((4,))
    layer.forward(images_of((4,)), learning())
    assert layer.backward(np.ones((7, 4)), inputs_too=False) is None
    np.testing.assert_allclose(layer.gradients["bias"], 7)


def trained(threads: int, sizes: Sequence[int]) -> tuple[list[FloatArray], list[FloatArray], FloatArray]:
    """Outputs and gradients batch by batch, and the statistics in the end; float32 as in training."""
    network = Network(NetworkConfig(layers=LAYERS), threads=threads)
    network.initialize(np.random.default_rng(0))
    rng = np.random.default_rng(1)
    outputs, gradients = [], []
    for step, size in enumerate(sizes):
        images = rng.integers(0, 256, (size, 28, 28), np.uint8)
        outputs.append(network.forward_bytes(images, PIXELS, StepKey(0, 0, step)).copy())
        network.backward(rng.normal(size=(size, 10)).astype(np.float32) / size)
        gradients.append(network.gradients.copy())
    return outputs, gradients, network.statistics.copy()


@pytest.mark.parametrize("threads", [2, 3])
def test_a_shared_batch_is_normalised_as_one(threads: int) -> None:
    """Also where batches in between are too small to be shared by all."""
    sizes = (50, 10, 50, 33, 48, 3, 40)
    alone, shared = trained(1, sizes), trained(threads, sizes)
    for ours, theirs in zip((*alone[0], *alone[1]), (*shared[0], *shared[1]), strict=True):
        assert np.linalg.norm(ours - theirs) < 1e-5 * np.linalg.norm(ours)
    np.testing.assert_allclose(alone[2], shared[2], rtol=1e-6, atol=1e-6)


def test_the_same_shares_give_the_same_bits_however_threads_run() -> None:
    sizes = (50, 10, 50)
    first = trained(3, sizes)
    for _ in range(5):
        again = trained(3, sizes)
        for ours, theirs in zip(
            (*first[0], *first[1], first[2]), (*again[0], *again[1], again[2]), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_a_networks_statistics_are_one_array_that_all_shares_see() -> None:
    layers = NetworkConfig(layers=(*LAYERS[:-1], DropoutConfig(), LAYERS[-1]))
    images = np.random.default_rng(1).integers(0, 256, (40, 28, 28), np.uint8)
    answers: list[np.ndarray] = []
    for threads in (1, 2):
        network = Network(layers, np.float64, threads=threads)
        network.initialize(np.random.default_rng(0))
        np.testing.assert_array_equal(
            network.statistics, [0] * 4 + [1] * 4 + [0] * 3 + [1] * 3 + [0] * 12 + [1] * 12
        )
        network.statistics[:4] = 5
        answers.append(network.answer(images, PIXELS))
    np.testing.assert_allclose(answers[1], answers[0], rtol=1e-9)
    assert network.weight_count == len(network.parameters) - (4 + 4 + 4 + 3 + 3 + 3 + 12 + 12 + 12 + 10)
