"""One training step with all its numbers: what each layer got and gave, each delta, each weight's move.

The step is the trainer's own (`Trainer.train_epoch`), recorded on its way (`nn.explain.recorders`), so that
not one formula is written twice.
"""

from typing import NamedTuple

import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.config import Config
from nn.constraints import MaxNorm
from nn.explain.recorders import FirstOfEach, LayerTape, LayerTrace, LossTape, UpdateTape
from nn.network import Network
from nn.trainer import Trainer

IMAGES = 8


class StepTrace(NamedTuple):
    """One step of a run on a few images: `step` is how many were done before it.

    `images` float32 (batch, 28, 28, 1) are what the network saw, `losses` those of each image alone, whose
    mean is `loss`; `rate` holds a person's `rate_factor`, `norm` is the length of the whole gradient before
    clipping.
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
    rate_factor: float
    norm: float


def trace_step(trainer: Trainer, images: int = IMAGES) -> StepTrace:
    """Let a trainer take its next step, on the first `images` of the batch that is next, and record it.

    The trainer has learned from it afterwards and keeps the recorders: nobody should train on with it. Raises
    `Diverged` where the loss is not finite.
    """
    _let_layers_be_seen(trainer)
    network, loss = trainer.network, trainer.loss
    step, epoch = trainer.step, trainer.epoch
    trainer.batches = FirstOfEach(trainer.batches, images)
    layers = [LayerTape(layer) for layer in network.layers]
    answers = trainer.loss = LossTape(loss)
    update = UpdateTape(trainer)
    told = next(trainer.train_epoch())
    return StepTrace(
        config=trainer.config,
        step=step,
        epoch=epoch,
        epochs=trainer.position.epochs,
        images=layers[0].inputs,
        labels=answers.labels,
        layers=tuple(tape.trace(name, update) for tape, name in zip(layers, network.names(), strict=True)),
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
        rate_factor=trainer.position.rate_factor,
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
