"""What a layer applies to its sums, and the derivative written in terms of the result.

Each of these functions has a derivative that its own output tells: a layer keeps its output
a and needs z no more.
"""

from abc import ABC, abstractmethod

import numpy as np

from nn.arrays import FloatArray, Workspace
from nn.config import ActivationName

LEAK = 0.01


class Activation(ABC):
    """a = f(z), element by element, both directions in place."""

    @abstractmethod
    def apply(self, values: FloatArray) -> None:
        """Replace z by a = f(z)."""

    @abstractmethod
    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Replace dL/da by dL/dz = dL/da * f'(z), where `outputs` is a; `workspace` lends scratch memory."""


class Identity(Activation):
    """a = z, f' = 1."""

    def apply(self, values: FloatArray) -> None:
        """Leave z as it is."""

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Leave the gradient as it is."""


class ReLU(Activation):
    """a = max(z, 0), f' = 1 where a > 0 and else 0 (Nair and Hinton, 2010); f'(0) is taken as 0."""

    def apply(self, values: FloatArray) -> None:
        """Set negative sums to zero."""
        np.maximum(values, 0, out=values)

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Let the gradient through where the neuron fired: the sign of a is 1 there and 0 elsewhere."""
        fired = workspace.array("fired", outputs.shape)
        np.sign(outputs, out=fired)
        gradient *= fired


class LeakyReLU(Activation):
    """a = z where z > 0 and else 0.01 z (Maas et al., 2013): a silent neuron still gets a gradient."""

    def apply(self, values: FloatArray) -> None:
        """Scale negative sums by 0.01: for a slope below 1, max(z, 0.01 z) does it."""
        np.maximum(values, LEAK * values, out=values)

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Scale the gradient by 0.01 where a is not positive."""
        np.multiply(gradient, LEAK, out=gradient, where=outputs <= 0)


class Sigmoid(Activation):
    """a = 1 / (1 + e^-z), f' = a (1 - a), at most 1/4: deep stacks of it starve their first layers."""

    def apply(self, values: FloatArray) -> None:
        """Squash to (0, 1), written as (1 + tanh(z / 2)) / 2, which cannot overflow."""
        values *= 0.5
        np.tanh(values, out=values)
        values += 1.0
        values *= 0.5

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Multiply by a (1 - a)."""
        slope = workspace.array("slope", outputs.shape)
        np.subtract(1.0, outputs, out=slope)
        slope *= outputs
        gradient *= slope


class Tanh(Activation):
    """a = tanh(z), f' = 1 - a^2."""

    def apply(self, values: FloatArray) -> None:
        """Squash to (-1, 1)."""
        np.tanh(values, out=values)

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Multiply by 1 - a^2."""
        slope = workspace.array("slope", outputs.shape)
        np.multiply(outputs, outputs, out=slope)
        np.subtract(1.0, slope, out=slope)
        gradient *= slope


ACTIVATIONS: dict[ActivationName, Activation] = {
    "none": Identity(),
    "relu": ReLU(),
    "leaky_relu": LeakyReLU(),
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
}
