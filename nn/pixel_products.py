"""A convolution of maps with one channel: for each pixel of the kernel what it sees, as one long row.

Stretches under a kernel would be a few numbers long, and the loop over them would cost more than the copies.
"""

import numpy as np

from nn.arrays import FloatArray, Workspace
from nn.products import Products, Sliding, view


class PixelProducts(Products):
    """z = P W with P^T (kernel * kernel, images * places), "im2col" (Chellapilla et al., 2006).

    First each column of the kernel goes over the images, then of what it saw the rows are copied. Places a
    pooling window apart see pixels `pool * stride` apart. Rows and columns of an image are dealt out by that:
    what was a grid with gaps is then a long stretch, and so are the sums of each place of the windows.
    """

    def __init__(self, sliding: Sliding, workspace: Workspace) -> None:
        self._apart = sliding.pool * sliding.stride
        places = sliding.pool**2 * sliding.rows * sliding.columns
        super().__init__(sliding, workspace, products=1, places=places, length=sliding.kernel**2)

    def windows(self, sums: FloatArray) -> list[FloatArray]:
        """Each place's sums are one stretch."""
        sliding, row = self.sliding, self.sliding.columns * self.sliding.filters
        return list(sums.reshape(sliding.pool**2, len(sums), sliding.rows, row))

    def kernels(self, weight: FloatArray) -> FloatArray:
        """The weights as they are."""
        return weight.reshape(1, self.length, -1)

    def turned(self, weight: FloatArray) -> FloatArray:
        """The weights as they are."""
        return self.kernels(weight)

    def weight_gradient(self, gradient: FloatArray, out: FloatArray) -> None:
        """The gradient as it is."""
        out[...] = gradient.reshape(out.shape)

    def seen(self, images: FloatArray, out: FloatArray) -> FloatArray:
        """All rows under each column of the kernel, and of these what is under each row of it."""
        columns = self._columns(len(images))
        planes = self._planes(out)
        kernel, pool, stride = self.sliding.kernel, self.sliding.pool, self.sliding.stride
        across, down, along, _ = (step // images.itemsize for step in images.strides)
        for first in range(self._apart):
            rows = -(-(images.shape[1] - first) // self._apart)
            room = columns[:, :, first, :, :rows]
            steps = (along, across, stride * along, self._apart * down, self._apart * along)
            np.copyto(room, view(images, room.shape, steps, first * down))
        for row in range(kernel):
            for start in range(pool):
                np.copyto(planes[row, :, start], self._under(columns, row, start))
        return out.reshape(1, self.length, -1).transpose(0, 2, 1)

    def sums(self, seen: FloatArray, kernels: FloatArray, out: FloatArray) -> None:
        """P W."""
        np.matmul(seen[0], kernels[0], out=out.reshape(-1, self.sliding.filters))

    def spread(self, delta: FloatArray) -> FloatArray:
        """The gradient as it is."""
        return delta.reshape(1, -1, self.sliding.filters)

    def input_gradient(self, spread: FloatArray, turned: FloatArray) -> FloatArray:
        """Each pixel sums what comes back from every pixel of the kernel that saw it."""
        sliding, apart = self.sliding, self._apart
        flat = self._lend("plane_gradients", self.length * spread.shape[1])
        np.matmul(turned[0], spread[0].T, out=flat.reshape(self.length, -1))
        columns, planes = self._columns(spread.shape[1] // self.places), self._planes(flat)
        columns[...] = 0
        for row in range(sliding.kernel):
            for start in range(sliding.pool):
                under = self._under(columns, row, start)
                under += planes[row, :, start]
        images = self._lend("image_gradient", columns.shape[1], self._height, sliding.width, 1)
        images[...] = 0
        for column, first, start in np.ndindex(sliding.kernel, apart, sliding.pool):
            left = sliding.stride * start + column
            touched = images[:, first::apart, left::apart, 0][:, :, : sliding.columns]
            touched += columns[column, :, first, start, : touched.shape[1]]
        return images

    @property
    def _height(self) -> int:
        """The image's rows."""
        return self.sliding.groups * self.sliding.stride

    def _columns(self, count: int) -> FloatArray:
        """Room for what each column of the kernel sees."""
        sliding, height = self.sliding, -(-self._height // self._apart)
        return self._lend(
            "columns", sliding.kernel, count, self._apart, sliding.pool, height, sliding.columns
        )

    def _planes(self, flat: FloatArray) -> FloatArray:
        """What each pixel of the kernel sees, as (kernel, kernel, pool, pool, count, rows, columns)."""
        kernel, _, pool, rows, columns, *_ = self.sliding
        return flat.reshape(kernel, kernel, pool, pool, -1, rows, columns)

    def _under(self, columns: FloatArray, row: int, start: int) -> FloatArray:
        """What is under one row of the kernel at the places that are `start` rows down in their windows.

        (kernel, pool, count, rows, columns), a view of what the kernel's columns see.
        """
        top, first = divmod(self.sliding.stride * start + row, self._apart)
        seen = columns[:, :, first, :, top : top + self.sliding.rows]
        return seen.transpose(0, 2, 1, 3, 4)
