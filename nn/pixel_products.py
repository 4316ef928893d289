"""A convolution of maps with one channel: for each pixel of the kernel what it sees, as one long row.

Stretches under a kernel would be a few numbers long, and the loop over them would cost more than the copies.
"""

import numpy as np

from nn.arrays import FloatArray, Workspace
from nn.products import Products, Sliding


class PixelProducts(Products):
    """z = P W with P^T (kernel * kernel, images * places): "im2col" (Chellapilla et al., 2006).

    First each column of the kernel goes over the image, then of what it saw each row is copied.
    """

    def __init__(self, sliding: Sliding, workspace: Workspace) -> None:
        height, pool, columns, _ = sliding.sums_shape
        super().__init__(
            sliding, workspace, products=1, places=height * pool * columns, length=sliding.kernel**2
        )

    def kernels(self, weight: FloatArray) -> FloatArray:
        """The weights as they are."""
        return weight.reshape(1, self.length, -1)

    def weight_gradient(self, gradient: FloatArray, out: FloatArray) -> None:
        """The gradient as it is."""
        out[...] = gradient.reshape(out.shape)

    def seen(self, images: FloatArray) -> FloatArray:
        """All rows under each column of the kernel, and of these what is under each row of it."""
        columns, planes = self._rooms(len(images), images.shape[1])
        for column, seen in enumerate(columns):
            for kind in range(self.sliding.pool):
                np.copyto(seen[:, :, kind], self._under(images, column, kind))
        np.copyto(planes, self._windows(columns))
        return planes.reshape(self.length, -1).T[np.newaxis]

    def sums(self, seen: FloatArray, kernels: FloatArray, out: FloatArray) -> None:
        """P W."""
        np.matmul(seen[0], kernels[0], out=out.reshape(-1, self.sliding.filters))

    def spread(self, delta: FloatArray) -> FloatArray:
        """The gradient as it is."""
        return delta.reshape(1, -1, self.sliding.filters)

    def turned(self, weight: FloatArray) -> FloatArray:
        """The weights as they are."""
        return self.kernels(weight)

    def input_gradient(self, spread: FloatArray, turned: FloatArray) -> FloatArray:
        """Each pixel sums what comes back from every pixel of the kernel that saw it."""
        sliding = self.sliding
        count, height = spread.shape[1] // self.places, sliding.groups * sliding.stride
        columns, planes = self._rooms(count, height)
        np.matmul(turned[0], spread[0].T, out=planes.reshape(self.length, -1))
        columns[...] = 0
        rows = sliding.stride * sliding.pool * sliding.rows
        for row, plane in enumerate(planes):
            columns[:, :, row : row + rows : sliding.stride] += plane
        images = self._lend("image_gradient", count, height, sliding.width, 1)
        images[...] = 0
        for column, seen in enumerate(columns):
            for kind in range(sliding.pool):
                touched = self._under(images, column, kind)
                touched += seen[:, :, kind]
        return images

    def _rooms(self, count: int, height: int) -> tuple[FloatArray, FloatArray]:
        """Room for what each column of a kernel sees, and for what each pixel of it sees."""
        kernel, (rows, pool, columns, _) = self.sliding.kernel, self.sliding.sums_shape
        return (
            self._lend("columns", kernel, count, height, pool, columns),
            self._lend("planes", kernel, kernel, count, rows, pool, columns),
        )

    def _under(self, images: FloatArray, column: int, kind: int) -> FloatArray:
        """What one column of the kernel sees from the places of one kind, (count, height, columns): a view."""
        stride, pool = self.sliding.stride, self.sliding.pool
        first = kind * stride + column
        return images[:, :, first :: pool * stride, 0][:, :, : self.sliding.columns]

    def _windows(self, columns: FloatArray) -> FloatArray:
        """Of what each column saw, the rows of places for each row of the kernel: a view."""
        kernel, count, _, pool, many = columns.shape
        down, across, along, kinds, one = columns.strides
        rows = self.sliding.pool * self.sliding.rows
        return np.ndarray(
            (kernel, kernel, count, rows, pool, many),
            columns.dtype,
            columns,
            0,
            (along, down, across, self.sliding.stride * along, kinds, one),
        )
