"""Patches: what a kernel sees at each of its places, as the rows of one matrix, so that sliding is a product.

Images lie channels last, so a row of a patch is one stretch of memory; copying such stretches is cheap, as
long as a tile of patches stays in the processor's second-level cache (Chellapilla et al., 2006, "im2col").
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from nn.arrays import FloatArray, Shape, Workspace

TILE_BYTES = 400_000  # a tile of patches, its sums and their gradient stay in a second-level cache of 1 MB


class Window(NamedTuple):
    """A square kernel that moves over an image by `stride`, `places` rows and columns of it, from `start`."""

    kernel: int
    stride: int
    places: tuple[int, int]
    start: tuple[int, int] = (0, 0)

    def tile(self, images: int, channels: int, itemsize: int) -> int:
        """How many images' patches fit into a tile."""
        size = self.kernel**2 * channels * self.places[0] * self.places[1] * itemsize
        return max(1, min(images, TILE_BYTES // size))


def patches(images: FloatArray, window: Window, workspace: Workspace) -> FloatArray:
    """The patches of `images` (n, height, width, channels): (n * rows * columns, k * k * channels).

    `images` are contiguous, and a patch is in the order of a kernel (k, k, channels). With one channel the
    rows of a patch are short stretches, so it is the other way round, a stretch for each row of places, and
    the result a transposed view.
    """
    count, _, _, channels = images.shape
    (rows, columns), kernel = window.places, window.kernel
    if channels == 1:
        return _planes(images, window, workspace).reshape(kernel**2, -1).T
    across, down, along, one = images.strides
    first = window.start[0] * down + window.start[1] * along
    shape: Shape = (count, rows, columns, kernel, kernel * channels)
    strides = (across, window.stride * down, window.stride * along, down, one)
    lent = workspace.flat("patches", count * rows * columns * kernel**2 * channels).reshape(shape)
    np.copyto(lent, np.ndarray(shape, images.dtype, images, first, strides))
    return lent.reshape(count * rows * columns, -1)


def patches_of_all(
    images: FloatArray, windows: Sequence[Window], workspace: Workspace
) -> Iterator[FloatArray]:
    """The patches of the same images for each window of a pooling in turn, lent until the next.

    With one channel each pixel is fetched once for all windows, which see the same pixels at other places of
    the kernel; what a window sees is then copied in long stretches.
    """
    if images.shape[-1] > 1 or len(windows) == 1:
        yield from (patches(images, window, workspace) for window in windows)
        return
    kernel, last = windows[0].kernel, windows[-1]
    planes = _planes(images, last._replace(kernel=kernel + last.start[0], start=(0, 0)), workspace)
    for window in windows:
        top, left = window.start
        seen = planes[top : top + kernel, left : left + kernel]
        lent = workspace.flat("patches", seen.size).reshape(seen.shape)
        np.copyto(lent, seen)
        yield lent.reshape(kernel**2, -1).T


def _planes(images: FloatArray, window: Window, workspace: Workspace) -> FloatArray:
    """For each pixel of the kernel what it sees at all places: (k, k, n * rows * columns), of one channel."""
    across, down, along, _ = images.strides
    (rows, columns), kernel = window.places, window.kernel
    first = window.start[0] * down + window.start[1] * along
    shape: Shape = (kernel, kernel, len(images), rows, columns)
    strides = (down, along, across, window.stride * down, window.stride * along)
    places = len(images) * rows * columns
    lent = workspace.flat("planes", places * kernel**2)
    np.copyto(lent.reshape(shape), np.ndarray(shape, images.dtype, images, first, strides))
    return lent.reshape(kernel, kernel, places)


def add_patches(gradients: FloatArray, patch_gradients: FloatArray, window: Window) -> None:
    """Add dL/d patches, as `patches` lays them out, to dL/d images (n, height, width, channels), contiguous.

    A pixel is in many patches, and its gradient is the sum over all of them. What `stride` neighbouring
    columns of a kernel touch does not overlap from place to place, so it is added as one stretch.
    """
    count, _, _, channels = gradients.shape
    across, down, along, one = gradients.strides
    (rows, columns), kernel, stride = window.places, window.kernel, window.stride
    parts = patch_gradients.reshape(count, rows, columns, kernel, kernel * channels)
    for row in range(kernel):
        for column in range(0, kernel, stride):
            width = min(stride, kernel - column) * channels
            first = (window.start[0] + row) * down + (window.start[1] + column) * along
            touched = np.ndarray(
                (count, rows, columns, width),
                gradients.dtype,
                gradients,
                first,
                (across, stride * down, stride * along, one),
            )
            touched += parts[:, :, :, row, column * channels : column * channels + width]
