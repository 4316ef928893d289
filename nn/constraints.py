"""Bounds on a step: the whole gradient's length before it, each neuron's incoming weights after it.

Both scale in place and leave directions as they are; what is within its bound is not touched.
"""

import numpy as np

from nn.arrays import FloatArray
from nn.network import Network

SMALLEST = 1e-6


def clip_norm(gradients: FloatArray, longest: float) -> None:
    """Scale a flat gradient down to the length `longest` where it is longer (Pascanu et al., 2013).

    As PyTorch's `clip_grad_norm_`, which adds 1e-6 to the length; it comes before the penalties and before
    the optimizer.
    """
    share = longest / (float(np.linalg.norm(gradients)) + SMALLEST)
    if share < 1:
        gradients *= share


class MaxNorm:
    """Each neuron's (or kernel's) incoming weights, without its bias, at most `longest` long together.

    Srivastava et al., Dropout, 2014: after a step a longer vector is scaled back to that length.
    """

    def __init__(self, network: Network, longest: float) -> None:
        """Weights have one neuron a place of their last axis."""
        layers = [layer for _, layer in network.learning_layers()]
        weights = [layer.parameters["weight"] for layer in layers if layer.parameters["weight"].ndim > 1]
        self.longest = longest
        self._columns = [weight.reshape(-1, weight.shape[-1]) for weight in weights]

    def apply(self) -> None:
        """Scale back in the network's own parameters."""
        for columns in self._columns:
            lengths = np.sqrt(np.einsum("ij,ij->j", columns, columns))
            if (lengths > self.longest).any():
                columns *= np.minimum(1.0, self.longest / np.maximum(lengths, SMALLEST))
