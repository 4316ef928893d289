"""The worker's loop: train, tell, save, and between two steps do what was asked. It never waits for a viewer."""

import queue
import time
from collections.abc import Callable

import msgspec
import numpy as np

from nn import checkpoint, weights
from nn.events import (
    Changed,
    Continued,
    EpochFinished,
    Evaluated,
    LayersMeasured,
    Note,
    Paused,
    RunFinished,
    StepFinished,
    StepsFinished,
)
from nn.files import write_atomically
from nn.health import measure
from nn.runs import predictions
from nn.runs.control import (
    Answer,
    AnyCommand,
    Change,
    ControlServer,
    Epoch,
    Pause,
    Request,
    Resume,
    Step,
    Stop,
)
from nn.runs.log import EventWriter
from nn.runs.store import RunDirectory
from nn.trainer import Diverged, Trainer, TrainerEvent

GATHER_SECONDS = 0.1
MEASURE_SECONDS = 0.5
CHECKPOINT_SECONDS = 10.0
LEAST_CHECKPOINT_SECONDS = 1.0


class Stopped(Exception):
    """Somebody asked the worker to end; the message says who."""


class RunLoop:
    """One training from where it is to its end, in its run directory."""

    def __init__(
        self,
        run: RunDirectory,
        trainer: Trainer,
        events: EventWriter,
        controls: ControlServer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.run = run
        self.trainer = trainer
        self.events = events
        self.controls = controls
        self.clock = clock
        self.record = run.record()
        self._steps: list[StepFinished] = []
        self._flushed = self._measured = self._saved = clock()
        self._before: np.ndarray | None = None
        self._pause_at: int | None = None

    def train(self) -> RunFinished:
        """Train until the end, a stop or a divergence, and tell it; other exceptions pass to the caller."""
        state, reason = "finished", None
        try:
            self._train()
        except Stopped as stopped:
            state, reason = "stopped", str(stopped)
        except Diverged as diverged:
            state, reason = "diverged", f"{diverged}; the last good weights are kept"
        if state != "diverged":
            self._save()
        return self.finish(state, reason)

    def finish(self, state: str, reason: str | None) -> RunFinished:
        """Write the last event and the last record."""
        position = self.trainer.position
        test = self.trainer.evaluations.get("test")
        validation = self.trainer.evaluations.get("validation")
        self._flush()
        finished = RunFinished(
            step=position.step,
            state=state,
            run=str(self.run.path),
            epochs=position.step // len(self.trainer.batches),
            seconds=position.seconds_before + position.learning_seconds,
            best_epoch=position.best_epoch,
            validation_accuracy=validation.accuracy if validation else self.record.validation_accuracy,
            test_accuracy=test.accuracy if test else self.record.test_accuracy,
            parameters=len(self.trainer.network.parameters),
            reason=reason,
        )
        self.events.write(finished)
        self._write_record(state=state, reason=reason)
        return finished

    def _train(self) -> None:
        self._obey()
        self._watch_layers()
        for event in self.trainer.events():
            self._tell(event)
            if isinstance(event, StepFinished) and self.trainer.between_epochs:
                continue  # the epoch's evaluation belongs to its last step: nothing may come between them
            self._obey()
            if self.clock() - self._saved >= CHECKPOINT_SECONDS:
                self._save()
            self._watch_layers()

    def _tell(self, event: TrainerEvent) -> None:
        match event:
            case StepFinished():
                self._steps.append(event)
                self._measure_layers()
                if self.trainer.between_epochs or self.clock() - self._flushed >= GATHER_SECONDS:
                    self._flush()
            case Evaluated():
                self._tell_evaluation(event, 0)
            case EpochFinished():
                self._flush()
                self._tell_evaluation(event, event.epoch)
                if self.trainer.position.best_epoch == event.epoch:
                    write_atomically(
                        self.run.best_path, weights.to_bytes(self.trainer.network, self.trainer.config)
                    )

    def _tell_evaluation(self, event: Evaluated | EpochFinished, epoch: int) -> None:
        """Predictions first, so that whoever reads the event finds them; then the event, the record, the checkpoint."""
        answers = {name: evaluation.probabilities for name, evaluation in self.trainer.evaluations.items()}
        predictions.save(self.run.predictions_path, epoch, answers)
        self.events.write(event)
        self._write_record(
            epoch=epoch,
            validation_accuracy=event.validation_accuracy,
            test_accuracy=event.test_accuracy,
            best_epoch=self.trainer.position.best_epoch,
        )
        if epoch == 0 or self.clock() - self._saved >= LEAST_CHECKPOINT_SECONDS:
            self._save()

    def _flush(self) -> None:
        """Write the steps gathered so far as one event."""
        now = self.clock()
        if self._steps:
            self.events.write(gather(self._steps, now - self._flushed))
            self._steps = []
        self._flushed = now

    def _save(self) -> None:
        """Save the state, events first, so that no step of a checkpoint lacks its events.

        A disk that does not take it is told and tried again; only the last save of a run must succeed.
        """
        self._flush()
        try:
            checkpoint.save(self.trainer, self.run.checkpoint_path)
        except OSError as error:
            self.events.write(Note(step=self.trainer.step, text=f"checkpoint not saved: {error.strerror}"))
        self._saved = self.clock()

    def _watch_layers(self) -> None:
        """Keep the parameters of now and then, so that the next step's update can be measured."""
        if self.clock() - self._measured >= MEASURE_SECONDS:
            self._before = self.trainer.network.parameters.copy()

    def _measure_layers(self) -> None:
        if self._before is not None:
            layers = measure(self.trainer.network, self._before)
            self._flush()
            self.events.write(LayersMeasured(step=self.trainer.step, layers=layers))
            self._before = None
            self._measured = self.clock()

    def _obey(self) -> None:
        """Carry out the commands that wait; return when the next step may be trained."""
        while True:
            try:
                self._carry_out(self.controls.requests.get_nowait())
            except queue.Empty:
                break
        if self._pause_at is not None and self.trainer.step >= self._pause_at:
            self._pause()

    def _pause(self) -> None:
        """Save, tell, and wait for a command that lets training go on."""
        self._save()
        self._pause_at = self.trainer.step
        self.events.write(Paused(step=self.trainer.step))
        self._write_record(state="paused")
        while self._pause_at is not None and self._pause_at <= self.trainer.step:
            self._carry_out(self.controls.requests.get())
        self.events.write(Continued(step=self.trainer.step))
        self._write_record(state="running")
        self._flushed = self.clock()

    def _carry_out(self, request: Request) -> None:
        answer = Answer(step=self.trainer.step)
        try:
            self._command(request.command)
        except ValueError as error:
            answer = Answer(step=self.trainer.step, error=str(error))
        finally:
            request.answer.set_result(answer)

    def begin_with(self, command: AnyCommand) -> None:
        """Carry out a command before the first step."""
        self._command(command)

    def _command(self, command: AnyCommand) -> None:
        match command:
            case Pause():
                self._pause_at = self.trainer.step
            case Resume():
                self._pause_at = None
            case Step():
                self._pause_at = self.trainer.step + 1
            case Epoch():
                self._pause_at = (self.trainer.epoch + 1) * len(self.trainer.batches)
            case Change():
                self._change(command)
            case Stop():
                raise Stopped(command.reason)

    def _change(self, command: Change) -> None:
        """Change the trainer, tell it, and save, so that a resumed run knows."""
        factor = None
        if command.rate_times is not None:
            factor = self.trainer.position.rate_factor * command.rate_times
            if not 1e-9 <= factor <= 1e9:
                raise ValueError(f"the learning rate would be multiplied by {factor:g}; allowed: 1e-9 to 1e9")
        self.trainer.change(rate_factor=factor, epochs=command.epochs)
        position = self.trainer.position
        self._flush()
        self.events.write(
            Changed(step=position.step, rate_factor=position.rate_factor, epochs=position.epochs)
        )
        self._write_record(steered=True, epochs=position.epochs, epochs_wanted=None)
        self._save()

    def _write_record(self, **changes: object) -> None:
        self.record = msgspec.structs.replace(self.record, **changes)
        self.run.write_record(self.record)


def gather(steps: list[StepFinished], seconds: float) -> StepsFinished:
    """Several steps as one event, figures shortened to what a chart can show."""
    images = sum(step.images for step in steps)
    return StepsFinished(
        step=steps[-1].step,
        epoch=steps[-1].epoch,
        losses=[float(f"{step.loss:.6g}") for step in steps],
        accuracies=[round(step.correct / step.images, 4) for step in steps],
        learning_rate=steps[-1].learning_rate,
        images_per_second=images / seconds if seconds > 0 else None,
    )
