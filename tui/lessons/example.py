"""What a lesson takes its numbers from: one image in a network, and the layer and the number looked at."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nn.activations import ACTIVATIONS
from nn.arrays import FloatArray, Workspace
from nn.explain.inspection import Inspection, LayerRecord
from nn.explain.recorders import LayerTrace
from nn.explain.step_trace import StepTrace

Index = tuple[int, ...]
FIRST = "the first image of the next batch"


class SeenLayer(NamedTuple):
    """One layer at the image; `cell` is the place of the number looked at in `outputs`, None where none is.

    `slopes` are f'(z), None where they are not known. `weights` and `gradient` are of its weights, None where
    it has none; `sums` are z of all images of a step.
    """

    name: str
    kind: str
    activation: str
    outputs: FloatArray
    cell: Index | None
    slopes: FloatArray | None
    weights: FloatArray | None
    gradient: FloatArray | None
    sums: FloatArray | None


class Example(NamedTuple):
    """`image` is what the image is called on the page that the lesson is opened from.

    `place` is that of the layer looked at in `layers`, None where none is; `step` says how many were done.
    `loss` is that of the image, `slope_of` the loss whose gradient the layers have, with its name. `trace` is
    the whole step where there is one.
    """

    image: str
    label: int
    outputs: FloatArray
    probabilities: FloatArray
    loss: float
    slope_of: tuple[str, float]
    step: int
    layers: Sequence[SeenLayer]
    place: int | None
    trace: StepTrace | None

    @classmethod
    def of_step(
        cls, trace: StepTrace, image: int = 0, place: int | None = None, unit: int | None = None
    ) -> "Example":
        """An image of a step's batch; without a layer looked at it is whichever comes first."""
        return cls(
            image=FIRST if place is None else f"image {image + 1}",
            label=int(trace.labels[image]),
            outputs=trace.outputs[image],
            probabilities=trace.probabilities[image],
            loss=float(trace.losses[image]),
            slope_of=("the mean loss", trace.loss),
            step=trace.step,
            layers=[
                _traced(layer, image, unit if number == place else None)
                for number, layer in enumerate(trace.layers)
            ],
            place=place,
            trace=trace,
        )

    @classmethod
    def of_inspection(
        cls, inspection: Inspection, image: str, label: int, step: int, position: int, unit: int
    ) -> "Example":
        """An image that Inside shows, with its loss; `position` counts the image as a layer, as there."""
        loss = inspection.loss or 0.0
        return cls(
            image=image,
            label=label,
            outputs=inspection.layers[-1].outputs.values,
            probabilities=inspection.probabilities,
            loss=loss,
            slope_of=(f"the loss of {image}", loss),
            step=step,
            layers=[
                _recorded(record, unit if number == position else None)
                for number, record in enumerate(inspection.layers)
            ],
            place=position,
            trace=None,
        )

    def layer_with_weights(self) -> SeenLayer | None:
        """The layer looked at, or the first of which it can be told: with weights that were drawn."""
        return self._first([layer.weights is not None and layer.weights.ndim > 1 for layer in self.layers])

    def layer_with_gradient(self) -> SeenLayer | None:
        """The layer looked at, or the first that learns: its gradient came the longest way."""
        return self._first([layer.gradient is not None for layer in self.layers])

    def layer_with_activation(self) -> SeenLayer | None:
        """The layer looked at, or the first that has an activation."""
        return self._first([layer.activation != "none" for layer in self.layers])

    def _first(self, fits: Sequence[bool]) -> SeenLayer | None:
        if self.place is not None and fits[self.place]:
            return self.layers[self.place]
        return next((layer for layer, does in zip(self.layers, fits, strict=True) if does), None)


def _traced(layer: LayerTrace, image: int, unit: int | None) -> SeenLayer:
    outputs, weight = layer.outputs[image], layer.tensors.get("weight")
    cell = None if unit is None else tuple(int(at) for at in np.unravel_index(unit, outputs.shape))
    return SeenLayer(
        name=layer.name,
        kind=layer.layer.kind,
        activation=layer.activation,
        outputs=outputs,
        cell=cell,
        slopes=None if layer.slopes is None else layer.slopes[image],
        weights=None if weight is None else weight.before,
        gradient=None if weight is None else weight.gradient,
        sums=layer.sums,
    )


def _recorded(record: LayerRecord, unit: int | None) -> SeenLayer:
    outputs = record.outputs.values
    weight, gradient = (tensors.get("weight") for tensors in (record.parameters, record.parameter_gradients))
    return SeenLayer(
        name=record.name,
        kind=record.kind,
        activation=record.activation,
        outputs=outputs,
        cell=None if unit is None else (*_strongest(outputs[..., unit]), unit),
        slopes=_slopes(record),
        weights=None if weight is None else weight.values,
        gradient=None if gradient is None else gradient.values,
        sums=None,
    )


def _strongest(values: FloatArray) -> Index:
    return tuple(int(at) for at in np.unravel_index(int(np.abs(values).argmax()), values.shape))


def _slopes(record: LayerRecord) -> FloatArray | None:
    """f'(z) where it can be had from a alone."""
    activation = ACTIVATIONS[record.activation]
    outputs = record.outputs.values
    if activation.needs_sums:
        return None
    slopes = np.ones_like(outputs)
    activation.chain(slopes, outputs, Workspace(np.float32))
    return slopes
