"""A convolution as matrix products: what a tile of images becomes, and how gradients come back from it.

There are two ways, `nn.row_products` and, for a single channel, `nn.pixel_products`.
"""

from abc import ABC, abstractmethod
from math import prod
from typing import NamedTuple

import numpy as np

from nn.arrays import FloatArray, Shape, Workspace


class Sliding(NamedTuple):
    """A square kernel that moves by `stride` over maps `width` wide, to `pool` x `pool` places a result.

    There are `rows` x `columns` results.
    """

    kernel: int
    stride: int
    pool: int
    rows: int
    columns: int
    width: int
    channels: int
    filters: int

    @property
    def taps(self) -> int:
        """How many groups of `stride` rows a kernel has, the last one perhaps filled up."""
        return -(-self.kernel // self.stride)

    @property
    def groups(self) -> int:
        """How many groups of `stride` rows are seen."""
        return self.pool * self.rows + self.taps - 1

    @property
    def sums_shape(self) -> Shape:
        """The sums of one image, with those in the same column of their pooling windows side by side."""
        return self.pool * self.rows, self.pool, self.columns, self.filters


class Products(ABC):
    """z = P W as `products` products of matrices: P is (products, images * places, length)."""

    def __init__(
        self, sliding: Sliding, workspace: Workspace, *, products: int, places: int, length: int
    ) -> None:
        self.sliding, self.workspace = sliding, workspace
        self.products, self.places, self.length = products, places, length

    @property
    def size(self) -> int:
        """How many numbers the P of one image has."""
        return self.products * self.places * self.length

    @abstractmethod
    def windows(self, sums: FloatArray) -> list[FloatArray]:
        """For each place of a pooling window, row by row, its sums: views (count, rows, columns * filters).

        They are laid out in long stretches, for what is compared then.
        """

    @abstractmethod
    def kernels(self, weight: FloatArray) -> FloatArray:
        """W (products, length, filters) from (kernel, kernel, channels, filters), lent until the next."""

    @abstractmethod
    def seen(self, images: FloatArray, out: FloatArray) -> FloatArray:
        """P from contiguous images (count, height, width, channels), a view of `out` (count * size,)."""

    @abstractmethod
    def sums(self, seen: FloatArray, kernels: FloatArray, out: FloatArray) -> None:
        """P W, put together to contiguous sums (count, *sums_shape)."""

    @abstractmethod
    def spread(self, delta: FloatArray) -> FloatArray:
        """dL/d(P W), (products, images * places, filters), from contiguous dL/d sums; lent."""

    @abstractmethod
    def weight_gradient(self, gradient: FloatArray, out: FloatArray) -> None:
        """Write dL/d weight, from dL/dW = P^T dL/d(P W)."""

    @abstractmethod
    def turned(self, weight: FloatArray) -> FloatArray:
        """What `input_gradient` needs of the weights, lent until the next."""

    @abstractmethod
    def input_gradient(self, spread: FloatArray, turned: FloatArray) -> FloatArray:
        """dL/d images from dL/d(P W): all pixels that are seen, or some more to the right and below; lent."""

    def _lend(self, name: str, *shape: int) -> FloatArray:
        return self.workspace.flat(name, prod(shape)).reshape(shape)


def view(values: FloatArray, shape: Shape, steps: Shape, first: int = 0) -> FloatArray:
    """The numbers of a contiguous array from `first` on as another shape, `steps` apart along each axis."""
    size = values.itemsize
    return np.ndarray(shape, values.dtype, values, first * size, [step * size for step in steps])
