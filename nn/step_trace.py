"""One training step with all its numbers: what each layer got and gave, each delta, each weight's move.

The step is the trainer's own (`Trainer.train_epoch`); recorders around layers, activations, loss and
optimizer copy what passes through them, so that not one formula is written twice.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from nn.activations import ACTIVATIONS, Activation
from nn.arrays import ByteArray, FloatArray, Workspace
from nn.batches import Batches
from nn.config import Config
from nn.constraints import MaxNorm
from nn.layers import Layer
from nn.losses import Loss
from nn.network import Network
from nn.trainer import Trainer

IMAGES = 8

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


class StepTrace(NamedTuple):
    """One step of a run on a few images: `step` is how many were done before it.

    `images` float32 (batch, 28, 28, 1) are what the network saw, `losses` those of each image alone, whose
    mean is `loss`; `norm` is the length of the whole gradient before clipping.
    """

    config: Config
    step: int
    epoch: int
    epochs: int
    images: FloatArray
    labels: ByteArray
    layers: tuple[LayerTrace, ...]
    outputs: FloatArray
    probabilities: FloatArray
    losses: FloatArray
    loss: float
    loss_gradient: FloatArray
    rate: float
    norm: float


def trace_step(trainer: Trainer, images: int = IMAGES) -> StepTrace:
    """Let a trainer take its next step, on the first `images` of the batch that is next, and record it.

    The trainer has learned from it afterwards and keeps the recorders: nobody should train on with it. Raises
    `Diverged` where the loss is not finite.
    """
    _let_layers_be_seen(trainer)
    network, loss = trainer.network, trainer.loss
    step, epoch = trainer.step, trainer.epoch
    trainer.batches = _FirstOfEach(trainer.batches, images)
    layers = [_LayerTape(layer) for layer in network.layers]
    answers = trainer.loss = _LossTape(loss)
    update = _UpdateTape(trainer)
    told = next(trainer.train_epoch())
    return StepTrace(
        config=trainer.config,
        step=step,
        epoch=epoch,
        epochs=trainer.position.epochs,
        images=layers[0].inputs,
        labels=answers.labels,
        layers=tuple(
            tape.trace(name, update) for tape, name in zip(layers, _names(network.layers), strict=True)
        ),
        outputs=answers.outputs,
        probabilities=loss.probabilities(answers.outputs),
        losses=np.array(
            [
                loss(answers.outputs[n : n + 1], answers.labels[n : n + 1])[0]
                for n in range(len(answers.labels))
            ]
        ),
        loss=told.loss,
        loss_gradient=answers.gradient,
        rate=told.learning_rate,
        norm=float(np.linalg.norm(update.gradient)),
    )


def _let_layers_be_seen(trainer: Trainer) -> None:
    """Where convolutions do the pooling after them, put a network in place that has pooling layers.

    It computes the same in another order, so that last bits may differ; dropout leaves out the same inputs.
    """
    fused = trainer.network
    network = Network(fused.config, fuse=False)
    if len(network.layers) == len(fused.layers):
        return
    network.parameters[...], network.statistics[...] = fused.parameters, fused.statistics
    positions = {index: layer.position for index, layer in zip(fused.indices, fused.layers, strict=True)}
    for index, layer in zip(network.indices, network.layers, strict=True):
        layer.position = positions.get(index, layer.position)
    optimizer = network.learn_by(trainer.config.training.optimizer, trainer.optimizer.penalty)
    for name, slot in trainer.optimizer.slots.items():
        optimizer.slots[name][...] = slot
    trainer.network, trainer.optimizer = network, optimizer
    if trainer.max_norm is not None:
        trainer.max_norm = MaxNorm(network, trainer.max_norm.longest)


def _names(layers: list[Layer]) -> Iterator[str]:
    """Kind and number of every layer, as `Network.learning_layers` has them."""
    counts: dict[str, int] = {}
    for layer in layers:
        kind = layer.kind.removesuffix("2d")
        counts[kind] = counts.get(kind, 0) + 1
        yield f"{kind}{counts[kind]}"


class _FirstOfEach(Batches):
    """The first few images of each of the batches there are; their number stays."""

    def __init__(self, batches: Batches, images: int) -> None:
        self._batches = batches
        self._images = images

    def __len__(self) -> int:
        return len(self._batches)

    def epoch(self, epoch: int, first: int = 0) -> Iterator[tuple[FloatArray, ByteArray]]:
        for images, labels in self._batches.epoch(epoch, first):
            yield images[: self._images], labels[: self._images]


class _ActivationTape(Activation):
    """Copies z before the activation and dL/dz behind it."""

    needs_sums = True  # whatever the activation: the layer then keeps z, which `chain` may ask for

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self.sums: FloatArray | None = None
        self.slopes: FloatArray | None = None
        self.sum_gradient: FloatArray | None = None

    def apply(self, values: FloatArray) -> None:
        self.sums = values.copy()
        self.activation.apply(values)
        space = Workspace(np.float32)
        np.copyto(space.array("sums", values.shape), self.sums)
        self.slopes = np.ones_like(values)
        self.activation.chain(self.slopes, values, space)

    def chain(self, gradient: FloatArray, outputs: FloatArray, workspace: Workspace) -> None:
        self.activation.chain(gradient, outputs, workspace)
        self.sum_gradient = gradient.copy()


class _LayerTape:
    """Copies what a layer gets and gives, forward and backward."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.inputs = self.outputs = np.empty(0, np.float32)
        self.output_gradient: FloatArray | None = None
        self.input_gradient: FloatArray | None = None
        own = vars(layer)
        own |= {"forward": self._forward(layer.forward), "backward": self._backward(layer.backward)}
        self.activation: _ActivationTape | None = None
        if isinstance(own.get("activation"), Activation):
            self.activation = own["activation"] = _ActivationTape(own["activation"])

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

    def trace(self, name: str, update: "_UpdateTape") -> LayerTrace:
        """All that was copied, with the moves of the layer's own tensors."""
        tape = self.activation
        names = {activation: name for name, activation in ACTIVATIONS.items()}
        return LayerTrace(
            name=name,
            layer=self.layer,
            activation=names[tape.activation] if tape else "none",
            inputs=self.inputs,
            sums=tape.sums if tape else None,
            slopes=tape.slopes if tape else None,
            outputs=self.outputs,
            output_gradient=self.output_gradient,
            sum_gradient=tape.sum_gradient if tape else None,
            input_gradient=self.input_gradient,
            tensors={
                tensor: update.of(self.layer.slices[tensor], shape)
                for tensor, shape in self.layer.parameter_shapes.items()
            },
        )


class _LossTape(Loss):
    """Copies outputs, labels and the gradient that backpropagation begins with."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        self.outputs = self.gradient = np.empty(0, np.float32)
        self.labels = np.empty(0, np.uint8)

    def __call__(self, outputs: FloatArray, labels: ByteArray) -> tuple[float, FloatArray]:
        loss, gradient = self.loss(outputs, labels)
        self.outputs, self.labels, self.gradient = outputs.copy(), labels.copy(), gradient.copy()
        return loss, gradient

    def probabilities(self, outputs: FloatArray) -> FloatArray:
        return self.loss.probabilities(outputs)


class _UpdateTape:
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
