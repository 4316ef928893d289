"""What a layer applies to its sums, and the derivative written in terms of the result.

Most of these functions have a derivative that their own output tells: a layer keeps its output a and needs z
no more. For one that needs z (GELU: `needs_sums`), the layer keeps z (`apply_keeping`) and has it in the
workspace's array "sums" when it calls `chain`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import pi
from typing import ClassVar

import numpy as np

from nn.arrays import FloatArray, Workspace
from nn.config import ActivationName

LEAK = 0.01

# erf(x) = x N(x^2) / D(x^2) for |x| <= 4.5: the coefficients of N and of D, constants first.
ERF_ABOVE = (
    1.128379166444,
    0.2286104469772,
    0.0627643338023,
    0.006337966053946,
    0.0006115415943749,
    3.198106968489e-05,
    9.045038454857e-07,
    2.76045112249e-09,
)
ERF_BELOW = (
    1.0,
    0.535934055886,
    0.1342681886249,
    0.02058890239048,
    0.002109042163631,
    0.0001455207487649,
    6.309244134888e-06,
    7.611507191353e-08,
)
ROOT_HALF = 0.5**0.5
LAST_SUM = 4.5 / ROOT_HALF
DENSITY_AT_ZERO = (2 * pi) ** -0.5


class Activation(ABC):
    """a = f(z), element by element, both directions in place."""

    needs_sums: ClassVar[bool] = False

    @abstractmethod
    def apply(self, values: FloatArray) -> None:
        """Replace z by a = f(z)."""

    def apply_keeping(self, values: FloatArray, workspace: Workspace) -> None:
        """`apply`, and keep of z in `workspace` what `chain` will need of it."""
        if self.needs_sums:
            np.copyto(workspace.array("sums", values.shape), values)
        self.apply(values)

    @abstractmethod
    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Replace dL/da by dL/dz = dL/da * f'(z), where `outputs` is a; `workspace` lends scratch memory.

        Where `needs_sums`, its array "sums" holds z, and may be overwritten.
        """


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
        np.clip(values, 0, np.inf, out=values)  # twice as fast as np.maximum with a number

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Let the gradient through where the neuron fired."""
        gradient *= outputs > 0


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


class GELU(Activation):
    """a = z P(z), where P is the normal distribution's: P(z) = (1 + erf(z / sqrt 2)) / 2 (Hendrycks, 2016).

    f' = P(z) + z p(z), where p(z) = e^(-z^2 / 2) / sqrt(2 pi). This is PyTorch's default form, not its tanh
    approximation. It is not monotonic, so a does not tell z.

    NumPy has no erf. For |x| <= 4.5 it is x N(x^2) / D(x^2), with two polynomials of degree 7 fitted to
    `math.erf` by least squares; all coefficients are positive, so that nothing cancels. The error of a is
    below 1e-10 of max(|z|, 1) in double precision and below 3e-7 of it in single.
    """

    needs_sums = True

    def apply(self, values: FloatArray) -> None:
        """Multiply each sum by the share of a normal distribution that lies below it."""
        share = np.clip(values, -LAST_SUM, LAST_SUM)
        np.maximum(values, -LAST_SUM, out=values)  # below it, P is as good as 0 and z P(z) must not grow
        share *= ROOT_HALF
        square = share * share
        share *= _polynomial(ERF_ABOVE, square)
        share /= _polynomial(ERF_BELOW, square)
        share += 1.0
        share *= 0.5
        values *= share

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Multiply by P(z) + z p(z); P(z) is a / z, and 1/2 where z is 0."""
        sums = workspace.array("sums", outputs.shape)
        slope = workspace.array("slope", outputs.shape)
        np.clip(sums, -LAST_SUM, LAST_SUM, out=slope)
        density = np.exp(slope * slope * -0.5)
        density *= slope
        density *= DENSITY_AT_ZERO
        np.maximum(sums, -LAST_SUM, out=sums)
        slope.fill(0.5)
        np.divide(outputs, sums, out=slope, where=sums != 0)
        slope += density
        gradient *= slope


def _polynomial(coefficients: Sequence[float], x: FloatArray) -> FloatArray:
    """Horner's scheme; the constant comes first."""
    value = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value *= x
        value += coefficient
    return value


ACTIVATIONS: dict[ActivationName, Activation] = {
    "none": Identity(),
    "relu": ReLU(),
    "leaky_relu": LeakyReLU(),
    "sigmoid": Sigmoid(),
    "tanh": Tanh(),
    "gelu": GELU(),
}
