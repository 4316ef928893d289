"""Pooling: one number for each window of a feature map, its largest or its mean.

Windows lie side by side; rows and columns that fill no window are left out, as in PyTorch.
"""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from nn.arrays import FloatArray, Shape, Workspace
from nn.config import AvgPool2DConfig, MaxPool2DConfig
from nn.layers import Layer, Learning
from nn.settings import ConfigError


def largest(candidates: Sequence[FloatArray], out: FloatArray) -> None:
    """The largest of each place's candidates, arrays of one shape."""
    np.maximum(candidates[0], candidates[-1], out=out)
    for candidate in candidates[1:-1]:
        np.maximum(out, candidate, out=out)


def winners(
    gradient: FloatArray,
    candidates: Sequence[FloatArray],
    maxima: FloatArray,
    workspace: Workspace,
    out: Sequence[FloatArray],
) -> None:
    """Write dL/d candidate of each: the gradient where it is the first of the largest, else 0.

    m = max z has dm/dz = 1 for the winner and 0 for the others; the first of equals wins, as in PyTorch. It
    is done on the bits: where z < m, the sign of z - m, spread over all bits, lets the gradient through to
    the candidates that come later, and what it holds back belongs to this one.
    """
    bits = np.int32 if gradient.itemsize == 4 else np.int64
    below, rest = (workspace.array(name, gradient.shape) for name in ("below", "rest"))
    np.copyto(rest, gradient)
    for candidate, own in zip(candidates[:-1], out[:-1], strict=True):
        np.subtract(candidate, maxima, out=below)
        later = np.right_shift(below.view(bits), 8 * gradient.itemsize - 1, out=below.view(bits))
        later &= rest.view(bits)
        np.bitwise_xor(rest.view(bits), later, out=own.view(bits))
        rest, below = below, rest
    np.copyto(out[-1], rest)


class Pool2D(Layer):
    """Windows of `size` x `size` side by side; what becomes of them is the subclass's."""

    def __init__(self, config: MaxPool2DConfig | AvgPool2DConfig, input_shape: Shape) -> None:
        """`input_shape` is (height, width, channels); raises `ConfigError` where no window fits."""
        height, width, channels = input_shape
        self.size = config.size
        if self.size > min(height, width):
            raise ConfigError(
                f"a window of {self.size} does not fit into {height} x {width} pixels; "
                f"allowed: at most {min(height, width)}"
            )
        super().__init__(input_shape, (height // self.size, width // self.size, channels), {})

    def places(self, images: FloatArray) -> list[FloatArray]:
        """The pixels at each place of all windows: views (batch, rows, columns, channels), row by row."""
        rows, columns, _ = self.output_shape
        size = self.size
        return [
            images[:, down : size * rows : size, along : size * columns : size]
            for down in range(size)
            for along in range(size)
        ]

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """(batch, height, width, channels) -> (batch, rows, columns, channels)."""
        self.inputs = inputs
        self.outputs = self.workspace.array("outputs", (len(inputs), *self.output_shape))
        self.reduce(self.places(inputs))
        return self.outputs

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """(batch, rows, columns, channels) -> (batch, height, width, channels)."""
        if not inputs_too:
            return None
        passed = self.workspace.array("input_gradient", (len(gradient), *self.input_shape))
        rows, columns, _ = self.output_shape
        passed[:, self.size * rows :] = passed[:, :, self.size * columns :] = 0
        self.spread(gradient, self.places(passed))
        return passed

    @abstractmethod
    def reduce(self, places: list[FloatArray]) -> None:
        """Write `outputs` from the pixels at each place of the windows."""

    @abstractmethod
    def spread(self, gradient: FloatArray, places: list[FloatArray]) -> None:
        """Write dL/d pixels at each place of the windows."""


class MaxPool2D(Pool2D):
    """Each window's largest value; the whole gradient goes to where that came from (see `winners`).

    Each place's pixels are copied side by side first, and their gradients back: a view of them would be gone
    through a few channels at a time, and more than once.
    """

    kind = "maxpool2d"

    def reduce(self, places: list[FloatArray]) -> None:
        """The largest."""
        self._candidates = self._lend("candidates")
        for candidate, place in zip(self._candidates, places, strict=True):
            np.copyto(candidate, place)
        largest(self._candidates, out=self.outputs)

    def spread(self, gradient: FloatArray, places: list[FloatArray]) -> None:
        """All of it to the first largest."""
        shares = self._lend("shares")
        winners(gradient, self._candidates, self.outputs, self.workspace, out=shares)
        for place, share in zip(places, shares, strict=True):
            np.copyto(place, share)

    def _lend(self, name: str) -> list[FloatArray]:
        """Room for the pixels at each place of the windows."""
        many = self.size**2
        flat = self.workspace.flat(name, many * self.outputs.size)
        return list(flat.reshape(many, *self.outputs.shape))


class AvgPool2D(Pool2D):
    """Each window's mean; each of its pixels gets the same part of the gradient, one over their number."""

    kind = "avgpool2d"

    def reduce(self, places: list[FloatArray]) -> None:
        """The mean."""
        np.copyto(self.outputs, places[0])
        for place in places[1:]:
            self.outputs += place
        self.outputs *= 1 / len(places)

    def spread(self, gradient: FloatArray, places: list[FloatArray]) -> None:
        """The same part for all."""
        gradient *= 1 / self.size**2
        for place in places:
            place[...] = gradient


class GlobalAvgPool2D(Layer):
    """The mean of each whole map: (height, width, channels) -> (channels,) (Lin et al., 2014)."""

    kind = "global_avgpool2d"

    def __init__(self, input_shape: Shape) -> None:
        """`input_shape` is (height, width, channels)."""
        super().__init__(input_shape, (input_shape[-1],), {})

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """(batch, height, width, channels) -> (batch, channels)."""
        self.outputs = self.workspace.array("outputs", (len(inputs), *self.output_shape))
        return np.mean(inputs, axis=(1, 2), out=self.outputs)

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """The same part of the gradient to each pixel of a map, one over their number."""
        if not inputs_too:
            return None
        passed = self.workspace.array("input_gradient", (len(gradient), *self.input_shape))
        height, width, _ = self.input_shape
        np.multiply(gradient[:, np.newaxis, np.newaxis], 1 / (height * width), out=passed)
        return passed
