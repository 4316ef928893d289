"""The trainer: a synchronous generator of frozen events.

Whoever iterates sets the pace: not asking for the next event is a pause, and between two events everything
may be read, saved or changed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import NamedTuple

import msgspec
import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.augmentation import Augmentation
from nn.averages import WeightAverage
from nn.batches import Batches, Images, PixelScale
from nn.config import Config, ConstantConfig
from nn.constraints import MaxNorm, clip_norm
from nn.divergence import Diverged, broken_layer
from nn.evaluation import Evaluation, Evaluator, figures
from nn.events import EpochFinished, Evaluated, StepFinished
from nn.losses import LOSSES, build_loss
from nn.network import Network
from nn.optimizers import Penalty
from nn.position import Position
from nn.randomness import Purpose, StepKey, generator
from nn.schedules import DIGITS, build_schedule

TrainerEvent = StepFinished | Evaluated | EpochFinished


class Data(NamedTuple):
    """What a run learns from, what it chooses by, and what is only looked at; the last two may be empty."""

    training: Images
    validation: Images
    test: Images


class Trainer:
    """Trains one network on one data set, from a config and, when it goes on, from a position."""

    def __init__(
        self, config: Config, data: Data, *, threads: int = 1, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """`data.training` holds at least one image; `threads` share a batch; `clock` gives seconds."""
        training = config.training
        self.config = config
        self.data = data
        self.clock = clock
        self.pixels = PixelScale.of(standardise=config.data.standardise)
        self.network = Network(config.network, threads=threads)
        self.network.initialize(generator(config.seed, Purpose.INITIALIZE))
        self.loss = build_loss(training)
        self.batches = Batches(
            data.training,
            batch_size=training.batch_size,
            seed=config.seed,
            shuffle=training.shuffle,
            augmentation=Augmentation(config.augmentation, config.seed)
            if config.augmentation.distorts
            else None,
        )
        self.optimizer = self.network.learn_by(
            training.optimizer, Penalty(self.network.weight_count, training.l1, training.l2)
        )
        self.max_norm = MaxNorm(self.network, training.max_norm) if training.max_norm else None
        learned = {"averages": self.network.parameters, "averaged_statistics": self.network.statistics}
        self.averages = {
            name: WeightAverage(array, training.ema)
            for name, array in learned.items()
            if training.ema and array.size
        }
        self.evaluator = Evaluator(self.network, LOSSES[training.loss], self.pixels)
        self.evaluations: dict[str, Evaluation] = {}
        self.move_to(
            Position(epochs=training.epochs, planned_epochs=training.epochs, patience=training.patience)
        )

    def move_to(self, position: Position) -> None:
        """Take up a position; the caller writes its arrays into those of `state`."""
        self.position = position
        self.schedule = build_schedule(
            self.config.training.schedule, position.planned_epochs * len(self.batches), len(self.batches)
        )

    def state(self) -> dict[str, FloatArray]:
        """The arrays that change from step to step, by the names they have in a checkpoint."""
        arrays = {"parameters": self.network.parameters}
        arrays |= {f"optimizer.{name}": slot for name, slot in self.optimizer.slots.items()}
        arrays |= {name: average.values for name, average in self.averages.items()}
        if self.network.statistics.size:
            arrays["statistics"] = self.network.statistics
        return arrays

    def answering_weights(self) -> AbstractContextManager[object]:
        """For as long as this lasts the network has the weights that answer: the means, where EMA is on."""
        stack = ExitStack()
        for average in self.averages.values():
            stack.enter_context(average.in_place())
        return stack

    @property
    def step(self) -> int:
        """Steps done since the run's start."""
        return self.position.step

    @property
    def epoch(self) -> int:
        """Epochs whose every batch was learned."""
        return self.position.step // len(self.batches)

    @property
    def key(self) -> StepKey:
        """Where the randomness of the next step comes from."""
        return StepKey(self.config.seed, *divmod(self.step, len(self.batches)))

    @property
    def between_epochs(self) -> bool:
        """Whether the last step ended an epoch."""
        return self.position.step % len(self.batches) == 0

    @property
    def has_stopped_early(self) -> bool:
        """Whether the run is over, before all its epochs, because its patience is."""
        has_more = self.epoch < self.position.epochs and self.between_epochs
        return has_more and self.position.is_out_of_patience(self.epoch)

    def events(self) -> Iterator[TrainerEvent]:
        """Train to the end: steps and epochs as they come, an evaluation before the first step."""
        if self.step == 0:
            yield Evaluated(step=0, **self._evaluate())
        # Stopped between an epoch's last step and its evaluation: the evaluation is still due.
        if self.between_epochs and self.position.images:
            yield self._finish_epoch()
        while self.epoch < self.position.epochs and not self.has_stopped_early:
            yield from self._timed(self.train_epoch())
            yield self._finish_epoch()

    def train_epoch(self) -> Iterator[StepFinished]:
        """Learn what is left of the epoch under way, a batch at a time."""
        for images, labels in self.batches.epoch(self.epoch, first=self.step % len(self.batches)):
            outputs = self.network.forward_bytes(images, self.pixels, self.key)
            loss, gradient = self.loss(outputs, labels)
            self.require_finite(loss)
            self.network.backward(gradient)
            rate = self.learning_rate()
            self.move_weights(rate)
            yield self.finish_step(loss, rate, outputs, labels)

    def move_weights(self, rate: float) -> None:
        """Step against the gradient, with its length, the weights' and their mean as the config asks."""
        network = self.network
        if self.config.training.clip_norm:
            clip_norm(network.gradients, self.config.training.clip_norm)
        network.move(rate, self.step)
        if self.max_norm is not None:
            self.max_norm.apply()
        for average in self.averages.values():
            average.update(self.step)

    def learning_rate(self) -> float:
        """The rate of the next step: the optimizer's, times the schedule's share, times a person's factor."""
        return (
            self.config.training.optimizer.learning_rate
            * self.schedule(self.position.planned_step(len(self.batches)))
            * self.position.rate_factor
        )

    @property
    def schedule_has_ended(self) -> bool:
        """Whether the rate changes no more: what is added now trains at the schedule's last rate."""
        batches, position = len(self.batches), self.position
        is_constant = isinstance(self.config.training.schedule, ConstantConfig)
        planned = round(position.planned_step(batches), DIGITS)
        return not is_constant and planned >= position.planned_epochs * batches

    def change(
        self, *, rate_factor: float | None = None, epochs: int | None = None, patience: int | None = None
    ) -> None:
        """Change the run while it runs: see `Position.changed`, which checks the ranges.

        Raises `ValueError` with a sentence, and changes nothing, where a value is not allowed.
        """
        changed = self.position.changed(
            len(self.batches), rate_factor=rate_factor, epochs=epochs, patience=patience
        )
        if patience and not len(self.data.validation.labels):
            raise ValueError(f"patience is {patience}; allowed: 0 while no images are held out to choose by")
        self.move_to(changed)

    def require_finite(self, loss: float) -> None:
        """Raise `Diverged`, naming the step under way and the broken layer, if the loss is not finite."""
        if not np.isfinite(loss):
            layer = broken_layer(self.network, self.optimizer.slots)
            raise Diverged(f"diverged at step {self.step + 1} in {layer or 'the loss'}")

    def require_finite_state(self) -> None:
        """Raise `Diverged`, naming the last step and the layer, if a weight or a slot is not finite."""
        if not all(np.isfinite(array).all() for array in self.state().values()):
            layer = broken_layer(self.network, self.optimizer.slots)
            raise Diverged(f"diverged at step {self.step} in {layer or 'the optimizer'}")

    def finish_step(self, loss: float, rate: float, outputs: FloatArray, labels: ByteArray) -> StepFinished:
        """Count the step; the outputs are those before the update."""
        correct = int(np.count_nonzero(outputs.argmax(axis=1) == labels))
        epoch = self.epoch + 1
        self.position = self.position.after_step(loss, correct, len(labels), rate)
        return StepFinished(
            step=self.step, epoch=epoch, loss=loss, correct=correct, images=len(labels), learning_rate=rate
        )

    def _timed(self, steps: Iterator[StepFinished]) -> Iterator[StepFinished]:
        """Count the seconds spent learning, batch assembly to update, not those between two events."""
        began = self.clock()
        for event in steps:
            seconds = self.clock() - began
            self.position = msgspec.structs.replace(
                self.position, learning_seconds=self.position.learning_seconds + seconds
            )
            yield event
            began = self.clock()

    def _finish_epoch(self) -> EpochFinished:
        """Evaluate, note whether this epoch is the best so far on validation, and begin new sums."""
        self.require_finite_state()
        began = self.clock()
        held_out = self._evaluate()
        position = self.position
        seconds = position.learning_seconds + self.clock() - began
        finished = EpochFinished(
            step=position.step,
            epoch=self.epoch,
            train_loss=position.loss_sum / position.images,
            train_accuracy=position.correct / position.images,
            learning_rate=position.last_rate,
            images_per_second=position.images / position.learning_seconds
            if position.learning_seconds
            else None,
            seconds=seconds,
            **held_out,
        )
        best = position.with_best(self.epoch, finished.validation_accuracy, finished.validation_loss)
        self.position = best.after_epoch(seconds)
        return finished

    def _evaluate(self) -> dict[str, float | None]:
        """Answer the images that are not learned from; loss and accuracy on each set, as events name them."""
        sets = {"validation": self.data.validation, "test": self.data.test}
        with self.answering_weights():
            self.evaluations = {
                name: self.evaluator.evaluate(data) for name, data in sets.items() if len(data.labels)
            }
        return {
            f"{name}_{figure}": value
            for name in sets
            for figure, value in figures(self.evaluations.get(name)).items()
        }
