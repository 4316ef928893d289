"""A planted mistake stays in its network; that the check finds it is in test_gradient_check."""

import numpy as np
import pytest

from nn.config import BatchNormConfig, Config, Conv2DConfig, DenseConfig, MaxPool2DConfig, NetworkConfig
from nn.explain.planted_mistakes import BIAS_OVER_EVERYTHING, MISTAKES, WITHOUT_DERIVATIVE, Mistake
from nn.gradient_check import check, checks
from nn.network import Network
from nn.presets import find

LAYERS = NetworkConfig(layers=(DenseConfig(6, "tanh"), DenseConfig(5, "tanh"), DenseConfig(10)))


def gradients(mistake: Mistake | None) -> np.ndarray:
    network = Network(LAYERS, np.float64)
    network.initialize(np.random.default_rng(1))
    if mistake is not None:
        mistake.plant(network)
    network.forward(np.random.default_rng(2).uniform(size=(4, 28, 28, 1)))
    network.backward(np.random.default_rng(3).normal(size=(4, 10)))
    return network.gradients.copy()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.title)
def test_only_its_own_network_is_wrong(mistake: Mistake) -> None:
    right = gradients(None)
    assert not np.allclose(gradients(mistake), right)
    assert np.array_equal(gradients(None), right)


def test_where_the_output_has_no_activation_and_one_layer_is_hidden_nothing_is_left_out() -> None:
    """The derivative that is forgotten is 1: the check is right to say nothing."""
    config = find("first-minute").config
    assert list(checks(config, WITHOUT_DERIVATIVE.plant)) == check(config)
    assert any(not one.passed for one in checks(find("classic-sigmoid").config, WITHOUT_DERIVATIVE.plant))


def test_each_says_what_it_does() -> None:
    assert len({mistake.title for mistake in MISTAKES}) == len(MISTAKES) == 2
    assert all(len(mistake.why) > 60 for mistake in MISTAKES)


def test_biases_of_other_layers_than_dense_ones_stay_right_as_it_says() -> None:
    layers = (
        Conv2DConfig(2, 5, activation="relu"),
        MaxPool2DConfig(4),
        BatchNormConfig(),
        DenseConfig(6, "tanh"),
        DenseConfig(10),
    )
    found = checks(Config(network=NetworkConfig(layers=layers)), BIAS_OVER_EVERYTHING.plant)
    assert {(one.layer, one.tensor) for one in found if not one.passed} == {
        ("dense1", "bias"),
        ("dense2", "bias"),
    }
