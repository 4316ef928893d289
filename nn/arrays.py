"""The array types that signatures speak of, and a workspace that lends the same memory at every step.

Allocating a few megabytes a thousand times a second costs more than the arithmetic on them, so layers ask a
`Workspace` for their outputs and gradients and get the array of the last step back.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
FloatType = type[np.float32] | type[np.float64]
ByteArray = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]
Shape = tuple[int, ...]


class Workspace:
    """Named arrays whose first axis is the batch; a smaller batch gets a view of the larger one's array."""

    def __init__(self, dtype: FloatType) -> None:
        self.dtype = dtype
        self._largest: dict[str, FloatArray] = {}
        self._views: dict[tuple[str, Shape], FloatArray] = {}

    def array(self, name: str, shape: Shape) -> FloatArray:
        """An array of `shape` with whatever was left in it; lent until the next call with this name."""
        view = self._views.get((name, shape))
        if view is None:
            view = self._views[name, shape] = self._view(name, shape)
        return view

    def flat(self, name: str, size: int) -> FloatArray:
        """A flat array of `size` numbers, to be shaped by whoever asks."""
        return self.array(name, (size,))

    def _view(self, name: str, shape: Shape) -> FloatArray:
        largest = self._largest.get(name)
        if largest is None or largest.shape[1:] != shape[1:] or largest.shape[0] < shape[0]:
            largest = self._largest[name] = np.empty(shape, self.dtype)
            self._views = {key: view for key, view in self._views.items() if key[0] != name}
        return largest[: shape[0]]


def column_sums(rows: FloatArray) -> FloatArray:
    """The sum of each column, as float64, by a product with ones: twice as fast as `sum(axis=0)`."""
    return (np.ones(len(rows), rows.dtype) @ rows).astype(np.float64)
