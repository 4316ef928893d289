"""A convolution of maps with one channel: for each pixel of the kernel what it sees, as one long row.

Stretches under a kernel would be a few numbers long, and the loop over them would cost more than the copies.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np

from nn.arrays import FloatArray, Workspace
from nn.products import Products, Sliding, view


class PixelProducts(Products):
    """z = P W with P^T (kernel * kernel, images * places), "im2col" (Chellapilla et al., 2006).

    The places of a pooling window see the same pixels with different pixels of the kernel. So what is seen at
    some distance from the first place is fetched once for all, and then copied in long stretches.
    """

    def __init__(self, sliding: Sliding, workspace: Workspace) -> None:
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
        """What is fetched, and of that what each place sees."""
        fetched = self._fetched(len(images), out)
        across, down, along, _ = (step // images.itemsize for step in images.strides)
        apart = self.sliding.pool * self.sliding.stride
        steps = (down, along, across, apart * down, apart * along)
        np.copyto(fetched, view(images, fetched.shape, steps))
        if self.sliding.pool > 1:
            for seen, part in self._parts(out, fetched):
                np.copyto(seen, part)
        return out.reshape(1, self.length, -1).transpose(0, 2, 1)

    def sums(self, seen: FloatArray, kernels: FloatArray, out: FloatArray) -> None:
        """P W."""
        np.matmul(seen[0], kernels[0], out=out.reshape(-1, self.sliding.filters))

    def spread(self, delta: FloatArray) -> FloatArray:
        """The gradient as it is."""
        return delta.reshape(1, -1, self.sliding.filters)

    def input_gradient(self, spread: FloatArray, turned: FloatArray) -> FloatArray:
        """Each pixel sums what comes back from every pixel of the kernel that saw it."""
        sliding, count = self.sliding, spread.shape[1] // self.places
        flat = self._lend("seen_gradient", self.length * spread.shape[1])
        np.matmul(turned[0], spread[0].T, out=flat.reshape(self.length, -1))
        fetched = self._fetched(count, flat)
        if sliding.pool > 1:
            fetched[...] = 0
            for seen, part in self._parts(flat, fetched):
                part += seen
        images = self._lend("image_gradient", count, sliding.groups * sliding.stride, sliding.width, 1)
        images[...] = 0
        apart = sliding.pool * sliding.stride
        for top, left in np.ndindex(fetched.shape[:2]):
            touched = images[:, top::apart, left::apart, 0][:, : sliding.rows, : sliding.columns]
            touched += fetched[top, left]
        return images

    def _fetched(self, count: int, out: FloatArray) -> FloatArray:
        """Room for what a pooling window's pixels see: (side, side, count, rows, columns); else `out`."""
        kernel, stride, pool, rows, columns, *_ = self.sliding
        side = kernel + stride * (pool - 1)
        flat = out if pool == 1 else self.workspace.flat("fetched", side**2 * count * rows * columns)
        return flat.reshape(side, side, count, rows, columns)

    def _parts(self, flat: FloatArray, fetched: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
        """For each place of a pooling window what it sees: in P, and where it was fetched."""
        kernel, stride, pool, *_ = self.sliding
        planes = flat.reshape(kernel, kernel, pool, pool, *fetched.shape[2:])
        for down, along in product(range(pool), repeat=2):
            top, left = stride * down, stride * along
            yield planes[:, :, down, along], fetched[top : top + kernel, left : left + kernel]
