"""Convolution, a tile of images at a time; the max-pooling after it may be done on the way.

Which matrices are multiplied is said in `nn.products`, where the speed lives. The plain formula, loop by
loop, is the tests' oracle.
"""

from math import prod

import numpy as np

from nn.activations import ACTIVATIONS
from nn.arrays import FloatArray, Shape, Workspace, column_sums
from nn.config import Conv2DConfig
from nn.layers import Layer, Learning
from nn.pixel_products import PixelProducts
from nn.pooling import largest, winners
from nn.products import Products, Sliding
from nn.row_products import RowProducts
from nn.settings import ConfigError

TILE_BYTES = 700_000  # of what a kernel sees; most of it is still in a second-level cache of 1 MB when used
KEPT_BYTES = 6_000_000  # up to here fetching it again from a third-level cache is faster than making it again


class Conv2D(Layer):
    """z_yx = b + sum over a k x k window of x with its corner at (stride y, stride x), times W; a = f(z).

    With the patches P (one row a place, k * k * channels numbers) and W as a matrix (k * k * channels,
    filters) this is z = P W + b, so with delta = dL/dz it is the dense layer's three lines once more:

        dL/dW = P^T delta,   dL/db = the sum of delta over places,   dL/dP = delta W^T

    and dL/dx sums dL/dP over all patches that a pixel is in (LeCun et al., 1998; Goodfellow et al., Deep
    Learning, section 9.5). It is a cross-correlation, as everywhere in this field: the kernel is not flipped.

    So it is for maps of one channel (`nn.pixel_products`). For others there is a P with fewer products and
    fewer copies, P' = B^T P, with which z = A^T (P' (G W)), and the three lines gain these matrices
    (`nn.row_products`).

    With `pool` p > 1 only the largest of each p x p places is kept. As f never falls, max f(z) is f(max z):
    bias and f are applied to what is left.
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
        height, width, _ = self.padded_shape
        self.sliding = Sliding(kernel, stride, pool, *places, width, channels, config.filters)
        self.padded_shape = max(height, self.sliding.groups * stride), width, channels
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

    def bind(
        self, slices: dict[str, slice], parameters: FloatArray, gradients: FloatArray, workspace: Workspace
    ) -> None:
        """Views of the network's arrays; and how to multiply, which needs memory of its own."""
        super().bind(slices, parameters, gradients, workspace)
        way = PixelProducts if self.sliding.channels == 1 else RowProducts
        self._way: Products = way(self.sliding, workspace)

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """(batch, height, width, channels) -> (batch, rows, columns, filters), a tile at a time."""
        self.inputs = np.ascontiguousarray(inputs)
        self.outputs = self.workspace.array("outputs", (len(inputs), *self.output_shape))
        sums, largest_sums = self._sums()
        self._kept: dict[int, FloatArray] = {}  # what is seen of each tile, by its first image
        self._kernels = self._way.kernels(self.parameters["weight"])
        bias = np.tile(self.parameters["bias"], prod(self.output_shape[:2]))
        for tile in self._tiles():
            self._way.sums(self._see(tile), self._kernels, out=sums[tile])
            outputs = self.outputs[tile].reshape(-1, bias.size)
            if self.pool > 1:
                largest(self._way.windows(sums[tile]), out=largest_sums[tile])
                np.add(largest_sums[tile].reshape(outputs.shape), bias, out=outputs)
            else:
                outputs += bias
            if self.activation.needs_sums:
                np.copyto(self.workspace.array("all_sums", self.outputs.shape)[tile], self.outputs[tile])
            self.activation.apply(outputs)
        return self.outputs

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """(batch, rows, columns, filters) -> (batch, height, width, channels), a tile at a time."""
        gradient = np.ascontiguousarray(gradient)
        passed = self.workspace.array("input_gradient", self.inputs.shape) if inputs_too else None
        turned = self._way.turned(self.parameters["weight"]) if inputs_too else None
        weight_gradient, part = (
            self.workspace.array(name, self._kernels.shape) for name in ("weight_gradient", "part")
        )
        weight_gradient[...] = 0
        bias_gradient = np.zeros(self.output_shape[1:])
        for tile in self._tiles():
            self._chain(gradient, tile)
            rows = gradient[tile].reshape(-1, bias_gradient.size)
            bias_gradient += column_sums(rows).reshape(bias_gradient.shape)
            seen = self._kept[tile.start] if self._kept else self._see(tile)
            spread = self._way.spread(self._delta(gradient, tile))
            weight_gradient += np.matmul(seen.transpose(0, 2, 1), spread, out=part)
            if passed is not None and turned is not None:
                self._leave_frame(self._way.input_gradient(spread, turned), passed[tile])
        self._way.weight_gradient(weight_gradient, out=self.gradients["weight"])
        self.gradients["bias"][...] = bias_gradient.sum(axis=0)
        return passed

    def _chain(self, gradient: FloatArray, tile: slice) -> None:
        """dL/d outputs of one tile -> dL/d what the activation was applied to."""
        outputs = self.outputs[tile]
        if self.activation.needs_sums:
            sums = self.workspace.array("sums", outputs.shape)
            np.copyto(sums, self.workspace.array("all_sums", self.outputs.shape)[tile])
        self.activation.chain(gradient[tile], outputs, self.workspace)

    def _delta(self, gradient: FloatArray, tile: slice) -> FloatArray:
        """dL/d sums of one tile: all of the gradient, or at each place of a pooling window what it won."""
        if self.pool == 1:
            return gradient[tile]
        sums, largest_sums = self._sums()
        maxima = largest_sums[tile]
        delta = self.workspace.array("delta", sums[tile].shape)
        places = self._way.windows(sums[tile]), self._way.windows(delta)
        winners(gradient[tile].reshape(maxima.shape), places[0], maxima, self.workspace, out=places[1])
        return delta

    def _sums(self) -> tuple[FloatArray, FloatArray]:
        """The sums at all places, and the largest of each pooling window: without pooling the outputs."""
        if self.pool == 1:
            return self.outputs, self.outputs
        count = len(self.outputs)
        sums = self.workspace.array("candidates", (count, *self.sliding.sums_shape))
        rows, columns, filters = self.output_shape
        return sums, self.workspace.array("largest", (count, rows, columns * filters))

    def _tiles(self) -> list[slice]:
        """Cut the batch."""
        count, size = len(self.inputs), max(1, TILE_BYTES // (self._way.size * self.inputs.itemsize))
        return [slice(start, min(start + size, count)) for start in range(0, count, size)]

    def _see(self, tile: slice) -> FloatArray:
        """The matrices of one tile; those of all tiles are kept for the way back, where they are small."""
        size, count = self._way.size, len(self.inputs)
        if count * size * self.inputs.itemsize > KEPT_BYTES:
            room = self.workspace.flat("seen", (tile.stop - tile.start) * size)
            return self._way.seen(self._pad(self.inputs[tile]), out=room)
        room = self.workspace.flat("seen", count * size)[tile.start * size : tile.stop * size]
        self._kept[tile.start] = self._way.seen(self._pad(self.inputs[tile]), out=room)
        return self._kept[tile.start]

    def _pad(self, inputs: FloatArray) -> FloatArray:
        """Some of the inputs inside a frame of zeros."""
        if self.padded_shape == self.input_shape:
            return inputs
        padded = self.workspace.array("padded", (len(inputs), *self.padded_shape))
        top, left, height, width = self._inner()
        padded[:, :top] = padded[:, top + height :] = 0
        padded[:, :, :left] = padded[:, :, left + width :] = 0
        padded[:, top : top + height, left : left + width] = inputs
        return padded

    def _leave_frame(self, padded: FloatArray, out: FloatArray) -> None:
        """Without the frame; rows and columns that no kernel sees, and that are left out, get 0."""
        top, left, height, width = self._inner()
        seen = padded[:, top : top + height, left : left + width]
        out[:, seen.shape[1] :] = out[:, :, seen.shape[2] :] = 0
        out[:, : seen.shape[1], : seen.shape[2]] = seen

    def _inner(self) -> tuple[int, int, int, int]:
        """Where the inputs lie in their frame: top, left, height and width."""
        (top, _), (left, _) = self.margins
        height, width, _ = self.input_shape
        return top, left, height, width


def _same_margin(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after one side, so that ceil(side / stride) places fit; the odd one comes after."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2
