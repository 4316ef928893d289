"""Where a number that is not finite is looked for; that a training stops there, the trainer's tests say."""

import msgspec
import numpy as np
import pytest
from samples import config, run, trainer

from nn.config import AdamConfig, BatchNormConfig, DenseConfig, NetworkConfig
from nn.divergence import broken_layer
from nn.normalization import BatchNorm
from nn.trainer import Trainer


@pytest.fixture
def made() -> Trainer:
    made = trainer(config(optimizer=AdamConfig(0.01), epochs=1))
    run(made)
    return made


def found(made: Trainer) -> str | None:
    return broken_layer(made.network, made.optimizer.slots)


def test_in_finite_numbers_nothing_is_found(made: Trainer) -> None:
    assert found(made) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["dense1", "dense2"])
def test_a_weight_is_found_in_its_layer(made: Trainer, name: str, value: float) -> None:
    dict(made.network.learning_layers())[name].parameters["weight"][0, 0] = value
    assert found(made) == name


def test_a_place_of_a_slot_is_found_in_its_layer(made: Trainer) -> None:
    made.optimizer.slots["square_sum"][-1] = np.inf
    assert found(made) == "dense2"


@pytest.mark.parametrize("statistic", ["running_mean", "running_var"])
def test_a_running_statistic_is_found_in_its_layer(statistic: str) -> None:
    layers = (DenseConfig(8), BatchNormConfig(activation="relu"), DenseConfig(10))
    made = trainer(msgspec.structs.replace(config(), network=NetworkConfig(layers=layers)))
    normalisation = dict(made.network.learning_layers())["batchnorm1"]
    assert isinstance(normalisation, BatchNorm)
    normalisation.running[statistic][3] = np.inf
    assert found(made) == "batchnorm1"


def test_an_output_is_found_in_its_layer(made: Trainer) -> None:
    with np.errstate(all="ignore"):
        made.network.forward(np.full((1, 28, 28, 1), np.nan, np.float32))
    assert found(made) == "dense1"


def test_the_first_of_several_is_named(made: Trainer) -> None:
    made.network.parameters[:] = np.nan
    assert found(made) == "dense1"
