"""Initializers: the variance each promises, within what chance allows."""

from typing import get_args

import numpy as np
import pytest

from nn.config import InitializerName, NetworkConfig
from nn.initializers import INITIALIZERS, build_initializer, deviation

FAN_IN, FAN_OUT = 300, 200
NUMBERS = FAN_IN * FAN_OUT
VARIANCES: dict[InitializerName, float] = {
    "he": 2 / FAN_IN,
    "he_uniform": 2 / FAN_IN,
    "glorot": 2 / (FAN_IN + FAN_OUT),
    "glorot_uniform": 2 / (FAN_IN + FAN_OUT),
    "lecun": 1 / FAN_IN,
    "lecun_uniform": 1 / FAN_IN,
    "normal": 1e-4,
}


def drawn(name: InitializerName, seed: int = 0) -> np.ndarray:
    return INITIALIZERS[name](np.random.default_rng(seed), (FAN_IN, FAN_OUT), FAN_IN, FAN_OUT)


def test_every_name_of_the_config_is_there() -> None:
    assert set(INITIALIZERS) == set(get_args(InitializerName)) == {*VARIANCES, "zeros"}


@pytest.mark.parametrize("name", VARIANCES)
def test_mean_and_variance(name: InitializerName) -> None:
    weights = drawn(name)
    variance = VARIANCES[name]
    # The standard error of a variance is at most variance * sqrt(2 / n); five of them never happen by chance.
    assert abs(weights.var() - variance) < 5 * variance * np.sqrt(2 / NUMBERS)
    assert abs(weights.mean()) < 5 * np.sqrt(variance / NUMBERS)


@pytest.mark.parametrize("name", get_args(InitializerName))
def test_the_deviation_told_is_that_of_what_is_drawn(name: InitializerName) -> None:
    config = NetworkConfig(initializer=name, sigma=0.03)
    weights = build_initializer(config)(np.random.default_rng(0), (FAN_IN, FAN_OUT), FAN_IN, FAN_OUT)
    assert deviation(config, FAN_IN, FAN_OUT) == pytest.approx(weights.std(), rel=5 / np.sqrt(2 * NUMBERS))


@pytest.mark.parametrize("name", ["he_uniform", "glorot_uniform", "lecun_uniform"])
def test_a_uniform_fills_its_limits_and_stays_within(name: InitializerName) -> None:
    limit = np.sqrt(3 * VARIANCES[name])
    largest = np.abs(drawn(name)).max()
    assert 0.999 * limit < largest <= limit


@pytest.mark.parametrize("name", ["he", "glorot", "lecun", "normal"])
def test_a_normal_has_tails(name: InitializerName) -> None:
    beyond = np.abs(drawn(name)) > 2 * np.sqrt(VARIANCES[name])
    assert beyond.mean() == pytest.approx(0.0455, abs=0.005)


@pytest.mark.parametrize("name", VARIANCES)
def test_the_seed_decides(name: InitializerName) -> None:
    np.testing.assert_array_equal(drawn(name, 1), drawn(name, 1))
    assert (drawn(name, 1) != drawn(name, 2)).any()


def test_zeros_are_zeros() -> None:
    assert not drawn("zeros").any()


def test_normal_takes_its_deviation_from_the_config() -> None:
    initializer = build_initializer(NetworkConfig(initializer="normal", sigma=0.3))
    weights = initializer(np.random.default_rng(0), (FAN_IN, FAN_OUT), FAN_IN, FAN_OUT)
    np.testing.assert_allclose(weights, 30 * drawn("normal"), rtol=1e-12)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_others_do_not_heed_it(name: InitializerName) -> None:
    config = NetworkConfig(initializer=name) if name == "normal" else NetworkConfig(initializer=name, sigma=9)
    weights = build_initializer(config)(np.random.default_rng(0), (FAN_IN, FAN_OUT), FAN_IN, FAN_OUT)
    np.testing.assert_array_equal(weights, drawn(name))
