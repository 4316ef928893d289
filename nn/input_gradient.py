"""dL/d inputs of a convolution: every pixel sums what comes back from all the patches that it is in.

There are two ways to do it: another convolution where the kernels moved pixel by pixel, and adding up where
they moved in larger steps.
"""

from abc import ABC, abstractmethod

import numpy as np

from nn.arrays import FloatArray, Shape, Workspace
from nn.patches import Window, add_patches, patches


class WayBack(ABC):
    """Takes dL/d sums tile by tile and window by window, and writes dL/d inputs in the end."""

    def __init__(
        self, weight: FloatArray, padded_shape: Shape, margins: tuple[int, int], workspace: Workspace
    ) -> None:
        """`weight` is (kernel, kernel, channels, filters); `padded_shape` that of the inputs in their frame.

        `margins` are the frame's rows above and its columns at the left.
        """
        self.weight = weight
        self.padded_shape = padded_shape
        self.margins = margins
        self.workspace = workspace

    @abstractmethod
    def take(self, tile: slice, window: Window, delta: FloatArray) -> None:
        """dL/d sums of some images at the places of a window, (images * rows * columns, filters)."""

    @abstractmethod
    def finish(self, passed: FloatArray) -> None:
        """Write dL/d inputs, (batch, height, width, channels)."""


class Correlated(WayBack):
    """For stride 1: dL/dx_ij = sum over u, v of delta_(i - u)(j - v) W_uv^T.

    That is a convolution of delta, in a frame of kernel - 1 zeros, with the kernels turned by half a circle
    and their channels and filters exchanged (Goodfellow et al., Deep Learning, section 9.5).
    """

    def __init__(
        self, weight: FloatArray, padded_shape: Shape, margins: tuple[int, int], workspace: Workspace
    ) -> None:
        super().__init__(weight, padded_shape, margins, workspace)
        count, height, width, _ = padded_shape
        kernel, _, _, filters = weight.shape
        self._delta = workspace.array(
            "framed_delta", (count, height + kernel - 1, width + kernel - 1, filters)
        )
        self._delta[...] = 0

    def take(self, tile: slice, window: Window, delta: FloatArray) -> None:
        """Lay delta down at the places of the window."""
        (rows, columns), frame = window.places, window.kernel - 1
        top, left = (start + frame for start in window.start)
        maps = self._delta[tile]
        stride = window.stride
        place = maps[:, top : top + stride * rows : stride, left : left + stride * columns : stride]
        place[...] = delta.reshape(place.shape)

    def finish(self, passed: FloatArray) -> None:
        """The convolution, tile by tile."""
        count, height, width, channels = passed.shape
        kernel, _, _, filters = self.weight.shape
        turned = np.ascontiguousarray(self.weight[::-1, ::-1].transpose(0, 1, 3, 2)).reshape(-1, channels)
        window = Window(kernel, 1, (height, width), self.margins)
        size = window.tile(count, filters, passed.itemsize)
        for start in range(0, count, size):
            tile = slice(start, start + size)
            seen = patches(self._delta[tile], window, self.workspace)
            np.matmul(seen, turned, out=passed[tile].reshape(-1, channels))


class Scattered(WayBack):
    """For any stride: dL/dP = delta W^T, and each pixel adds up what it gets from each patch."""

    def __init__(
        self, weight: FloatArray, padded_shape: Shape, margins: tuple[int, int], workspace: Workspace
    ) -> None:
        super().__init__(weight, padded_shape, margins, workspace)
        self._padded = workspace.array("padded_gradient", padded_shape)
        self._padded[...] = 0

    def take(self, tile: slice, window: Window, delta: FloatArray) -> None:
        """Add what these places give to the pixels under them."""
        weight = self.weight.reshape(-1, self.weight.shape[-1])
        lent = self.workspace.flat("patch_gradients", len(delta) * len(weight))
        parts = np.matmul(delta, weight.T, out=lent.reshape(len(delta), len(weight)))
        add_patches(self._padded[tile], parts, window)

    def finish(self, passed: FloatArray) -> None:
        """Leave the frame out."""
        top, left = self.margins
        passed[...] = self._padded[:, top : top + passed.shape[1], left : left + passed.shape[2]]
