"""When a training has left the finite numbers, and the layer in which it did."""

from collections.abc import Mapping

import numpy as np

from nn.arrays import FloatArray
from nn.network import Network
from nn.normalization import BatchNorm


class Diverged(ArithmeticError):
    """A loss or a weight is no longer a finite number; the message names step and layer."""


def broken_layer(network: Network, slots: Mapping[str, FloatArray]) -> str | None:
    """The first layer with a weight, a statistic, an output or a place in a slot that is not finite.

    `slots` are what the optimizer keeps, each as long as the flat parameters.
    """
    for name, layer in network.learning_layers():
        kept = (slot[place] for slot in slots.values() for place in layer.slices.values())
        running = layer.running.values() if isinstance(layer, BatchNorm) else ()
        arrays = (*layer.parameters.values(), *kept, *running, *network.last_ranges(layer))
        if not all(np.isfinite(array).all() for array in arrays):
            return name
    return None
