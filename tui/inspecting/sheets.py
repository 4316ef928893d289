"""What of a layer is looked at, cut into tiles: one a neuron, filter or channel, all on one scale.

A dense layer's weights lie as its inputs did before they were flattened, so that those of a first layer are
pictures; a filter's kernels stand side by side, one an input channel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.explain.inspection import LayerRecord, Tensor

Numbers = NDArray[np.floating[Any]]
Shape = tuple[int, ...]

_SAMPLED = 10_000  # numbers that the scale is taken from
_MANY = 200  # from so many numbers on the largest hundredth may go beyond the scale


class View(StrEnum):
    """What of a layer is shown, in words."""

    ACTIVATIONS = "activations"
    WEIGHTS = "weights"
    ACTIVATION_GRADIENTS = "dL/d activations"
    WEIGHT_GRADIENTS = "dL/d weights"

    @property
    def is_gradient(self) -> bool:
        """Whether it tells how the loss would change, not what is there."""
        return self in (View.ACTIVATION_GRADIENTS, View.WEIGHT_GRADIENTS)

    @property
    def of_weights(self) -> bool:
        """Whether it is about what the layer has learned, not about the image."""
        return self in (View.WEIGHTS, View.WEIGHT_GRADIENTS)

    @property
    def counterpart(self) -> "View":
        """The gradient of what is shown; of a gradient, what it is the gradient of."""
        return VIEWS[(VIEWS.index(self) + 2) % len(VIEWS)]

    @property
    def following(self) -> "View":
        """The next view, and after the last the first."""
        return VIEWS[(VIEWS.index(self) + 1) % len(VIEWS)]


VIEWS = tuple(View)


@dataclass(frozen=True, eq=False)
class Sheet:
    """`count` tiles of (rows, columns) numbers, NaN for gaps; 1 x 1 where a tile is a single number.

    `limit` is the number that gets the full colour, 0 where there is nothing to see; `total` has the spread
    of all numbers. A tile is called by its index, unless there is a `caption`.
    """

    count: int
    rows: int
    columns: int
    tile: Callable[[int], Numbers]
    limit: float
    total: Tensor
    caption: str = ""

    def only(self, index: int, caption: str) -> "Sheet":
        """The tile `index` alone."""
        return replace(self, count=1, tile=lambda _: self.tile(index), caption=caption)

    @property
    def is_flat(self) -> bool:
        """Whether each tile is a single number."""
        return self.rows == self.columns == 1


def sheet_of(layers: Sequence[LayerRecord], position: int, view: View) -> Sheet | None:
    """The tiles of the layer at `position`; None where it has no such numbers."""
    record = layers[position]
    tensor = _tensor(record, view)
    if tensor is None:
        return None
    if view.of_weights:
        return _weights(tensor, input_shape(layers, position))
    return _activations(tensor)


def close_up(layers: Sequence[LayerRecord], position: int, view: View, unit: int) -> Sheet | None:
    """One unit alone: its picture, or where it is a single number the weights that the number comes from."""
    sheet = sheet_of(layers, position, view)
    if sheet is not None and sheet.is_flat:
        view = View.WEIGHT_GRADIENTS if view.is_gradient else View.WEIGHTS
        sheet = sheet_of(layers, position, view)
    if sheet is None or sheet.is_flat:
        return None
    return sheet.only(unit, f"{unit}: {view}, to {sheet.limit:.2g}")


def input_shape(layers: Sequence[LayerRecord], position: int) -> Shape:
    """What a layer sees, as it lay before it was flattened: (height, width, channels) or (features,)."""
    before = layers[position - 1] if position else layers[position]
    return before.input_shape if before.kind == "flatten" else before.output_shape


def unit_word(record: LayerRecord) -> str:
    """What one of a layer's outputs is called."""
    if record.kind == "dense":
        return "neuron"
    if record.kind == "conv2d":
        return "filter"
    return "channel" if len(record.output_shape) == 3 else "number"


def unit_count(record: LayerRecord) -> int:
    """How many neurons, filters or channels a layer has."""
    return record.output_shape[-1]


def strongest_unit(record: LayerRecord) -> int:
    """The neuron, filter or channel that gives the largest number."""
    return int(np.nan_to_num(record.outputs.values).argmax()) % unit_count(record)  # units are the last axis


def main_parameter(record: LayerRecord) -> str | None:
    """The name of the parameter that is drawn: the weights, or else the first there is."""
    return next(iter(sorted(record.parameters, key=lambda name: name != "weight")), None)


def wrapped_columns(count: int) -> int:
    """How wide to lay `count` numbers that have no place: near a square, without a rest where it goes."""
    side = ceil(sqrt(count))
    return next((width for width in range(side, ceil(2.5 * side)) if count % width == 0), side)


def _tensor(record: LayerRecord, view: View) -> Tensor | None:
    if not view.of_weights:
        return record.output_gradient if view.is_gradient else record.outputs
    name = main_parameter(record)
    tensors = record.parameter_gradients if view.is_gradient else record.parameters
    return None if name is None else tensors.get(name)


def _activations(tensor: Tensor) -> Sheet:
    values = tensor.values
    if values.ndim == 1:
        return _flat(tensor)
    rows, columns, count = values.shape
    return Sheet(count, rows, columns, lambda index: values[:, :, index], _limit(tensor), tensor)


def _flat(tensor: Tensor) -> Sheet:
    values = tensor.values.reshape(-1)
    return Sheet(len(values), 1, 1, lambda index: values[index : index + 1, None], _limit(tensor), tensor)


def _weights(tensor: Tensor, seen: Shape) -> Sheet:
    values = tensor.values
    if values.ndim == 1:
        return _flat(tensor)
    if values.ndim == 4:  # (kernel, kernel, input channels, filters)
        return _maps(tensor, values.shape[:3], lambda index: values[..., index])
    if len(seen) == 3 and prod(seen) == len(values):
        return _maps(tensor, seen, lambda index: values[:, index].reshape(seen))
    columns = wrapped_columns(len(values))
    rows = ceil(len(values) / columns)

    def tile(index: int) -> Numbers:
        laid = np.full(rows * columns, np.nan, values.dtype)
        laid[: len(values)] = values[:, index]
        return laid.reshape(rows, columns)

    return Sheet(values.shape[1], rows, columns, tile, _limit(tensor), tensor)


def _maps(tensor: Tensor, shape: Shape, maps: Callable[[int], Numbers]) -> Sheet:
    """Tiles of several maps side by side with a gap between; `maps(index)` is (height, width, channels)."""
    height, width, channels = shape
    across = wrapped_columns(channels)
    down = ceil(channels / across)
    rows, columns = down * (height + 1) - 1, across * (width + 1) - 1

    def tile(index: int) -> Numbers:
        values = maps(index)
        laid = np.full((down, height + 1, across, width + 1), np.nan, values.dtype)
        for channel in range(channels):
            row, column = divmod(channel, across)
            laid[row, :height, column, :width] = values[:, :, channel]
        return laid.reshape(down * (height + 1), across * (width + 1))[:rows, :columns]

    return Sheet(tensor.values.shape[-1], rows, columns, tile, _limit(tensor), tensor)


def _limit(tensor: Tensor) -> float:
    """The size that gets the full colour: of many numbers the hundredth largest, else the largest."""
    flat = np.abs(tensor.values.reshape(-1))
    sample = flat[:: flat.size // _SAMPLED + 1 | 1]
    sample = sample[np.isfinite(sample) & (sample > 0)]
    if not sample.size:
        return 0.0
    return float(np.quantile(sample, 0.99) if sample.size >= _MANY else sample.max())
