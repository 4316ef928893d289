"""Backpropagation agrees with central differences, and the check sees the mistakes that people make."""

from typing import Any, get_args

import numpy as np
import pytest

from nn import gradient_check
from nn.arrays import FloatArray
from nn.config import (
    ActivationName,
    AvgPool2DConfig,
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    LossName,
    MaxPool2DConfig,
    NetworkConfig,
    TrainingConfig,
)
from nn.explain.planted_mistakes import BIAS_OVER_EVERYTHING, WITHOUT_DERIVATIVE, Mistake
from nn.gradient_check import BAR, check, check_network, checks, tensor_count
from nn.layers import Dense
from nn.losses import LOSSES
from nn.network import Network
from nn.network_config import LayerConfig, Padding

ACTIVATION_NAMES: tuple[ActivationName, ...] = get_args(ActivationName)
LOSS_NAMES: tuple[LossName, ...] = get_args(LossName)


def config(
    hidden: ActivationName, last: ActivationName = "none", loss: LossName = "cross_entropy", seed: int = 7
) -> Config:
    layers = (DenseConfig(9, hidden), FlattenConfig(), DenseConfig(7, hidden), DenseConfig(10, last))
    return Config(
        seed=seed,
        network=NetworkConfig(initializer="glorot", layers=layers),
        training=TrainingConfig(loss=loss),
    )


@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("last", ACTIVATION_NAMES)
@pytest.mark.parametrize("hidden", ACTIVATION_NAMES)
def test_every_activation_with_every_loss(
    hidden: ActivationName, last: ActivationName, loss: LossName
) -> None:
    checks = check(config(hidden, last, loss))
    assert [(row.layer, row.tensor) for row in checks] == [
        (f"dense{layer}", tensor) for layer in (1, 2, 3) for tensor in ("weight", "bias")
    ]
    assert max(row.error for row in checks) < BAR


@pytest.mark.parametrize("seed", range(10))
def test_the_seed_does_not_matter(seed: int) -> None:
    assert all(row.passed for row in check(config("relu", seed=seed)))


def test_a_network_whose_gradient_vanishes_is_not_called_wrong() -> None:
    layers = (*(DenseConfig(8, "sigmoid") for _ in range(12)), DenseConfig(10))
    assert all(
        row.passed for row in check(Config(network=NetworkConfig(initializer="normal", layers=layers)))
    )


def test_weights_that_are_all_zero_are_not_called_wrong() -> None:
    layers = (DenseConfig(8, "tanh"), DenseConfig(10))
    assert all(row.passed for row in check(Config(network=NetworkConfig(initializer="zeros", layers=layers))))


def test_a_relu_that_turns_within_the_step_is_not_called_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    network = Network(
        NetworkConfig(layers=(FlattenConfig(), DenseConfig(9, "relu"), DenseConfig(10))), np.float64
    )
    network.initialize(rng)
    images, labels = rng.uniform(0, 1, (2, 28, 28, 1)), np.array([3, 8], np.uint8)
    (_, dense), _ = network.learning_layers()
    weight, bias = dense.parameters["weight"], dense.parameters["bias"]
    bias[...] = 5e-7 - images[0].ravel() @ weight  # each sum of the first image is half a step above 0
    for steps, passes in ((gradient_check.STEPS[:1], False), (gradient_check.STEPS, True)):
        monkeypatch.setattr(gradient_check, "STEPS", steps)
        found = list(check_network(network, LOSSES["cross_entropy"], images, labels, rng))
        assert all(row.passed for row in found) == passes


def failed(config_: Config, mistake: Mistake | None = None) -> set[tuple[str, str]]:
    found = checks(config_, mistake.plant if mistake else None)
    return {(row.layer, row.tensor) for row in found if not row.passed}


def test_a_hidden_error_without_the_outputs_derivative_is_caught() -> None:
    found = failed(config("sigmoid", last="sigmoid", loss="mse"), WITHOUT_DERIVATIVE)
    assert found == {(layer, tensor) for layer in ("dense1", "dense2") for tensor in ("weight", "bias")}


def test_bias_gradients_summed_over_everything_are_caught() -> None:
    found = failed(config("relu"), BIAS_OVER_EVERYTHING)
    assert found == {(f"dense{layer}", "bias") for layer in (1, 2, 3)}


def test_a_factor_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Dense.backward

    def wrong(self: Dense, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        passed = right(self, gradient, inputs_too=inputs_too)
        self.gradients["weight"] *= 1.001
        return passed

    monkeypatch.setattr(Dense, "backward", wrong)
    assert failed(config("tanh")) == {(f"dense{layer}", "weight") for layer in (1, 2, 3)}


def test_one_wrong_entry_of_the_largest_gradient_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Dense.backward

    def wrong(self: Dense, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        passed = right(self, gradient, inputs_too=inputs_too)
        weight = self.gradients["weight"]
        weight[np.unravel_index(np.abs(weight).argmax(), weight.shape)] *= 1.1
        return passed

    monkeypatch.setattr(Dense, "backward", wrong)
    assert failed(config("tanh")) == {(f"dense{layer}", "weight") for layer in (1, 2, 3)}


def test_at_most_sixty_numbers_are_compared() -> None:
    assert {row.compared <= 60 for row in check(config("relu"))} == {True}
    assert min(row.compared for row in check(config("relu"))) >= 7


def test_how_many_tensors_there_are_is_known_before() -> None:
    assert tensor_count(config("relu")) == len(check(config("relu"))) == 6


def test_the_same_seed_gives_the_same_errors() -> None:
    assert check(config("relu")) == check(config("relu"))


def test_a_smoothed_loss_passes() -> None:
    training = TrainingConfig(label_smoothing=0.3)
    assert all(row.passed for row in check(Config(network=config("relu").network, training=training)))


def wrong_tensors(*layers: LayerConfig, seed: int = 7, **training: Any) -> list[str]:
    """What fails in a network of images that ends in a dense layer."""
    network = NetworkConfig(initializer="glorot", layers=(*layers, DenseConfig(10)))
    rows = check(Config(seed=seed, network=network, training=TrainingConfig(**training)))
    assert rows
    return [f"{row.layer} {row.tensor} {row.error:.1e}" for row in rows if not row.passed]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("kernel", "stride"), [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (3, 2), (4, 2), (2, 3)]
)
def test_convolutions_of_every_kind(kernel: int, stride: int, padding: Padding) -> None:
    """Twice, because the first one passes nothing back."""
    one = Conv2DConfig(3, kernel=kernel, stride=stride, padding=padding, activation="tanh")
    assert not wrong_tensors(AvgPool2DConfig(2), one, one)


def test_convolutions_of_many_channels() -> None:
    """From 16 numbers a pixel the way back goes pixel by pixel, not by two at once."""
    few, many = Conv2DConfig(3, kernel=3), Conv2DConfig(16, kernel=3, stride=2, activation="tanh")
    assert not wrong_tensors(AvgPool2DConfig(2), many, Conv2DConfig(2, kernel=3, activation="tanh"), few)


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_convolutions_with_every_activation(activation: ActivationName) -> None:
    """With max-pooling, which is part of the convolution but for GELU, and without."""
    one = Conv2DConfig(3, kernel=3, activation=activation)
    assert not wrong_tensors(one, MaxPool2DConfig(2), one, MaxPool2DConfig(2), one)


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("pooling", [MaxPool2DConfig, AvgPool2DConfig])
def test_pooling_of_every_size(size: int, pooling: type[MaxPool2DConfig] | type[AvgPool2DConfig]) -> None:
    """Behind a convolution and on its own; 26 rows are no multiple of 3."""
    layer = Conv2DConfig(3, kernel=3, activation="tanh")
    assert not wrong_tensors(layer, pooling(size), layer, DropoutConfig(0.1), pooling(size))


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_batch_normalisation_of_maps_and_of_neurons(activation: ActivationName) -> None:
    normalised = BatchNormConfig(activation=activation)
    layers = (
        Conv2DConfig(3, kernel=4, stride=2),
        normalised,
        MaxPool2DConfig(2),
        Conv2DConfig(4, activation=activation),
        normalised,
        DenseConfig(6),
        normalised,
    )
    assert not wrong_tensors(*layers)


def test_batch_normalisation_of_the_images_themselves() -> None:
    assert not wrong_tensors(
        BatchNormConfig(), FlattenConfig(), BatchNormConfig(eps=0.1), DenseConfig(6, "tanh")
    )


@pytest.mark.parametrize(
    "training", [{}, {"label_smoothing": 0.2}, {"loss": "mse"}], ids=["", "smoothed", "mse"]
)
def test_everything_together(training: dict[str, Any]) -> None:
    """Dropout leaves out the same inputs each time, as the step's key is the same."""
    layers = (
        DropoutConfig(0.1),
        Conv2DConfig(4, kernel=5, padding="same", activation="relu"),
        BatchNormConfig(),
        MaxPool2DConfig(2),
        DropoutConfig(0.3),
        Conv2DConfig(5, kernel=3, activation="gelu"),
        MaxPool2DConfig(2),
        Conv2DConfig(6, kernel=3, stride=2, padding="same"),
        BatchNormConfig(activation="leaky_relu"),
        GlobalAvgPool2DConfig(),
        DropoutConfig(0.5),
        DenseConfig(8, "tanh"),
    )
    assert not wrong_tensors(*layers, **training)


@pytest.mark.parametrize("seed", range(5))
def test_the_seed_does_not_matter_for_networks_of_images(seed: int) -> None:
    layers = (
        Conv2DConfig(4, kernel=5, activation="relu"),
        MaxPool2DConfig(2),
        Conv2DConfig(4, activation="relu"),
    )
    assert not wrong_tensors(*layers, MaxPool2DConfig(2), seed=seed)
