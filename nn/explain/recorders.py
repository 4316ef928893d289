"""Recorders that copy what passes through layers, activations, a loss and an optimizer in a training step.

Each takes the place of a method of the thing itself and calls it: what is copied is what was computed.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from nn.activations import ACTIVATIONS, Activation
from nn.arrays import ByteArray, FloatArray, Workspace
from nn.batches import Batches
from nn.layers import Layer
from nn.losses import Loss
from nn.trainer import Trainer

Arrays = Mapping[str, FloatArray]


class TensorTrace(NamedTuple):
    """A layer's weights or biases in the step, each array of the tensor's shape.

    `gradient` is backpropagation's, `clipped` is it after `clip_norm`, `pulled` with the penalties added;
    `stepped` is what the optimizer made of `before`, `after` is it within `max_norm`. The slots are what the
    optimizer remembers, by name.
    """

    gradient: FloatArray
    clipped: FloatArray
    pulled: FloatArray
    before: FloatArray
    stepped: FloatArray
    after: FloatArray
    slots_before: Arrays
    slots_after: Arrays


class LayerTrace(NamedTuple):
    """One layer in the step; arrays have the batch first.

    `sums` is z, `slopes` is f'(z) and `outputs` is a = f(z); a layer without an activation has neither `sums`
    nor `slopes`. `output_gradient` is dL/da, `sum_gradient` is delta = dL/dz and `input_gradient` is what the
    layer before gets; None where backpropagation does not reach.
    """

    name: str
    layer: Layer
    activation: str
    inputs: FloatArray
    sums: FloatArray | None
    slopes: FloatArray | None
    outputs: FloatArray
    output_gradient: FloatArray | None
    sum_gradient: FloatArray | None
    input_gradient: FloatArray | None
    tensors: Mapping[str, TensorTrace]


class FirstOfEach(Batches):
    """The first few images of each of the batches there are; their number stays."""

    def __init__(self, batches: Batches, images: int) -> None:
        self._batches = batches
        self._images = images

    def __len__(self) -> int:
        return len(self._batches)

    def epoch(self, epoch: int, first: int = 0) -> Iterator[tuple[ByteArray, ByteArray]]:
        """The same batches, cut."""
        for images, labels in self._batches.epoch(epoch, first):
            yield images[: self._images], labels[: self._images]


class ActivationTape(Activation):
    """Copies z before the activation and dL/dz behind it, some images after the other."""

    needs_sums = True  # whatever the activation: the layer then keeps z, which `chain` may ask for

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self.sums: list[FloatArray] = []
        self.slopes: list[FloatArray] = []
        self.sum_gradients: list[FloatArray] = []

    def apply(self, values: FloatArray) -> None:
        """Copy z, apply, and keep f'(z): what the activation makes of a gradient of ones."""
        self.sums.append(values.copy())
        self.activation.apply(values)
        space = Workspace(np.float32)
        np.copyto(space.array("sums", values.shape), self.sums[-1])
        slopes = np.ones_like(values)
        self.activation.chain(slopes, values, space)
        self.slopes.append(slopes)

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        """Copy dL/dz."""
        self.activation.chain(gradient, outputs, workspace)
        self.sum_gradients.append(gradient.copy())


class LayerTape:
    """Copies what a layer gets and gives, forward and backward."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.inputs = self.outputs = np.empty(0, np.float32)
        self.output_gradient: FloatArray | None = None
        self.input_gradient: FloatArray | None = None
        own = vars(layer)
        own |= {"forward": self._forward(layer.forward), "backward": self._backward(layer.backward)}
        self.activation: ActivationTape | None = None
        if isinstance(own.get("activation"), Activation):
            self.activation = own["activation"] = ActivationTape(own["activation"])

    def _forward(self, forward: Callable[..., FloatArray]) -> Callable[..., FloatArray]:
        def record(inputs: FloatArray, *more: Any, **options: Any) -> FloatArray:
            self.inputs = inputs.copy()
            outputs = forward(inputs, *more, **options)
            self.outputs = outputs.copy()
            return outputs

        return record

    def _backward(self, backward: Callable[..., FloatArray | None]) -> Callable[..., FloatArray | None]:
        def record(gradient: FloatArray, *more: Any, **options: Any) -> FloatArray | None:
            self.output_gradient = gradient.copy()
            passed = backward(gradient, *more, **options)
            self.input_gradient = None if passed is None else passed.copy()
            return passed

        return record

    def trace(self, name: str, update: "UpdateTape") -> LayerTrace:
        """All that was copied, with the moves of the layer's own tensors."""
        tape = self.activation or ActivationTape(ACTIVATIONS["none"])
        names = {activation: name for name, activation in ACTIVATIONS.items()}
        return LayerTrace(
            name=name,
            layer=self.layer,
            activation=names[tape.activation],
            inputs=self.inputs,
            sums=self._joined(tape.sums),
            slopes=self._joined(tape.slopes),
            outputs=self.outputs,
            output_gradient=self.output_gradient,
            sum_gradient=self._joined(tape.sum_gradients),
            input_gradient=self.input_gradient,
            tensors={
                tensor: update.of(self.layer.slices[tensor], shape)
                for tensor, shape in self.layer.parameter_shapes.items()
            },
        )

    def _joined(self, parts: list[FloatArray]) -> FloatArray | None:
        """What was copied of some images after the other, as one array of the outputs' shape."""
        if not parts:
            return None
        return np.concatenate([part.reshape(-1) for part in parts]).reshape(self.outputs.shape)


class LossTape(Loss):
    """Copies outputs, labels and the gradient that backpropagation begins with."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        self.outputs = self.gradient = np.empty(0, np.float32)
        self.labels = np.empty(0, np.uint8)

    def __call__(self, outputs: FloatArray, labels: ByteArray) -> tuple[float, FloatArray]:
        """The loss and its gradient, copied."""
        loss, gradient = self.loss(outputs, labels)
        self.outputs, self.labels, self.gradient = outputs.copy(), labels.copy(), gradient.copy()
        return loss, gradient

    def probabilities(self, outputs: FloatArray) -> FloatArray:
        """The loss's own."""
        return self.loss.probabilities(outputs)


class UpdateTape:
    """Copies the flat arrays before and after the optimizer's update, and before and after all of it."""

    def __init__(self, trainer: Trainer) -> None:
        self._network = trainer.network
        self._slots = trainer.optimizer.slots
        move_weights, update = trainer.move_weights, trainer.optimizer.update
        self.gradient = self.clipped = self.pulled = self.before = self.stepped = np.empty(0, np.float32)
        self.slots_before: Arrays = {}

        def record_move(rate: float) -> None:
            self.gradient, self.before = self._network.gradients.copy(), self._network.parameters.copy()
            move_weights(rate)

        def record_update(
            parameters: FloatArray, gradients: FloatArray, rate: float, step: int, **options: Any
        ) -> None:
            self.clipped = gradients.copy()
            self.slots_before = {name: slot.copy() for name, slot in self._slots.items()}
            update(parameters, gradients, rate, step, **options)
            self.pulled, self.stepped = gradients.copy(), parameters.copy()

        vars(trainer)["move_weights"] = record_move
        vars(trainer.optimizer)["update"] = record_update

    def of(self, place: slice, shape: tuple[int, ...]) -> TensorTrace:
        """The part of one tensor."""
        flat = (self.gradient, self.clipped, self.pulled, self.before, self.stepped, self._network.parameters)
        return TensorTrace(
            *(array[place].reshape(shape) for array in flat),
            slots_before={name: slot[place].reshape(shape) for name, slot in self.slots_before.items()},
            slots_after={name: slot[place].reshape(shape) for name, slot in self._slots.items()},
        )
