"""What the inspection tells against what the network and its trainer compute themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from samples import digits

from nn.config import (
    AvgPool2DConfig,
    BatchNormConfig,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    LayerConfig,
    MaxPool2DConfig,
    NetworkConfig,
)
from nn.explain.inspection import IMAGE, Inspection, Tensor, inspect
from nn.losses import LOSSES
from nn.network import Network

LAYERS: tuple[LayerConfig, ...] = (DenseConfig(7, "relu"), DenseConfig(5, "tanh"), DenseConfig(10))
CONVOLUTIONAL: tuple[LayerConfig, ...] = (
    Conv2DConfig(3, kernel=5, activation="sigmoid"),
    MaxPool2DConfig(2),
    Conv2DConfig(4, kernel=3, stride=2),
    BatchNormConfig(activation="tanh"),
    AvgPool2DConfig(2),
    DropoutConfig(0.5),
    DenseConfig(10),
)
LABEL = 3


def made(layers: tuple[LayerConfig, ...] = LAYERS) -> Network:
    network = Network(NetworkConfig(layers=layers), np.float64, fuse=False)
    network.initialize(np.random.default_rng(0))
    network.statistics += np.random.default_rng(1).random(network.statistics.shape)
    return network


def image() -> np.ndarray:
    return digits(1).images[0][..., np.newaxis] / 255.0


def looked_at(network: Network, loss: str = "cross_entropy", label: int | None = LABEL) -> Inspection:
    return inspect(network, LOSSES["mse" if loss == "mse" else "cross_entropy"], image(), label)


def test_every_layer_is_told_with_its_shape_and_activation() -> None:
    told = looked_at(made()).layers
    assert [record.name for record in told] == [IMAGE, "flatten1", "dense1", "dense2", "dense3"]
    assert [record.activation for record in told] == ["none", "none", "relu", "tanh", "none"]
    assert [record.outputs.values.shape for record in told] == [(28, 28, 1), (784,), (7,), (5,), (10,)]
    assert [record.parameter_count for record in told] == [0, 0, 784 * 7 + 7, 40, 60]
    for record in told:
        assert record.outputs.values.shape == record.output_shape
        assert record.output_gradient is not None
        assert record.output_gradient.values.shape == record.output_shape


def test_outputs_are_those_of_the_forward_pass() -> None:
    network = made()
    told = looked_at(network)
    outputs = network.forward(image()[np.newaxis])
    np.testing.assert_array_equal(told.layers[-1].outputs.values, outputs[0])
    np.testing.assert_array_equal(told.layers[2].outputs.values, network.layers[1].outputs[0])
    np.testing.assert_array_equal(told.layers[0].outputs.values, image())
    np.testing.assert_array_equal(told.layers[1].outputs.values, image().reshape(-1))
    np.testing.assert_allclose(told.probabilities, np.exp(outputs[0]) / np.exp(outputs[0]).sum())


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_parameters_and_their_gradients_are_the_trainers_own(loss: str) -> None:
    network = made()
    told = {record.name: record for record in looked_at(network, loss).layers}
    value, gradient = LOSSES["mse" if loss == "mse" else "cross_entropy"](
        network.forward(image()[np.newaxis]), np.array([LABEL], np.uint8)
    )
    assert looked_at(network, loss).loss == value
    network.gradients[...] = np.nan
    network.forward(image()[np.newaxis])
    network.backward(gradient)
    for name, layer in network.learning_layers():
        assert set(told[name].parameters) == {"weight", "bias"}
        for tensor, values in layer.parameters.items():
            np.testing.assert_array_equal(told[name].parameters[tensor].values, values)
            np.testing.assert_array_equal(
                told[name].parameter_gradients[tensor].values, layer.gradients[tensor]
            )


@pytest.mark.parametrize("layers", [LAYERS, CONVOLUTIONAL])
def test_the_gradient_of_every_activation_agrees_with_differences(layers: tuple[LayerConfig, ...]) -> None:
    """Push one output of a layer, run the layers after it, and see how the loss moves."""
    network = made(layers)
    told = looked_at(network)
    loss, label, step = LOSSES["cross_entropy"], np.array([LABEL], np.uint8), 1e-6
    for position, record in enumerate(told.layers):
        assert record.output_gradient is not None
        for index in np.ndindex(*(min(size, 4) for size in record.output_shape)):
            losses: list[float] = []
            for push in (step, -step):
                values = record.outputs.values.copy()[np.newaxis]
                values[0][index] += push
                for layer in network.layers[position:]:
                    values = layer.forward(values)
                losses.append(loss(values, label)[0])
            difference = (losses[0] - losses[1]) / (2 * step)
            assert record.output_gradient.values[index] == pytest.approx(difference, abs=1e-8)


def test_the_gradient_of_every_parameter_agrees_with_differences() -> None:
    """Also of a batch normalisation, which answers with what it has measured."""
    network = made(CONVOLUTIONAL)
    told = {record.name: record for record in looked_at(network).layers}
    loss, label, step = LOSSES["cross_entropy"], np.array([LABEL], np.uint8), 1e-6
    for name, layer in network.learning_layers():
        for tensor, values in layer.parameters.items():
            flat, ours = values.reshape(-1), told[name].parameter_gradients[tensor].values.reshape(-1)
            for index in range(0, len(flat), max(len(flat) // 5, 1)):
                kept, losses = flat[index], list[float]()
                for push in (step, -step):
                    flat[index] = kept + push
                    losses.append(loss(network.forward(image()[np.newaxis]), label)[0])
                flat[index] = kept
                assert ours[index] == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-8)


def test_what_a_batch_normalisation_measured_is_told_and_left_alone() -> None:
    network = made(CONVOLUTIONAL)
    before = network.statistics.copy()
    record = next(record for record in looked_at(network).layers if record.kind == "batchnorm")
    assert {name: tensor.values.tolist() for name, tensor in record.statistics.items()} == {
        "running_mean": before[:4].tolist(),
        "running_var": before[4:].tolist(),
    }
    np.testing.assert_array_equal(network.statistics, before)


def test_without_a_label_there_are_no_gradients() -> None:
    told = looked_at(made(), label=None)
    assert told.loss is None
    assert all(record.output_gradient is None for record in told.layers)
    assert all(not record.parameter_gradients for record in told.layers)
    assert told.layers[-1].parameters


def test_what_was_told_stays_as_it_was() -> None:
    network = made()
    told = looked_at(network)
    kept = [record.outputs.values.copy() for record in told.layers]
    weights = told.layers[2].parameters["weight"].values.copy()
    network.parameters[...] = 1
    network.forward(np.ones((1, 28, 28, 1)))
    for before, record in zip(kept, told.layers, strict=True):
        np.testing.assert_array_equal(before, record.outputs.values)
        with pytest.raises(ValueError, match="read-only"):
            record.outputs.values[...] = 0
    np.testing.assert_array_equal(weights, told.layers[2].parameters["weight"].values)


@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=3), elements=st.floats(-100, 100, width=32)))
def test_the_spread_lies_in_order(values: np.ndarray) -> None:
    told = Tensor.of(values)
    assert (told.minimum, told.maximum) == (values.min(), values.max())
    assert told.mean == pytest.approx(values.astype(np.float64).mean(), abs=1e-4)
    assert told.minimum - 1e-4 <= told.mean <= told.maximum + 1e-4
