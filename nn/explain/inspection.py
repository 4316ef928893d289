"""What every layer holds while one image passes through a network: outputs, parameters, and their gradients.

The numbers are the layers' own, from their `forward` and `backward`, copied before the next layer may reuse
the memory; nothing is computed a second way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nn.arrays import FloatArray, Shape
from nn.config import IMAGE_SHAPE, ActivationName
from nn.layers import Layer
from nn.losses import Loss
from nn.network import Network
from nn.normalization import BatchNorm

IMAGE = "image"


@dataclass(frozen=True, eq=False)
class Tensor:
    """A copy of some numbers that nobody can write to, with their spread; NaN where one of them is NaN."""

    values: FloatArray
    minimum: float
    mean: float
    maximum: float

    @classmethod
    def of(cls, values: FloatArray) -> "Tensor":
        """Copy `values`, of any shape with at least one number."""
        kept = values.copy()
        kept.setflags(write=False)
        with np.errstate(invalid="ignore"):  # infinities of both signs
            mean = float(kept.mean(dtype=np.float64))
        return cls(kept, float(kept.min()), mean, float(kept.max()))


@dataclass(frozen=True, eq=False)
class LayerRecord:
    """One layer at one image: `outputs` and `output_gradient` (dL/d outputs) have its output's shape.

    `parameters` and `parameter_gradients` (dL/d parameters) are by the layer's own names, `weight`, `bias`;
    `statistics` are what a batch normalisation has measured, `running_mean`, `running_var`. Without a label
    there are no gradients. The image itself stands as a layer of kind `image` before all.
    """

    name: str
    kind: str
    activation: ActivationName
    input_shape: Shape
    output_shape: Shape
    outputs: Tensor
    parameters: Mapping[str, Tensor]
    statistics: Mapping[str, Tensor]
    output_gradient: Tensor | None
    parameter_gradients: Mapping[str, Tensor]

    @property
    def parameter_count(self) -> int:
        """How many numbers the layer learns."""
        return sum(tensor.values.size for tensor in self.parameters.values())


@dataclass(frozen=True, eq=False)
class Inspection:
    """All layers, the image first; ten `probabilities`, and the loss where a label was given."""

    layers: tuple[LayerRecord, ...]
    probabilities: FloatArray
    loss: float | None


@np.errstate(invalid="ignore", over="ignore")
def inspect(network: Network, loss: Loss, image: FloatArray, label: int | None = None) -> Inspection:
    """Pass one image (28, 28, 1), as the network is used to see it, forward and, given a `label`, back.

    The gradients are those of the loss of this one image with this label. Penalties are not in them: these
    belong to the training, not to the image. Overwrites `network.gradients`. A network that has diverged is
    looked at like any other: what is not finite is told as it is.
    """
    images = image.reshape(1, *IMAGE_SHAPE).astype(network.parameters.dtype)
    values, outputs = images, [Tensor.of(images[0])]
    for layer in network.layers:
        values = layer.forward(values)
        outputs.append(Tensor.of(values[0]))
    logits = values.copy()
    probabilities = loss.probabilities(logits)[0].copy()
    if label is None:
        return Inspection(_records(network, outputs, None), probabilities, None)
    value, gradient = loss(logits, np.array([label], np.uint8))
    return Inspection(_records(network, outputs, _backward(network, gradient)), probabilities, value)


def _backward(network: Network, gradient: FloatArray) -> list[Tensor]:
    """dL/d outputs of the image and of every layer, first to last; fills the parameters' gradients."""
    gradients = [Tensor.of(gradient[0])]
    for layer in reversed(network.layers):
        gradient = pass_back(layer, gradient)
        gradients.append(Tensor.of(gradient[0]))
    return gradients[::-1]


def pass_back(layer: Layer, gradient: FloatArray) -> FloatArray:
    """dL/d inputs from dL/d outputs, which are spent, of a layer that has answered rather than learned."""
    if isinstance(layer, BatchNorm):
        return _through_constants(layer, gradient)
    passed = layer.backward(gradient, inputs_too=True)
    assert passed is not None  # it was asked for
    return passed


def _through_constants(layer: BatchNorm, gradient: FloatArray) -> FloatArray:
    """The way back through a batch normalisation that answers: running mean m and deviation s are constants.

    With n = (x - m) / s and delta = dL/d(g n + b): dL/dg = sum delta n, dL/db = sum delta, dL/dx = delta g/s.
    """
    layer.activation.chain(gradient, layer.outputs, layer.workspace)
    deviation = np.sqrt(layer.running["running_var"] + layer.eps)
    normalised = (layer.inputs - layer.running["running_mean"]) / deviation
    axes = tuple(range(gradient.ndim - 1))
    np.sum(gradient * normalised, axis=axes, out=layer.gradients["weight"])
    np.sum(gradient, axis=axes, out=layer.gradients["bias"])
    return gradient * (layer.parameters["weight"] / deviation)


def _records(
    network: Network, outputs: list[Tensor], gradients: list[Tensor] | None
) -> tuple[LayerRecord, ...]:
    nothing: Mapping[str, Tensor] = MappingProxyType({})
    image = LayerRecord(
        IMAGE,
        IMAGE,
        "none",
        IMAGE_SHAPE,
        IMAGE_SHAPE,
        outputs[0],
        nothing,
        nothing,
        gradients[0] if gradients else None,
        nothing,
    )
    records = [
        LayerRecord(
            name=name,
            kind=layer.kind,
            activation=layer.activation_name,
            input_shape=layer.input_shape,
            output_shape=layer.output_shape,
            outputs=outputs[position + 1],
            parameters=_copied(layer.parameters),
            statistics=_copied(layer.running) if isinstance(layer, BatchNorm) else nothing,
            output_gradient=gradients[position + 1] if gradients else None,
            parameter_gradients=_copied(layer.gradients) if gradients else nothing,
        )
        for position, (name, layer) in enumerate(zip(network.names(), network.layers, strict=True))
    ]
    return (image, *records)


def _copied(tensors: Mapping[str, FloatArray]) -> Mapping[str, Tensor]:
    return MappingProxyType({name: Tensor.of(values) for name, values in tensors.items()})
