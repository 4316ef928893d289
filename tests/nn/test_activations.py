"""Each activation against its formula, and its derivative against central differences."""

import math
from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest

from nn.activations import ACTIVATIONS
from nn.arrays import FloatArray, Workspace
from nn.config import ActivationName

FORMULAS: dict[ActivationName, Callable[[FloatArray], FloatArray]] = {
    "none": lambda z: z,
    "relu": lambda z: np.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
    "gelu": lambda z: np.vectorize(lambda x: x / 2 * math.erfc(-x / math.sqrt(2)), otypes=[z.dtype])(z),
}


def test_every_name_of_the_config_has_an_activation() -> None:
    assert set(ACTIVATIONS) == set(get_args(ActivationName)) == set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_apply_is_the_formula(name: ActivationName) -> None:
    sums = np.random.default_rng(0).normal(0, 3, (7, 11))
    values = sums.copy()
    ACTIVATIONS[name].apply(values)
    rtol, atol = (0.0, 1e-9) if name == "gelu" else (1e-12, 1e-15)
    np.testing.assert_allclose(values, FORMULAS[name](sums), rtol=rtol, atol=atol)


@pytest.mark.parametrize("name", FORMULAS)
def test_chain_multiplies_by_the_derivative(name: ActivationName) -> None:
    rng = np.random.default_rng(1)
    sums = rng.normal(0, 2, (5, 6))
    upstream = rng.normal(0, 1, (5, 6))
    outputs, gradient = sums.copy(), upstream.copy()
    workspace = Workspace(np.float64)
    ACTIVATIONS[name].apply_keeping(outputs, workspace)
    ACTIVATIONS[name].chain(gradient, outputs, workspace)
    step = 1e-6
    slope = (FORMULAS[name](sums + step) - FORMULAS[name](sums - step)) / (2 * step)
    np.testing.assert_allclose(gradient, upstream * slope, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", FORMULAS)
def test_huge_sums_neither_overflow_nor_give_nan(name: ActivationName) -> None:
    values = np.array([[-3e38, -1e5, -100.0, 0.0, 100.0, 1e5, 3e38]], np.float32)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        ACTIVATIONS[name].apply(values)
    assert np.isfinite(values).all()


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_the_derivative_at_zero_is_that_of_the_negative_side(name: ActivationName) -> None:
    gradient = np.ones((1, 1))
    ACTIVATIONS[name].chain(gradient, np.zeros((1, 1)), Workspace(np.float64))
    assert gradient[0, 0] == (0.0 if name == "relu" else 0.01)


def test_nan_is_not_hidden() -> None:
    for activation in ACTIVATIONS.values():
        values = np.array([[np.nan]], np.float32)
        activation.apply(values)
        assert np.isnan(values).all()


class TestGELU:
    """The docstring's claims: its error in both precisions, far out on both sides too."""

    def test_in_double_precision(self) -> None:
        sums = np.linspace(-12, 12, 20001)
        values = sums.copy()
        ACTIVATIONS["gelu"].apply(values)
        assert (np.abs(values - FORMULAS["gelu"](sums)) / np.maximum(np.abs(sums), 1)).max() < 1e-10

    def test_in_single_precision(self) -> None:
        sums = np.linspace(-12, 12, 20001).astype(np.float32)
        values = sums.copy()
        ACTIVATIONS["gelu"].apply(values)
        assert values.dtype == np.float32
        exact = FORMULAS["gelu"](sums.astype(np.float64))
        assert (np.abs(values - exact) / np.maximum(np.abs(sums), 1)).max() < 3e-7

    def test_the_derivative_far_out_is_that_of_a_ramp(self) -> None:
        sums = np.array([[-3e38, -50.0, 0.0, 50.0, 3e38]], np.float32)
        outputs, gradient = sums.copy(), np.ones_like(sums)
        workspace = Workspace(np.float32)
        workspace.array("sums", sums.shape)[...] = sums
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            ACTIVATIONS["gelu"].apply(outputs)
            ACTIVATIONS["gelu"].chain(gradient, outputs, workspace)
        np.testing.assert_allclose(gradient, [[0.0, 0.0, 0.5, 1.0, 1.0]], atol=1e-6)

    def test_it_alone_needs_the_sums(self) -> None:
        assert [name for name, activation in ACTIVATIONS.items() if activation.needs_sums] == ["gelu"]
