"""What a person watches a layer for: the size of its gradient, of its steps, the share of silent neurons."""

import numpy as np

from nn.arrays import FloatArray
from nn.events import LayerHealth
from nn.network import Network


def measure(network: Network, before: FloatArray) -> list[LayerHealth]:
    """Measure each layer that learns over the last step; `before` are the flat parameters before it.

    A healthy update is about a thousandth of the weights (LeCun et al., Efficient BackProp); a neuron is dead
    for a batch in which its ReLU fires for no image.
    """
    rows: list[LayerHealth] = []
    for name, layer in network.learning_layers():
        place = layer.slices["weight"]
        moved = float(np.linalg.norm(network.parameters[place] - before[place]))
        size = float(np.linalg.norm(before[place]))
        is_relu = layer.activation_name == "relu"
        rows.append(
            LayerHealth(
                name=name,
                gradient_norm=_finite(float(np.linalg.norm(network.gradients[place]))),
                update_ratio=_finite(moved / size) if size else None,
                dead=_silent_share(network.last_ranges(layer)) if is_relu else None,
            )
        )
    return rows


def _silent_share(ranges: list[FloatArray]) -> float:
    """The share of neurons, or of feature maps, whose largest output in all shares of the batch is 0."""
    fired = np.stack([largest > 0 for _, largest in ranges]).any(axis=0)
    return 1.0 - int(np.count_nonzero(fired)) / fired.size


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
