"""The trainer: a synchronous generator of frozen events.

Whoever iterates sets the pace: not asking for the next event is a pause, and between two events everything may be read,
saved or changed.
"""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.batches import Batches, Images, PixelScale
from nn.config import Config
from nn.evaluation import Evaluation, Evaluator
from nn.events import EpochFinished, Evaluated, StepFinished
from nn.losses import LOSSES
from nn.network import Network
from nn.optimizers import build_optimizer
from nn.randomness import Purpose, generator
from nn.schedules import build_schedule

TrainerEvent = StepFinished | Evaluated | EpochFinished


class Diverged(ArithmeticError):
    """A loss or a weight is no longer a finite number; the message names step and layer."""


class Data(NamedTuple):
    """What a run learns from, what it chooses by, and what is only looked at; the last two may be empty."""

    training: Images
    validation: Images
    test: Images


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run is: with the config, all that its future depends on besides the arrays.

    `epochs` is how many there will be, `planned_epochs` how many the schedule was made for. Since epochs were last
    changed, at step `changed_at`, each step stands for a fractional step of the plan, counted from `planned_then`.
    The sums are those of the epoch under way, `seconds_before` are the epochs before it, evaluation included.
    """

    step: int = 0
    epochs: int
    planned_epochs: int
    rate_factor: float = 1.0
    changed_at: int = 0
    planned_then: float = 0.0
    loss_sum: float = 0.0
    correct: int = 0
    images: int = 0
    learning_seconds: float = 0.0
    seconds_before: float = 0.0
    best_epoch: int | None = None
    best_accuracy: float = -1.0
    best_loss: float = 0.0


class Trainer:
    """Trains one network on one data set, from a config and, when it goes on, from a position."""

    def __init__(self, config: Config, data: Data, clock: Callable[[], float] = time.perf_counter) -> None:
        """`data.training` holds at least one image; `clock` gives seconds."""
        training = config.training
        pixels = PixelScale.of(standardise=config.data.standardise)
        self.config = config
        self.data = data
        self.clock = clock
        self.network = Network(config.network)
        self.network.initialize(generator(config.seed, Purpose.INITIALIZE))
        self.loss = LOSSES[training.loss]
        self.batches = Batches(
            data.training,
            batch_size=training.batch_size,
            pixels=pixels,
            seed=config.seed,
            shuffle=training.shuffle,
        )
        self.optimizer = build_optimizer(
            training.optimizer,
            self.network.parameters,
            l2=training.l2,
            weight_count=self.network.weight_count,
        )
        self.evaluator = Evaluator(self.network, self.loss, pixels)
        self.evaluations: dict[str, Evaluation] = {}
        self._last_rate = 0.0
        self.move_to(Position(epochs=training.epochs, planned_epochs=training.epochs))

    def move_to(self, position: Position) -> None:
        """Take up a position; the arrays that belong to it are written into `network` and `optimizer` by the caller."""
        self.position = position
        self.schedule = build_schedule(
            self.config.training.schedule, position.planned_epochs * len(self.batches)
        )

    @property
    def step(self) -> int:
        """Steps done since the run's start."""
        return self.position.step

    @property
    def epoch(self) -> int:
        """Epochs whose every batch was learned."""
        return self.position.step // len(self.batches)

    @property
    def between_epochs(self) -> bool:
        """Whether the last step ended an epoch."""
        return self.position.step % len(self.batches) == 0

    def events(self) -> Iterator[TrainerEvent]:
        """Train to the end: steps and epochs as they come, an evaluation first where nothing is learned yet."""
        if self.step == 0:
            yield self._evaluate_start()
        while self.epoch < self.position.epochs:
            yield from self._timed(self.train_epoch())
            yield self._finish_epoch()

    def train_epoch(self) -> Iterator[StepFinished]:
        """Learn what is left of the epoch under way, a batch at a time."""
        for images, labels in self.batches.epoch(self.epoch, first=self.step % len(self.batches)):
            outputs = self.network.forward(images)
            loss, gradient = self.loss(outputs, labels)
            self.require_finite(loss)
            self.network.backward(gradient)
            rate = self.learning_rate()
            self.optimizer.update(self.network.parameters, self.network.gradients, rate, self.step)
            yield self.finish_step(loss, rate, outputs, labels)

    def learning_rate(self) -> float:
        """The rate of the next step: the optimizer's, times the schedule's share, times what a person changed."""
        return (
            self.config.training.optimizer.learning_rate
            * self.schedule(self._planned_step())
            * self.position.rate_factor
        )

    def change(self, *, rate_factor: float | None = None, epochs: int | None = None) -> None:
        """Change the run while it runs; more epochs stretch what remains of the schedule over more steps.

        Raises `ValueError` with a sentence where `epochs` lies before the epoch under way.
        """
        least = self.epoch if self.between_epochs else self.epoch + 1
        if epochs is not None and epochs < least:
            raise ValueError(f"epochs is {epochs}; allowed: {least} or more, since epoch {least} has begun")
        if rate_factor is not None:
            self.position = msgspec.structs.replace(self.position, rate_factor=rate_factor)
        if epochs is not None and self.step == 0:
            self.move_to(msgspec.structs.replace(self.position, epochs=epochs, planned_epochs=epochs))
        elif epochs is not None:
            self.position = msgspec.structs.replace(
                self.position, epochs=epochs, changed_at=self.step, planned_then=self._planned_step()
            )

    def require_finite(self, loss: float) -> None:
        """Raise `Diverged`, naming the first layer that is no longer finite, where the loss is not."""
        if not np.isfinite(loss):
            raise Diverged(f"diverged at step {self.step + 1} in {self._broken_layer()}")

    def finish_step(self, loss: float, rate: float, outputs: FloatArray, labels: ByteArray) -> StepFinished:
        """Count the step; the outputs are those before the update."""
        correct = int(np.count_nonzero(outputs.argmax(axis=1) == labels))
        epoch = self.epoch + 1
        position = self.position
        self._last_rate = rate
        self.position = msgspec.structs.replace(
            position,
            step=position.step + 1,
            loss_sum=position.loss_sum + loss * len(labels),
            correct=position.correct + correct,
            images=position.images + len(labels),
        )
        return StepFinished(
            step=self.step, epoch=epoch, loss=loss, correct=correct, images=len(labels), learning_rate=rate
        )

    def _planned_step(self) -> float:
        """The step of the schedule's plan that the next step stands for."""
        position = self.position
        planned = position.planned_epochs * len(self.batches)
        steps = position.epochs * len(self.batches) - position.changed_at
        share = (planned - position.planned_then) / steps if steps else 0.0
        return position.planned_then + (position.step - position.changed_at) * share

    def _timed(self, steps: Iterator[StepFinished]) -> Iterator[StepFinished]:
        """Count the seconds spent learning, from batch assembly to update, and not those between two events."""
        began = self.clock()
        for event in steps:
            seconds = self.clock() - began
            self.position = msgspec.structs.replace(
                self.position, learning_seconds=self.position.learning_seconds + seconds
            )
            yield event
            began = self.clock()

    def _evaluate_start(self) -> Evaluated:
        self._evaluate()
        return Evaluated(
            step=0,
            validation_loss=self._figure("validation", "loss"),
            validation_accuracy=self._figure("validation", "accuracy"),
            test_loss=self._figure("test", "loss"),
            test_accuracy=self._figure("test", "accuracy"),
        )

    def _finish_epoch(self) -> EpochFinished:
        """Evaluate, note whether this epoch is the best so far on validation, and begin new sums."""
        if not np.isfinite(self.network.parameters).all():
            raise Diverged(f"diverged at step {self.step} in {self._broken_layer()}")
        began = self.clock()
        self._evaluate()
        position = self.position
        seconds = position.learning_seconds + self.clock() - began
        finished = EpochFinished(
            step=position.step,
            epoch=self.epoch,
            train_loss=position.loss_sum / position.images,
            train_accuracy=position.correct / position.images,
            validation_loss=self._figure("validation", "loss"),
            validation_accuracy=self._figure("validation", "accuracy"),
            test_loss=self._figure("test", "loss"),
            test_accuracy=self._figure("test", "accuracy"),
            learning_rate=self._last_rate,
            images_per_second=position.images / position.learning_seconds
            if position.learning_seconds
            else None,
            seconds=seconds,
        )
        self.position = msgspec.structs.replace(
            self._with_best(finished),
            loss_sum=0.0,
            correct=0,
            images=0,
            learning_seconds=0.0,
            seconds_before=position.seconds_before + seconds,
        )
        return finished

    def _with_best(self, finished: EpochFinished) -> Position:
        """The position with this epoch as the best, where its validation accuracy is (ties: the lower loss)."""
        position = self.position
        accuracy, loss = finished.validation_accuracy, finished.validation_loss
        if accuracy is None or loss is None:
            return position
        if (accuracy, -loss) <= (position.best_accuracy, -position.best_loss):
            return position
        return msgspec.structs.replace(
            position, best_epoch=finished.epoch, best_accuracy=accuracy, best_loss=loss
        )

    def _evaluate(self) -> None:
        sets = {"validation": self.data.validation, "test": self.data.test}
        self.evaluations = {
            name: self.evaluator.evaluate(data) for name, data in sets.items() if len(data.labels)
        }

    def _figure(self, name: str, figure: str) -> float | None:
        """A loss or accuracy of the last evaluation; None where there are no images or the figure is not finite."""
        if name not in self.evaluations:
            return None
        value = float(getattr(self.evaluations[name], figure))
        return value if np.isfinite(value) else None

    def _broken_layer(self) -> str:
        """The first layer with a weight or an output that is not finite; the loss itself where there is none."""
        for name, layer in self.network.learning_layers():
            arrays = (*layer.parameters.values(), layer.outputs)
            if not all(np.isfinite(array).all() for array in arrays):
                return name
        return "the loss"
