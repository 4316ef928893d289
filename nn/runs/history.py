"""What a run has told so far, with nothing doubled: the state that a viewer draws from, of events alone.

A resumed run tells some steps again; what it told past its checkpoint is dropped, so curves have no doubles.
"""

from array import array
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from nn.events import (
    Changed,
    Continued,
    EpochFinished,
    Evaluated,
    Event,
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
AnyEvent = TypeVar("AnyEvent", bound=Event)
NAN = float("nan")


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
        self.changes: list[Changed] = []
        self.paused = False
        self.lost: str | None = None
        self.learning_rate: float | None = None
        self.highest_rate = 0.0
        self.images_per_second: float | None = None
        self._losses = array("d")
        self._accuracies = array("d")
        self._cached: tuple[Curve, Curve] | None = None
        self._feeders: dict[type[Event], Callable[[Any], None]] = {
            StepsFinished: self._feed_steps,
            Evaluated: self._feed_start,
            EpochFinished: self._feed_epoch,
            LayersMeasured: self.measured.append,
            Note: self.notes.append,
            Changed: self.changes.append,
            Resumed: self._drop_after,
            RunStarted: self._begin,
            Paused: self._feed_pause,
            Continued: self._feed_pause,
            RunFinished: self._end,
        }

    @property
    def step(self) -> int:
        """The last step that was told."""
        return len(self._losses)

    @property
    def batches(self) -> int | None:
        """Steps an epoch; None before the worker has started."""
        return self.started.batches if self.started else None

    @property
    def rate_factor(self) -> float:
        """What a person multiplied the schedule's rate by; 1 in a run that nobody steered."""
        return self.changes[-1].rate_factor if self.changes else 1.0

    @property
    def epochs_planned(self) -> int | None:
        """The number of epochs that a person set while the run went on; None: the config's."""
        return self.changes[-1].epochs if self.changes else None

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
    def best(self) -> EpochFinished | None:
        """The epoch whose weights are kept: the best validation accuracy (ties: the lower loss)."""
        rated = [epoch for epoch in self.epochs if epoch.validation_accuracy is not None]
        return max(
            rated,
            key=lambda epoch: (
                epoch.validation_accuracy or 0.0,
                -(epoch.validation_loss or 0.0),
                -epoch.epoch,
            ),
            default=None,
        )

    @property
    def layers(self) -> list[LayerHealth]:
        """The layers as last measured."""
        return self.measured[-1].layers if self.measured else []

    def feed(self, event: RunEvent) -> None:
        """Take in one event."""
        self._feeders[type(event)](event)

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
        """`validation_loss`, `test_accuracy` and the like: a point each evaluation, the first included."""
        points = [*([self.evaluated] if self.evaluated else []), *self.epochs]
        pairs = [(event.step, getattr(event, figure)) for event in points]
        kept = np.array([pair for pair in pairs if pair[1] is not None], dtype=np.float64).reshape(-1, 2)
        return Curve(kept[:, 0], kept[:, 1])

    def _feed_steps(self, event: StepsFinished) -> None:
        """Put the steps at their place: told again, they replace what was told before."""
        first = max(0, event.step - len(event.losses))
        for kept, told in ((self._losses, event.losses), (self._accuracies, event.accuracies)):
            del kept[first:]
            kept.extend([NAN] * (first - len(kept)))  # nothing is missing unless a log was cut
            kept.extend(NAN if figure is None else figure for figure in told)
        self.learning_rate = event.learning_rate
        self.highest_rate = max(self.highest_rate, event.learning_rate)
        self.images_per_second = event.images_per_second
        self._cached = None

    def _feed_start(self, event: Evaluated) -> None:
        self.evaluated = event

    def _feed_epoch(self, event: EpochFinished) -> None:
        while self.epochs and self.epochs[-1].epoch >= event.epoch:
            self.epochs.pop()
        self.epochs.append(event)

    def _feed_pause(self, event: Paused | Continued) -> None:
        self.paused = isinstance(event, Paused)

    def _begin(self, event: RunStarted) -> None:
        self.started, self.finished, self.paused, self.lost = event, None, False, None

    def _end(self, event: RunFinished) -> None:
        self.finished = event

    def _drop_after(self, event: Resumed) -> None:
        """Drop what was told past the checkpoint that the run goes on from."""
        del self._losses[event.step :], self._accuracies[event.step :]
        self._cached = None
        while self.epochs and self.epochs[-1].epoch > event.epochs:
            self.epochs.pop()
        self.highest_rate = max((epoch.learning_rate for epoch in self.epochs), default=0.0)
        _drop_past(event.step, self.measured)
        _drop_past(event.step, self.notes)
        _drop_past(event.step, self.changes)

    def _curves(self) -> tuple[Curve, Curve]:
        if self._cached is None:
            x = np.arange(1, len(self._losses) + 1, dtype=np.float64)
            self._cached = _finite(x, np.array(self._losses)), _finite(x, np.array(self._accuracies))
        return self._cached


def _drop_past(step: int, events: list[AnyEvent]) -> None:
    events[:] = [event for event in events if event.step <= step]


def _finite(x: Floats, y: Floats) -> Curve:
    return Curve(x[np.isfinite(y)], y[np.isfinite(y)])
