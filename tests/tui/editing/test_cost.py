import pytest

from nn.config import Config
from nn.settings import ConfigError, with_settings
from tui.editing.cost import Measured, cost, describe


def test_parameters_and_operations_are_those_of_the_network() -> None:
    spent = cost(Config(), 55_000)
    assert spent.parameters == 784 * 128 + 128 + 128 * 10 + 10
    assert spent.flops == 2 * (784 * 128 + 128 * 10)
    assert not spent.is_measured


def test_memory_counts_what_the_optimizer_keeps() -> None:
    adam = cost(Config(), 55_000)
    sgd = cost(with_settings(Config(), {"training.optimizer.type": "sgd"}), 55_000)
    assert adam.memory - sgd.memory == 2 * 4 * adam.parameters


def test_a_measured_run_gives_its_own_time_back() -> None:
    spent = cost(Config(), 12_800, Measured(Config(), 1280.0))
    assert spent.is_measured
    assert spent.seconds == pytest.approx(10)


def test_a_larger_network_takes_longer_and_so_does_a_smaller_batch() -> None:
    measured = Measured(Config(), 50_000.0)
    plain = cost(Config(), 55_000, measured).seconds
    for changes in ({"network.layers.0.units": 1024}, {"training.batch_size": 8}):
        assert cost(with_settings(Config(), changes), 55_000, measured).seconds > 2 * plain


def test_the_full_batch_is_one_step() -> None:
    spent = cost(with_settings(Config(), {"training.batch_size": 0}), 1000, Measured(Config(), 1000.0))
    assert spent.seconds < cost(Config(), 1000, Measured(Config(), 1000.0)).seconds


def test_in_words() -> None:
    assert describe(cost(Config(), 55_000, Measured(Config(), 137_500.0)), "|") == (
        "101,770 parameters | 2.97 MB",
        "203 kFLOP/image | about 0.4 s/epoch",
    )
    assert "guess" in describe(cost(Config(), 55_000), "|")[1]


def test_a_network_that_cannot_be_costs_nothing() -> None:
    with pytest.raises(ConfigError, match="gives 9 outputs"):
        cost(with_settings(Config(), {"network.layers.1.units": 9}), 1000)
