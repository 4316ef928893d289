"""Wrong gradients, to see that the check finds them: two published mistakes, planted in one network.

Nothing of a mistake reaches another network: it takes the place of the `backward` of this one's dense layers.
"""

from collections.abc import Callable

import msgspec
import numpy as np

from nn.arrays import FloatArray
from nn.layers import Dense
from nn.network import Network

Backward = Callable[..., FloatArray | None]


class Mistake(msgspec.Struct, frozen=True):
    """`title` and `why` are for a person; `spoil` makes a dense layer's `backward` wrong."""

    title: str
    why: str
    spoil: Callable[[Dense], Backward]

    def plant(self, network: Network) -> None:
        """Put the mistake into every dense layer of a network, for good."""
        for layer in network.layers:
            if isinstance(layer, Dense):
                vars(layer)["backward"] = self.spoil(layer)


def _without_derivative(layer: Dense) -> Backward:
    right = layer.backward

    def backward(gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        error = gradient.copy()
        passed = right(gradient, inputs_too=inputs_too)
        return error @ layer.parameters["weight"].T if passed is not None else None

    return backward


def _bias_over_everything(layer: Dense) -> Backward:
    right = layer.backward

    def backward(gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        passed = right(gradient, inputs_too=inputs_too)
        layer.gradients["bias"][...] = np.sum(layer.gradients["bias"])
        return passed

    return backward


WITHOUT_DERIVATIVE = Mistake(
    "the hidden error without the output's derivative",
    "A layer hands back (dL/da) W^T in place of delta W^T: f'(z) is left out, as if a were z. Its own "
    "weights are right; those of every layer before it are not. It is in every dense layer, and in no other.",
    _without_derivative,
)
BIAS_OVER_EVERYTHING = Mistake(
    "bias gradients summed over everything",
    "dL/db is one sum over all images and all neurons, given to each bias alike, in place of a sum over the "
    "images for each neuron. It is in every dense layer, and in no other: their weights and all that other "
    "layers learn are right.",
    _bias_over_everything,
)
MISTAKES = (WITHOUT_DERIVATIVE, BIAS_OVER_EVERYTHING)
