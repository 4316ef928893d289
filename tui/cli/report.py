"""What `train` tells of a run: lines for people on standard error, JSON for programs on standard output."""

import shlex
from typing import Any

import msgspec

from nn.config import TrainingConfig
from nn.events import (
    Changed,
    Continued,
    EpochFinished,
    Note,
    Paused,
    RunEvent,
    RunFinished,
    RunStarted,
    StepsFinished,
)
from nn.runs.history import History
from tui.cli.live import LiveLine
from tui.cli.output import clean, emit, say
from tui.training.diagnosis import advice_after_divergence, ailments
from tui.training.progress import accuracy_figure, figure, progress

STARTED = ("run", "pid", "data", "images", "parameters", "resumed_from_step")
EPOCH = (
    "epoch",
    "step",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "test_loss",
    "test_accuracy",
    "learning_rate",
    "images_per_second",
    "seconds",
)
FINISHED = (
    "state",
    "run",
    "epochs",
    "seconds",
    "best_epoch",
    "validation_accuracy",
    "test_accuracy",
    "parameters",
    "reason",
)


class Report:
    """Tells one session of a run, event by event."""

    def __init__(self, line: LiveLine, training: TrainingConfig, *, json: bool) -> None:
        """`training` is what the config asks for; `json` asks for JSON instead of a summary."""
        self.line = line
        self.history = History()
        self._training = training
        self._json = json

    def tell(self, event: RunEvent) -> None:
        """Tell an event that was fed to the history."""
        match event:
            case RunStarted():
                self._emit("run_started", event, STARTED)
                self.line.say(_start(event))
            case StepsFinished():
                self.line.bar(*self._under_way(event))
            case EpochFinished():
                self._emit("epoch_finished", event, EPOCH)
                self.line.say(self._epoch(event))
            case Note():
                self.line.say(f"note: {event.text}")
            case Paused():
                self.line.say(f"paused at step {event.step}")
            case Continued():
                self.line.say(f"goes on at step {event.step}")
            case Changed():
                self.line.say(
                    f"changed at step {event.step}: rate x {event.rate_factor:g}, {event.epochs} epochs"
                )
            case RunFinished():
                self.finish(event)

    def finish(self, event: RunFinished) -> None:
        """Tell the end: the result on standard output, what was off and how to go on beside it."""
        self.line.clear()
        if self._json:
            self._emit("run_finished", event, FINISHED if event.reason is not None else FINISHED[:-1])
        else:
            say(clean(_summary(event)))
        for sentence in self._notes():
            self.line.say(f"note: {sentence}")
        if event.state in ("stopped", "failed"):
            self.line.say(f"go on with: mnist-tui train --resume {shlex.quote(event.run)}")

    def _notes(self) -> list[str]:
        """The app's diagnosis, but for how the run ended, which is told already."""
        is_cross_entropy = self._training.loss == "cross_entropy"
        return [
            *advice_after_divergence(self.history),
            *ailments(self.history, is_cross_entropy=is_cross_entropy),
        ]

    def _emit(self, name: str, event: RunEvent, keys: tuple[str, ...]) -> None:
        if self._json:
            values: dict[str, Any] = msgspec.structs.asdict(event)
            emit({"event": name} | {key: values[key] for key in keys})

    def _under_way(self, event: StepsFinished) -> tuple[float, str]:
        now = progress(self.history, self._training.epochs)
        rate = f"  {event.images_per_second:,.0f} img/s" if event.images_per_second else ""
        return now.of_epoch, f"epoch {now.epoch}/{now.epochs}  loss {figure(event.losses[-1])}{rate}"

    def _epoch(self, event: EpochFinished) -> str:
        epochs = self._training.epochs if self.history.epochs_planned is None else self.history.epochs_planned
        speed = "" if event.images_per_second is None else f"  {event.images_per_second:,.0f} img/s"
        return (
            f"epoch {event.epoch:{len(str(epochs))}}/{epochs}"
            f"  train {figure(event.train_loss)} {accuracy_figure(event.train_accuracy)}"
            f"  validation {figure(event.validation_loss)} {accuracy_figure(event.validation_accuracy)}"
            f"  test {figure(event.test_loss)} {accuracy_figure(event.test_accuracy)}"
            f"{speed}  {event.seconds:.1f} s"
        )


def _start(event: RunStarted) -> str:
    begin = f", from step {event.resumed_from_step} on" if event.resumed_from_step else ""
    return f"run {event.run}: {event.images:,} images of {event.data}; {event.parameters:,} parameters{begin}"


def _summary(event: RunFinished) -> str:
    if event.reason is None:
        how = event.state
    elif event.reason.startswith(event.state):
        how = event.reason
    else:
        how = f"{event.state} ({event.reason})"
    epochs = "1 epoch" if event.epochs == 1 else f"{event.epochs} epochs"
    best = "" if event.best_epoch is None else f", best in epoch {event.best_epoch}"
    return (
        f"{how}: {epochs} in {event.seconds:.1f} s, "
        f"validation {accuracy_figure(event.validation_accuracy)}{best}, "
        f"test {accuracy_figure(event.test_accuracy)}"
    )
