"""A dense layer that sees the images themselves, shared by rows of its weights.

x W is the sum of what each part's rows of W give for all images, so no part ever reads another's rows. That
saves more than arithmetic: before a processor writes to memory that others have read, each of them must let
go of it, cache line by cache line, and for weights that takes as long as all of Adam's step.
"""

from nn.arrays import ByteArray, FloatArray, FloatType, Workspace
from nn.batches import PixelScale
from nn.layers import Dense
from nn.parallel.memory import Memory


class Rows:
    """One part's rows of the layer's weights, with the pixels that feed them."""

    def __init__(self, layer: Dense, rows: slice, number: int, parts: int) -> None:
        """`layer` is the first but for those that only shape; this is part `number` of `parts`."""
        self.layer = layer
        self._rows = rows
        self._number, self._parts = number, parts
        self._pixels: FloatArray | None = None

    def reserve(self, images: int, memory: Memory, dtype: FloatType) -> None:
        """Take memory for so many images."""
        shape = images, *self.layer.output_shape
        self._products = [memory.zeros(shape, dtype) for _ in range(self._parts)]
        self._workspace = Workspace(dtype)

    def look_at(self, images: ByteArray, scale: PixelScale) -> None:
        """Have `multiply` and `write_gradients` go by a batch: all its images uint8 (batch, 28, 28)."""
        self._images, self._scale, self._pixels = images, scale, None

    def multiply(self) -> None:
        """Write what these rows add to x W where all parts see it."""
        out = self._products[self._number][: len(self._images)]
        self.layer.multiply(self._own_pixels(), self._rows, out)

    def forward(self, share: slice) -> FloatArray:
        """The layer's outputs for a share of the images, when all parts have multiplied."""
        return self.layer.forward_from([product[share] for product in self._products])

    def write_gradients(self, deltas: FloatArray) -> None:
        """The gradients of these rows, from dL/dz of all images."""
        self.layer.write_gradients(self._own_pixels(), deltas, self._rows)

    def _own_pixels(self) -> FloatArray:
        """The pixels that feed these rows, (batch, rows), converted once a batch."""
        if self._pixels is None:
            own = self._images.reshape(len(self._images), -1)[:, self._rows]
            self._pixels = self._scale.convert(own, self._workspace.array("pixels", own.shape))
        return self._pixels
