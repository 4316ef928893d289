"""One layer on its own, without a network: arrays in float64, gradients by finite differences."""

from math import prod
from typing import TypeVar

import numpy as np

from nn.arrays import FloatArray, Workspace
from nn.layers import Layer, Learning
from nn.normalization import BatchNorm
from nn.randomness import StepKey

AnyLayer = TypeVar("AnyLayer", bound=Layer)


def bound(layer: AnyLayer) -> AnyLayer:
    """Give a layer arrays of its own, and a batch normalisation running statistics."""
    slices: dict[str, slice] = {}
    start = 0
    for name, shape in layer.parameter_shapes.items():
        slices[name] = slice(start, start + prod(shape))
        start += prod(shape)
    layer.bind(slices, np.zeros(start), np.zeros(start), Workspace(np.float64))
    if isinstance(layer, BatchNorm):
        layer.running = {name: np.zeros(shape) for name, shape in layer.statistics_shapes.items()}
    return layer


def filled(layer: AnyLayer, seed: int = 0) -> AnyLayer:
    """The same with random parameters."""
    rng = np.random.default_rng(seed)
    for array in bound(layer).parameters.values():
        array[...] = rng.normal(size=array.shape)
    return layer


def learning(seed: int = 0, epoch: int = 0, step: int = 0) -> Learning:
    """A training step of one share."""
    return Learning(StepKey(seed, epoch, step), 0, 1, lambda: None)


def passed_back(layer: Layer, gradient: FloatArray) -> FloatArray:
    """dL/d inputs, copied; the given gradient is left as it is."""
    passed = layer.backward(gradient.copy(), inputs_too=True)
    assert passed is not None
    return passed.copy()
