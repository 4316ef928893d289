"""What is measured of a layer, from a network small enough to know the answers."""

import numpy as np
import pytest
from samples import config, run, trainer

from nn.config import DenseConfig, NetworkConfig
from nn.health import measure
from nn.network import Network


def network(activation: str = "relu") -> Network:
    layers = (DenseConfig(4, "relu" if activation == "relu" else "tanh"), DenseConfig(10))
    made = Network(NetworkConfig(layers=layers))
    made.initialize(np.random.default_rng(0))
    made.forward(np.ones((3, 28, 28, 1), np.float32))
    return made


def test_ratio_and_norm_are_of_the_weights_alone() -> None:
    made = network()
    before = made.parameters.copy()
    made.gradients[...] = 2
    for _, layer in made.learning_layers():
        layer.parameters["weight"] *= 1.01
        layer.parameters["bias"] += 1000
    first, second = measure(made, before)
    assert (first.name, second.name) == ("dense1", "dense2")
    assert first.update_ratio == pytest.approx(0.01, rel=1e-4)
    assert first.gradient_norm == pytest.approx(2 * np.sqrt(784 * 4))
    assert second.gradient_norm == pytest.approx(2 * np.sqrt(40))


def test_a_neuron_is_dead_when_it_fires_for_no_image() -> None:
    made = network()
    _, first, _ = made.layers
    first.outputs[...] = [[0, 1, 0, 2], [0, 0, 0, 0], [0, 0, 3, 0]]
    assert measure(made, made.parameters)[0].dead == 0.25


def test_only_relus_die() -> None:
    assert [row.dead for row in measure(network("tanh"), network("tanh").parameters)] == [None, None]
    assert measure(network(), network().parameters)[1].dead is None


def test_weights_of_zero_have_no_ratio() -> None:
    made = Network(NetworkConfig(layers=(DenseConfig(10),)))
    made.forward(np.ones((1, 28, 28, 1), np.float32))
    assert measure(made, made.parameters)[0].update_ratio is None


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_none(value: float) -> None:
    made = network()
    before = made.parameters.copy()
    made.gradients[0] = value
    made.parameters[0] = value
    row = measure(made, before)[0]
    assert row.gradient_norm is None
    assert row.update_ratio is None


def test_measuring_a_step_of_a_run() -> None:
    made = trainer(config(epochs=1))
    run(made)
    events_before = made.network.parameters.copy()
    made.change(epochs=2)
    next(iter(made.events()))
    for row in measure(made.network, events_before):
        assert row.update_ratio is not None
        assert 1e-6 < row.update_ratio < 0.1
