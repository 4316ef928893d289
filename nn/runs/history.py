"""What a run has told so far, with nothing doubled: the state that a viewer draws from, made of events alone.

A resumed run tells some steps again; what it told past its checkpoint is dropped, so curves have no doubles.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nn.events import (
    Changed,
    Continued,
    EpochFinished,
    Evaluated,
    LayerHealth,
    LayersMeasured,
    Note,
    Paused,
    Resumed,
    RunEvent,
    RunFinished,
    RunStarted,
    StepsFinished,
)

Floats = npt.NDArray[np.float64]


class Curve(NamedTuple):
    """Points of a chart: x in steps, y a figure; only finite ones."""

    x: Floats
    y: Floats


class History:
    """Everything that events told about one run; `feed` takes them in the order of the log."""

    def __init__(self) -> None:
        self.started: RunStarted | None = None
        self.finished: RunFinished | None = None
        self.evaluated: Evaluated | None = None
        self.epochs: list[EpochFinished] = []
        self.measured: list[LayersMeasured] = []
        self.notes: list[Note] = []
        self.paused = False
        self.lost: str | None = None
        self.rate_factor = 1.0
        self.learning_rate: float | None = None
        self.images_per_second: float | None = None
        self.epochs_planned: int | None = None
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._cached: tuple[int, Curve, Curve] | None = None

    @property
    def step(self) -> int:
        """The last step that was told."""
        return len(self._losses)

    @property
    def batches(self) -> int | None:
        """Steps an epoch; None before the worker has started."""
        return self.started.batches if self.started else None

    @property
    def state(self) -> str:
        """starting, running, paused, or how it ended: finished, stopped, diverged, failed."""
        if self.lost is not None:
            return "failed"
        if self.finished is not None:
            return self.finished.state
        if self.started is None:
            return "starting"
        return "paused" if self.paused else "running"

    @property
    def layers(self) -> list[LayerHealth]:
        """The layers as last measured."""
        return self.measured[-1].layers if self.measured else []

    def feed(self, event: RunEvent) -> None:
        """Take in one event."""
        match event:
            case StepsFinished():
                self._feed_steps(event)
            case Evaluated():
                self.evaluated = event
            case EpochFinished():
                self.epochs = [epoch for epoch in self.epochs if epoch.epoch < event.epoch]
                self.epochs.append(event)
            case LayersMeasured():
                self.measured.append(event)
            case Note():
                self.notes.append(event)
            case Resumed():
                self._drop_after(event.step, event.epochs)
            case RunStarted():
                self.started, self.finished, self.paused, self.lost = event, None, False, None
            case Changed():
                self.rate_factor, self.epochs_planned = event.rate_factor, event.epochs
            case Paused():
                self.paused = True
            case Continued():
                self.paused = False
            case RunFinished():
                self.finished = event

    def lose(self, reason: str) -> None:
        """The worker is gone without a last word."""
        self.lost = reason

    def training_loss(self) -> Curve:
        """The loss of each batch."""
        return self._curves()[0]

    def training_accuracy(self) -> Curve:
        """The share of right answers in each batch."""
        return self._curves()[1]

    def evaluation(self, figure: str) -> Curve:
        """`validation_loss`, `test_accuracy` and the like, at the step of each evaluation, the first included."""
        points = [*([self.evaluated] if self.evaluated else []), *self.epochs]
        pairs = [(event.step, getattr(event, figure)) for event in points]
        kept = np.array([pair for pair in pairs if pair[1] is not None], dtype=np.float64).reshape(-1, 2)
        return Curve(kept[:, 0], kept[:, 1])

    def _feed_steps(self, event: StepsFinished) -> None:
        """Put the steps at their place: told again, they replace what was told before."""
        first = event.step - len(event.losses)
        del self._losses[first:], self._accuracies[first:]
        missing = first - len(self._losses)  # nothing is missing unless a log was cut
        self._losses += [float("nan")] * missing
        self._accuracies += [float("nan")] * missing
        self._losses += [float("nan") if loss is None else loss for loss in event.losses]
        self._accuracies += event.accuracies
        self.learning_rate = event.learning_rate
        self.images_per_second = event.images_per_second
        self._cached = None

    def _drop_after(self, step: int, epochs: int) -> None:
        del self._losses[step:], self._accuracies[step:]
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= epochs]
        self.measured = [event for event in self.measured if event.step <= step]
        self._cached = None

    def _curves(self) -> tuple[Curve, Curve]:
        if self._cached is None or self._cached[0] != len(self._losses):
            x = np.arange(1, len(self._losses) + 1, dtype=np.float64)
            curves = [
                Curve(x[np.isfinite(y)], y[np.isfinite(y)])
                for y in map(np.array, (self._losses, self._accuracies))
            ]
            self._cached = (len(self._losses), curves[0], curves[1])
        return self._cached[1], self._cached[2]
