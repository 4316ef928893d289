"""Patches: what a kernel sees at each of its places, as the rows of one matrix, so that sliding is a product.

Images lie channels last, so a row of a patch is one stretch of memory; copying such stretches is cheap, as
long as a tile of patches stays in the processor's second-level cache (Chellapilla et al., 2006, "im2col").
"""

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
    across, down, along, one = images.strides
    (rows, columns), kernel = window.places, window.kernel
    first = window.start[0] * down + window.start[1] * along
    step_down, step_along = window.stride * down, window.stride * along
    if channels == 1:
        shape: Shape = (kernel, kernel, count, rows, columns)
        strides: Shape = (down, along, across, step_down, step_along)
    else:
        shape = (count, rows, columns, kernel, kernel * channels)
        strides = (across, step_down, step_along, down, one)
    places = count * rows * columns
    lent = workspace.flat("patches", places * kernel**2 * channels).reshape(shape)
    np.copyto(lent, np.ndarray(shape, images.dtype, images, first, strides))
    return lent.reshape(kernel**2, places).T if channels == 1 else lent.reshape(places, -1)


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
