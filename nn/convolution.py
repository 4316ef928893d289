"""Convolution as matrix products over tiles of patches; the max-pooling after it may be done on the way.

This is one of the files where speed lives. The plain formula, loop by loop, is the tests' oracle.
"""

from collections.abc import Iterator
from math import prod

import numpy as np

from nn.activations import ACTIVATIONS
from nn.arrays import FloatArray, Shape
from nn.config import Conv2DConfig
from nn.input_gradient import Correlated, Scattered, WayBack
from nn.layers import Layer, Learning
from nn.patches import Window, patches_of_all
from nn.pooling import largest, winners
from nn.settings import ConfigError


class Conv2D(Layer):
    """z_yx = b + sum over a k x k window of x with its corner at (stride y, stride x), times W; a = f(z).

    With the patches P (one row a place, k * k * channels numbers) and W as a matrix (k * k * channels,
    filters) this is z = P W + b, so with delta = dL/dz it is the dense layer's three lines once more:

        dL/dW = P^T delta,   dL/db = the sum of delta over places,   dL/dP = delta W^T

    and dL/dx sums dL/dP over all patches that a pixel is in (LeCun et al., 1998; Goodfellow et al., Deep
    Learning, section 9.5). It is a cross-correlation, as everywhere in this field: the kernel is not flipped.

    With `pool` p > 1 only the largest of each p x p places is kept. As f never falls, max f(z) is f(max z):
    bias and f are applied to what is left. The p * p places of a window are p * p convolutions with a stride
    p times as long, and the maximum is taken over these.
    """

    kind = "conv2d"

    def __init__(self, config: Conv2DConfig, input_shape: Shape, pool: int = 1) -> None:
        """`input_shape` is (height, width, channels); raises `ConfigError` where the kernel does not fit."""
        height, width, channels = input_shape
        kernel, stride = config.kernel, config.stride
        if config.padding == "same":
            self.margins = _same_margin(height, kernel, stride), _same_margin(width, kernel, stride)
        else:
            self.margins = (0, 0), (0, 0)
        self.padded_shape = (height + sum(self.margins[0]), width + sum(self.margins[1]), channels)
        if kernel > min(self.padded_shape[:2]):
            raise ConfigError(
                f"a kernel of {kernel} does not fit into {height} x {width} pixels; "
                f"allowed: at most {min(height, width)}, or padding same"
            )
        rows, columns = ((side - kernel) // stride + 1 for side in self.padded_shape[:2])
        places = rows // pool, columns // pool
        super().__init__(
            input_shape,
            (*places, config.filters),
            {"weight": (kernel, kernel, channels, config.filters), "bias": (config.filters,)},
        )
        self.config, self.pool = config, pool
        self.windows = [
            Window(kernel, stride * pool, places, (stride * down, stride * along))
            for down in range(pool)
            for along in range(pool)
        ]
        self.activation_name = config.activation
        self.activation = ACTIVATIONS[config.activation]

    @property
    def can_pool(self) -> bool:
        """Whether it can take over the max-pooling that follows: its activation must never fall."""
        return self.pool == 1 and not self.activation.needs_sums

    def with_pool(self, size: int) -> "Conv2D":
        """The same layer, not bound yet, that keeps the largest of each `size` x `size` places."""
        return Conv2D(self.config, self.input_shape, size)

    @property
    def fans(self) -> tuple[int, int]:
        """A kernel's size times the channels, and times the filters."""
        kernel, _, channels, filters = self.parameter_shapes["weight"]
        return kernel**2 * channels, kernel**2 * filters

    @property
    def flops(self) -> int:
        """A product and a sum for each weight at each place, before pooling."""
        rows, columns, _ = self.output_shape
        return 2 * prod(self.parameter_shapes["weight"]) * rows * columns * self.pool**2

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """(batch, height, width, channels) -> (batch, rows, columns, filters)."""
        self.inputs = self._pad(inputs)
        self.outputs = self.workspace.array("outputs", (len(inputs), *self.output_shape))
        weight, sums = self._weight(), _rows(self.outputs)
        candidates = self._candidates()
        for tile, rows in self._tiles():
            for seen, sum_of in zip(self._patches(tile), candidates, strict=True):
                np.matmul(seen, weight, out=sum_of[rows])
            if self.pool > 1:
                largest([sum_of[rows] for sum_of in candidates], out=sums[rows])
        if self.pool > 1:
            self._largest = self.workspace.array("largest", sums.shape)
            np.copyto(self._largest, sums)
        wide = _wide(self.outputs)
        wide += np.tile(self.parameters["bias"], self.output_shape[1])
        if self.activation.needs_sums:
            np.copyto(self.workspace.array("sums", self.outputs.shape), self.outputs)
        self.activation.apply(self.outputs)
        return self.outputs

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """(batch, rows, columns, filters) -> (batch, height, width, channels), a tile at a time."""
        self.activation.chain(gradient, self.outputs, self.workspace)
        sums = _wide(gradient).sum(axis=0).reshape(self.output_shape[1:])
        np.sum(sums, axis=0, out=self.gradients["bias"])
        way_back = self._way_back(len(gradient)) if inputs_too else None
        weight_gradient = self.gradients["weight"].reshape(self._weight().shape)
        weight_gradient[...] = 0
        part = self.workspace.array("weight_gradient", weight_gradient.shape)
        for tile, rows in self._tiles():
            deltas = self._deltas(gradient, rows)
            for window, seen, delta in zip(self.windows, self._patches(tile), deltas, strict=True):
                weight_gradient += np.matmul(seen.T, delta, out=part)
                if way_back is not None:
                    way_back.take(tile, window, delta)
        if way_back is None:
            return None
        passed = self.workspace.array("input_gradient", (len(gradient), *self.input_shape))
        way_back.finish(passed)
        return passed

    def _patches(self, tile: slice) -> Iterator[FloatArray]:
        """What the kernel sees of some images, window by window."""
        return patches_of_all(self.inputs[tile], self.windows, self.workspace)

    def _deltas(self, gradient: FloatArray, rows: slice) -> Iterator[FloatArray]:
        """dL/d sums of one tile for each window: all of it, or what each place of a pooling window won."""
        delta = _rows(gradient)[rows]
        if self.pool == 1:
            return iter([delta])
        mine = [sum_of[rows] for sum_of in self._candidates()]
        return winners(delta, mine, self._largest[rows], self.workspace)

    def _way_back(self, count: int) -> WayBack:
        margins = self.margins[0][0], self.margins[1][0]
        way = Correlated if self.config.stride == 1 else Scattered
        return way(self.parameters["weight"], (count, *self.padded_shape), margins, self.workspace)

    def _weight(self) -> FloatArray:
        return self.parameters["weight"].reshape(-1, self.output_shape[-1])

    def _candidates(self) -> list[FloatArray]:
        """The sums at each of a pooling window's places, (batch * rows * columns, filters) each."""
        sums = _rows(self.outputs)
        if self.pool == 1:
            return [sums]
        size = sums.size
        lent = self.workspace.flat("candidates", size * len(self.windows))
        return list(lent.reshape(len(self.windows), *sums.shape))

    def _tiles(self) -> list[tuple[slice, slice]]:
        """Cut the batch: slices of images, and of the same images' rows in matrices of places."""
        count, channels = len(self.inputs), self.input_shape[-1]
        size = self.windows[0].tile(count, channels, self.inputs.itemsize)
        places = prod(self.output_shape[:2])
        starts = range(0, count, size)
        return [
            (slice(start, start + size), slice(start * places, min(start + size, count) * places))
            for start in starts
        ]

    def _pad(self, inputs: FloatArray) -> FloatArray:
        """The inputs inside a frame of zeros, contiguous."""
        if self.padded_shape == self.input_shape:
            return np.ascontiguousarray(inputs)
        padded = self.workspace.array("padded", (len(inputs), *self.padded_shape))
        (top, bottom), (left, right) = self.margins
        padded[:, :top] = padded[:, self.padded_shape[0] - bottom :] = 0
        padded[:, :, :left] = padded[:, :, self.padded_shape[1] - right :] = 0
        self._without_margins(padded)[...] = inputs
        return padded

    def _without_margins(self, padded: FloatArray) -> FloatArray:
        (top, _), (left, _) = self.margins
        height, width, _ = self.input_shape
        return padded[:, top : top + height, left : left + width]


def _same_margin(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after one side, so that ceil(side / stride) places fit; the odd one comes after."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def _rows(outputs: FloatArray) -> FloatArray:
    """(batch, rows, columns, filters) as a matrix with a row a place."""
    return outputs.reshape(-1, outputs.shape[-1])


def _wide(outputs: FloatArray) -> FloatArray:
    """(batch, rows, columns, filters) as a matrix with long rows, over which a loop costs little."""
    count, rows, columns, filters = outputs.shape
    return outputs.reshape(count * rows, columns * filters)
