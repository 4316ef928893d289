"""Bounds on the gradient's and the weights' length, against plain loops; what is within them is let be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.config import DenseConfig, NetworkConfig
from nn.constraints import MaxNorm, clip_norm
from nn.network import Network


@given(scale=st.floats(0.01, 100.0), longest=st.floats(0.01, 10.0))
def test_a_gradient_keeps_its_direction_and_loses_its_length(scale: float, longest: float) -> None:
    gradient = scale * np.random.default_rng(0).normal(size=50)
    before = gradient.copy()
    clip_norm(gradient, longest)
    length = float(np.linalg.norm(before))
    # PyTorch's documented formula: the share is longest / (length + 1e-6), at most 1.
    np.testing.assert_allclose(gradient, before * min(1.0, longest / (length + 1e-6)), rtol=1e-12)


def test_a_gradient_within_its_bound_is_not_touched() -> None:
    gradient = np.array([0.3, -0.4], np.float32)
    clip_norm(gradient, 0.6)
    np.testing.assert_array_equal(gradient, np.array([0.3, -0.4], np.float32))


def test_a_gradient_of_zero_stays_zero() -> None:
    gradient = np.zeros(3)
    clip_norm(gradient, 1.0)
    assert not gradient.any()


@pytest.fixture
def network() -> Network:
    made = Network(NetworkConfig(layers=(DenseConfig(6, "relu"), DenseConfig(10))))
    made.initialize(np.random.default_rng(0))
    for _, layer in made.learning_layers():
        layer.parameters["bias"][...] = 9.0
    return made


def test_each_neuron_s_weights_are_bounded_on_their_own(network: Network) -> None:
    longest = 1.4
    before = {name: layer.parameters["weight"].copy() for name, layer in network.learning_layers()}
    MaxNorm(network, longest).apply()
    scaled = 0
    for name, layer in network.learning_layers():
        for neuron, old in enumerate(before[name].T):
            length = float(np.linalg.norm(old))
            scaled += length > longest
            np.testing.assert_allclose(
                layer.parameters["weight"][:, neuron], old * min(1.0, longest / length), rtol=1e-6
            )
        np.testing.assert_array_equal(layer.parameters["bias"], 9.0)
    assert 0 < scaled < 16  # some were longer, and some were not


def test_weights_within_their_bound_keep_every_bit(network: Network) -> None:
    before = network.parameters.copy()
    MaxNorm(network, 100.0).apply()
    np.testing.assert_array_equal(network.parameters, before)


def test_weights_of_zero_stay_finite(network: Network) -> None:
    network.parameters[...] = 0
    network.parameters[0] = 5  # one neuron is too long, its neighbours have no length at all
    MaxNorm(network, 1.0).apply()
    assert network.parameters[0] == pytest.approx(1.0)
    assert np.count_nonzero(network.parameters) == 1
