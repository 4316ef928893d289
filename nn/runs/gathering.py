"""Steps told in bundles: hundreds a second are trained, about ten bundles a second are written."""

import time
from collections.abc import Callable

from nn.events import StepFinished, StepsFinished
from nn.runs.log import EventWriter
from nn.trainer import Trainer

GATHER_SECONDS = 0.1


class StepGatherer:
    """Writes a trainer's steps to the log, timed by the trainer itself: it counts learning alone."""

    def __init__(
        self, trainer: Trainer, events: EventWriter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` gives seconds."""
        self.trainer = trainer
        self.events = events
        self.clock = clock
        self._steps: list[StepFinished] = []
        self._learned = trainer.position.learning_seconds
        self._flushed = clock()

    def add(self, step: StepFinished) -> None:
        """Take in a step; write those gathered at an epoch's end and where the last writing is long ago."""
        self._steps.append(step)
        if self.trainer.between_epochs or self.clock() - self._flushed >= GATHER_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the steps gathered so far as one event."""
        learned = self.trainer.position.learning_seconds
        if self._steps:
            self.events.write(gather(self._steps, learned - self._learned))
            self._steps = []
        self._learned = learned
        self._flushed = self.clock()


def gather(steps: list[StepFinished], seconds: float) -> StepsFinished:
    """Several steps as one event, which took `seconds`; figures shortened to what a chart can show."""
    images = sum(step.images for step in steps)
    return StepsFinished(
        step=steps[-1].step,
        epoch=steps[-1].epoch,
        losses=[float(f"{step.loss:.6g}") for step in steps],
        accuracies=[round(step.correct / step.images, 4) for step in steps],
        learning_rate=steps[-1].learning_rate,
        images_per_second=images / seconds if seconds > 0 else None,
    )
