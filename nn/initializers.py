"""How weights begin: functions of (rng, shape, fan_in, fan_out) that keep signals at their size.

A sum of `fan_in` independent products has fan_in times the variance of one, so each scheme divides by a fan.
"""

from collections.abc import Callable
from functools import partial
from math import sqrt
from typing import Literal

import numpy as np

from nn.config import InitializerName, NetworkConfig

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Initializer = Callable[[np.random.Generator, tuple[int, ...], int, int], Array]
Scheme = Literal["he", "glorot", "lecun"]

NORMAL_DEVIATION = 0.01


def he(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Normal with variance 2 / fan_in: ReLU drops half of the signal (He et al., 2015)."""
    return _normal(rng, shape, _variance("he", fan_in, fan_out))


def he_uniform(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Uniform with variance 2 / fan_in: the limit is the root of 6 / fan_in."""
    return _uniform(rng, shape, _variance("he", fan_in, fan_out))


def glorot(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Normal with variance 2 / (fan_in + fan_out), fair to both directions (Glorot and Bengio, 2010)."""
    return _normal(rng, shape, _variance("glorot", fan_in, fan_out))


def glorot_uniform(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Uniform with variance 2 / (fan_in + fan_out)."""
    return _uniform(rng, shape, _variance("glorot", fan_in, fan_out))


def lecun(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Normal with variance 1 / fan_in (LeCun et al., Efficient BackProp, 1998)."""
    return _normal(rng, shape, _variance("lecun", fan_in, fan_out))


def lecun_uniform(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
    """Uniform with variance 1 / fan_in."""
    return _uniform(rng, shape, _variance("lecun", fan_in, fan_out))


def normal(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    _fan_in: int,
    _fan_out: int,
    sigma: float = NORMAL_DEVIATION,
) -> Array:
    """Normal with deviation `sigma`, whatever the layer's size: what people wrote before 2010."""
    return rng.normal(0.0, sigma, shape)


def zeros(_rng: np.random.Generator, shape: tuple[int, ...], _fan_in: int, _fan_out: int) -> Array:
    """All the same, so every neuron of a layer gets the same gradient and they never come to differ."""
    return np.zeros(shape)


def _variance(scheme: Scheme, fan_in: int, fan_out: int) -> float:
    """Of the numbers that a scheme draws."""
    match scheme:
        case "he":
            return 2.0 / fan_in
        case "glorot":
            return 2.0 / (fan_in + fan_out)
        case "lecun":
            return 1.0 / fan_in


def _normal(rng: np.random.Generator, shape: tuple[int, ...], variance: float) -> Array:
    return rng.normal(0.0, sqrt(variance), shape)


def _uniform(rng: np.random.Generator, shape: tuple[int, ...], variance: float) -> Array:
    limit = sqrt(3.0 * variance)  # the variance of a uniform on [-l, l] is l^2 / 3
    return rng.uniform(-limit, limit, shape)


INITIALIZERS: dict[InitializerName, Initializer] = {
    "he": he,
    "he_uniform": he_uniform,
    "glorot": glorot,
    "glorot_uniform": glorot_uniform,
    "lecun": lecun,
    "lecun_uniform": lecun_uniform,
    "normal": normal,
    "zeros": zeros,
}


def deviation(config: NetworkConfig, fan_in: int, fan_out: int) -> float:
    """Of the numbers that the config's initializer draws for a layer with these fans."""
    match config.initializer:
        case "he" | "he_uniform":
            return sqrt(_variance("he", fan_in, fan_out))
        case "glorot" | "glorot_uniform":
            return sqrt(_variance("glorot", fan_in, fan_out))
        case "lecun" | "lecun_uniform":
            return sqrt(_variance("lecun", fan_in, fan_out))
        case "normal":
            return config.sigma
        case "zeros":
            return 0.0


def build_initializer(config: NetworkConfig) -> Initializer:
    """The initializer that a config names, `normal` with the config's own deviation."""
    if config.initializer == "normal":
        return partial(normal, sigma=config.sigma)
    return INITIALIZERS[config.initializer]
