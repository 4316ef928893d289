"""A convolution whose rows share products by Winograd's transform, while its columns are copied side by side.

So what is copied grows with the kernel's columns, not with its pixels, and for a kernel of three rows half of
the products do: those of 4 rows of sums come from 6 rows, not from 12.
"""

from collections.abc import Iterator

import numpy as np

from nn.arrays import FloatArray, Workspace
from nn.products import Products, Sliding, view
from nn.winograd import best_sums, transform


class RowProducts(Products):
    """z_y = sum over u of R_(y + u) W_u, by Winograd's transform with rows as its numbers (`nn.winograd`).

    R_y holds what the kernel sees in row y of the image: for each place the stretch of kernel * channels
    numbers under it, so that R_y W_u is a product of matrices. A stride s makes groups of s rows: such a
    group is one row of numbers to the transform, and the kernel is as many groups, filled up with zeros.

    The image's rows are transformed before they are copied, each a combination of long stretches.
    """

    def __init__(self, sliding: Sliding, workspace: Workspace) -> None:
        height, pool, columns, filters = sliding.sums_shape
        step = best_sums(height, sliding.taps)
        self._height, self._step, self._bands = height, step, -(-height // step)
        matrices = transform(step, sliding.taps)
        self._inputs, self._kernel, self._sums = (matrix.astype(workspace.dtype) for matrix in matrices)
        self._row = pool * columns * filters
        # Where a pixel has few channels a product of matrices is narrow, and slow: two pixels make it wider.
        self._cells = 2 if sliding.stride * sliding.channels < 16 else 1
        super().__init__(
            sliding,
            workspace,
            products=step + sliding.taps - 1,
            places=self._bands * pool * columns,
            length=sliding.stride * sliding.kernel * sliding.channels,
        )

    def windows(self, sums: FloatArray) -> list[FloatArray]:
        """In a row of places come first those that are first in their windows, then the second."""
        pool, rows = self.sliding.pool, self.sliding.rows
        parts = sums.reshape(len(sums), rows, pool, pool, self._row // pool)
        return [parts[:, :, down, along] for down in range(pool) for along in range(pool)]

    def kernels(self, weight: FloatArray) -> FloatArray:
        """G w, with the kernel's rows as the numbers."""
        rows = self._kernel_rows(weight)
        rows[: len(weight)] = weight.reshape(len(weight), -1)
        rows[len(weight) :] = 0
        return self._by_product("kernels", rows).reshape(self.products, self.length, -1)

    def weight_gradient(self, gradient: FloatArray, out: FloatArray) -> None:
        """G^T dL/d(G w)."""
        rows = self._kernel_rows(out)
        taps = rows.reshape(self.sliding.taps, -1)
        np.matmul(self._kernel.T, gradient.reshape(self.products, -1), out=taps)
        out[...] = rows[: len(out)].reshape(out.shape)

    def seen(self, images: FloatArray, out: FloatArray) -> FloatArray:
        """B^T x, and of that the stretches side by side."""
        count, sliding = len(images), self.sliding
        row = sliding.width * sliding.channels
        transformed = self._lend("transformed", self.products, count, self._bands, sliding.stride * row)
        by_band = transformed.transpose(1, 2, 0, 3)
        for bands, block in _blocks(images, sliding.groups, sliding.stride * row, self.products, self._step):
            np.matmul(self._inputs[:, : block.shape[2]], block, out=by_band[:, bands])
        shape = (
            self.products * count * self._bands,
            sliding.pool,
            sliding.columns,
            sliding.stride,
            sliding.kernel * sliding.channels,
        )
        pixel = sliding.channels
        steps = (sliding.stride * row, sliding.stride * pixel, sliding.pool * sliding.stride * pixel, row, 1)
        np.copyto(out.reshape(shape), view(transformed, shape, steps))
        return out.reshape(self.products, count * self.places, self.length)

    def sums(self, seen: FloatArray, kernels: FloatArray, out: FloatArray) -> None:
        """A^T (R (G w))."""
        made = self._lend("made", self.products, len(out) * self.places, self.sliding.filters)
        np.matmul(seen, kernels, out=made)
        by_band = self._by_band(made, len(out))
        for bands, block in _blocks(out, self._height, self._row, self._step, self._step):
            np.matmul(self._sums[: block.shape[2]], by_band[:, bands], out=block)

    def spread(self, delta: FloatArray) -> FloatArray:
        """A delta."""
        made = self._lend("made", self.products, len(delta) * self.places, self.sliding.filters)
        by_band = self._by_band(made, len(delta))
        for bands, block in _blocks(delta, self._height, self._row, self._step, self._step):
            np.matmul(self._sums.T[:, : block.shape[2]], block, out=by_band[:, bands])
        return made

    def turned(self, weight: FloatArray) -> FloatArray:
        """G w for the way back, (products, stride, (taps + cells - 1) * filters, cells * stride * channels).

        In groups of `stride` columns (t, b) of the kernel the last group comes first, and channels and
        filters are exchanged. That is for one cell of `stride` pixels in a row of the image; of the next cell
        the same is one place further.
        """
        taps, stride = self.sliding.taps, self.sliding.stride
        kernel, _, channels, filters = weight.shape
        whole = self._lend("whole_kernel", taps * stride, taps * stride, channels, filters)
        whole[...] = 0
        whole[:kernel, :kernel] = weight
        columns = whole.reshape(taps * stride, taps, stride, channels, filters)[:, ::-1]
        rows = self._lend("turned_rows", taps * stride, taps, filters, stride, channels)
        rows[...] = columns.transpose(0, 1, 4, 2, 3)
        cell = self._by_product("turned", rows).reshape(self.products, stride, taps * filters, -1)
        cells, width = self._cells, stride * channels
        made = self._lend("turned_cells", *cell.shape[:2], (taps + cells - 1) * filters, cells * width)
        made[...] = 0
        for number in range(cells):
            seen = slice(number * filters, (number + taps) * filters)
            made[:, :, seen, number * width : (number + 1) * width] = cell
        return made

    def input_gradient(self, spread: FloatArray, turned: FloatArray) -> FloatArray:
        """B (A delta * G w).

        Along a row it is a convolution of A delta, in a frame of zeros, with the turned kernels. As each row
        of the image is in several bands, it sums what comes back from them.
        """
        sliding, count = self.sliding, spread.shape[1] // self.places
        seen = self._seen_from_image(spread)
        made = self._lend("transformed", self.products, sliding.stride, seen.shape[1], turned.shape[-1])
        np.matmul(seen[:, np.newaxis], turned, out=made)
        row = made[0, 0].size // (count * self._bands)
        by_band = made.reshape(self.products, sliding.stride, count, self._bands, row)
        return self._rows_of_bands(by_band.transpose(1, 2, 3, 0, 4)).reshape(
            count, -1, row // sliding.channels, sliding.channels
        )

    def _rows_of_bands(self, by_band: FloatArray) -> FloatArray:
        """B of (stride, count, bands, products, row): (count, more bands, step, stride, row), added up.

        The bands are `step` rows apart and longer: what is beyond belongs to the bands below, too.
        """
        stride, count, bands, products, row = by_band.shape
        below = -(-products // self._step) - 1
        images = self._lend("image_gradient", count, bands + below, self._step, stride, row)
        images[:, bands:] = 0
        back = self._inputs.T
        for number, transformed in enumerate(by_band):
            np.matmul(back[: self._step], transformed, out=images[:, :bands, :, number])
            for part in range(1, below + 1):
                share = back[part * self._step : (part + 1) * self._step]
                more = self._lend("more", count, bands, len(share), row)
                np.matmul(share, transformed, out=more)
                images[:, part : part + bands, : len(share), number] += more
        return images

    def _seen_from_image(self, spread: FloatArray) -> FloatArray:
        """For each group of cells in a row of the image the A delta of all places that see it, side by side.

        (products, rows of A delta * groups, (taps + cells - 1) * filters)
        """
        _, pool, columns, filters = self.sliding.sums_shape
        frame, places, cells = self.sliding.taps - 1, pool * columns, self._cells
        rows, groups = spread.size // (places * filters), -(-(places + frame) // cells)
        framed = self._lend("framed", rows, groups * cells + frame, filters)
        framed[:, :frame] = framed[:, frame + places :] = 0
        inner = framed[:, frame : frame + places].reshape(rows, columns, pool, filters)
        np.copyto(inner, spread.reshape(rows, pool, columns, filters).transpose(0, 2, 1, 3))
        shape = (rows, groups, (frame + cells) * filters)
        seen = self._lend("seen_from_image", *shape)
        np.copyto(seen, view(framed, shape, (framed[0].size, cells * filters, 1)))
        return seen.reshape(self.products, -1, shape[-1])

    def _by_product(self, name: str, rows: FloatArray) -> FloatArray:
        """G w of a kernel's rows, in whole groups."""
        taps = rows.reshape(self.sliding.taps, -1)
        made = self._lend(name, self.products, taps.shape[1])
        return np.matmul(self._kernel, taps, out=made)

    def _kernel_rows(self, weight: FloatArray) -> FloatArray:
        """Room for whole groups of a kernel's rows."""
        return self._lend("kernel_rows", self.sliding.taps * self.sliding.stride, weight[0].size)

    def _by_band(self, made: FloatArray, count: int) -> FloatArray:
        """R (G w) as (count, bands, products, row)."""
        return made.reshape(self.products, count, self._bands, self._row).transpose(1, 2, 0, 3)


def _blocks(
    values: FloatArray, rows: int, length: int, size: int, step: int
) -> Iterator[tuple[slice, FloatArray]]:
    """Blocks of `size` rows of `length` numbers, `step` rows apart: (count, bands, size, length), views.

    `values` is contiguous, and its images have `rows` rows, or more that are left out. First come all blocks
    that are full, then a last one that is cut short, if there is one.
    """
    count, across, hop = len(values), values[0].size, step * length
    full = (rows - size) // step + 1
    yield slice(0, full), view(values, (count, full, size, length), (across, hop, length, 1))
    rest = rows - full * step
    if rest > size - step:
        last = view(values, (count, 1, rest, length), (across, 0, length, 1), full * hop)
        yield slice(full, full + 1), last
