"""The worker's loop: train, tell, save, and between two steps do what was asked.

It never waits for a viewer; only a pause makes it wait, for a command.
"""

import queue
import time
from collections.abc import Callable

from nn import files
from nn.divergence import Diverged
from nn.events import (
    Changed,
    Continued,
    EpochFinished,
    Evaluated,
    Note,
    Paused,
    RunFinished,
    StepFinished,
)
from nn.position import LARGEST_FACTOR, Position
from nn.runs import control
from nn.runs.control import Answer, AnyCommand, Controls, Request
from nn.runs.gathering import StepGatherer
from nn.runs.keeper import Keeper
from nn.runs.layer_watch import LayerWatch
from nn.runs.log import EventWriter
from nn.runs.saving import Saving
from nn.runs.store import RunDirectory
from nn.trainer import Trainer, TrainerEvent

SMALLEST_FACTOR = 1e-9


class Stopped(Exception):
    """Somebody asked the worker to end; the message says who."""


class RunLoop:
    """One training from where it is to its end, in its run directory."""

    def __init__(
        self,
        run: RunDirectory,
        trainer: Trainer,
        events: EventWriter,
        controls: Controls,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds."""
        self.run = run
        self.trainer = trainer
        self.events = events
        self.controls = controls
        self.keeper = Keeper(run, trainer, clock)
        self._steps = StepGatherer(trainer, events, clock)
        self._saving = Saving(self.keeper, events, self._steps)
        self._layers = LayerWatch(trainer, clock)
        self._pause_at: int | None = None

    def train(self) -> RunFinished:
        """Train until the end, a stop or a divergence, and tell it; other exceptions pass to the caller.

        The last save must succeed: a run whose end is not on the disk has failed.
        """
        state, reason = "finished", None
        try:
            try:
                self._train()
            except Stopped as stopped:
                state, reason = "stopped", str(stopped)
            self._steps.flush()
            self.keeper.save()
        except Diverged as diverged:
            state, reason = "diverged", f"{diverged}; the last good weights are kept"
            self._saving.save_answers()
            self._saving.save_best()
        except OSError as error:
            state, reason = "failed", f"the run could not be saved: {files.reason(error)}"
        return self.finish(state, reason)

    def finish(self, state: str, reason: str | None) -> RunFinished:
        """Write the last event and the last record."""
        trainer, record = self.trainer, self.keeper.record
        position = trainer.position
        self._steps.flush()
        finished = RunFinished(
            step=position.step,
            state=state,
            run=str(self.run.path),
            epochs=trainer.epoch,
            seconds=position.seconds_before + position.learning_seconds,
            best_epoch=position.best_epoch,
            validation_accuracy=record.validation_accuracy,
            test_accuracy=record.test_accuracy,
            parameters=len(trainer.network.parameters),
            reason=reason,
        )
        self.events.write(finished)
        self.keeper.note(state=state, reason=reason)
        return finished

    def begin_with(self, command: AnyCommand) -> None:
        """Carry out a command before the first step, and save what it changed.

        Raises `ValueError` where it cannot be.
        """
        self._command(command)
        if isinstance(command, control.Change):
            self._saving.save()

    def _train(self) -> None:
        self._obey()
        self._layers.before_step()
        for event in self.trainer.events():
            self._tell(event)
            if isinstance(event, StepFinished) and self.trainer.between_epochs:
                continue  # the epoch's evaluation belongs to its last step: nothing may come between them
            self._obey()
            if self.keeper.is_due:
                self._saving.save()
            self._layers.before_step()
        if self.trainer.has_stopped_early:
            self.events.write(Note(step=self.trainer.step, text=_early(self.trainer.position)))

    def _tell(self, event: TrainerEvent) -> None:
        match event:
            case StepFinished():
                self._steps.add(event)
                if measured := self._layers.after_step():
                    self._steps.flush()
                    self.events.write(measured)
            case Evaluated() | EpochFinished():
                self._steps.flush()
                self.keeper.take(event)
                if self.keeper.answers_stay:
                    # First the answers, so that whoever reads the event finds them.
                    self._saving.save_answers()
                self.events.write(event)
                if isinstance(event, Evaluated):
                    self._saving.save()

    def _obey(self) -> None:
        """Carry out the commands that wait; return when the next step may be trained."""
        while True:
            try:
                self._carry_out(self.controls.requests.get_nowait())
            except queue.Empty:
                break
        if self._is_held():
            self._pause()

    def _is_held(self) -> bool:
        return self._pause_at is not None and self._pause_at <= self.trainer.step

    def _pause(self) -> None:
        """Save, tell, and wait for a command that lets training go on."""
        self._saving.save()
        self.events.write(Paused(step=self.trainer.step))
        self._saving.note(state="paused")
        while self._is_held():
            self._carry_out(self.controls.requests.get())
        self.events.write(Continued(step=self.trainer.step))
        self._saving.note(state="running")

    def _carry_out(self, request: Request) -> None:
        answer = Answer(step=self.trainer.step)
        try:
            self._command(request.command)
        except ValueError as error:
            answer = Answer(step=self.trainer.step, error=str(error))
        finally:
            request.answer.set_result(answer)

    def _command(self, command: AnyCommand) -> None:
        match command:
            case control.Pause():
                self._pause_at = self.trainer.step
            case control.Resume():
                self._pause_at = None
            case control.Step():
                self._pause_at = self.trainer.step + 1
            case control.Epoch():
                self._pause_at = (self.trainer.epoch + 1) * len(self.trainer.batches)
            case control.Change():
                self._change(command)
            case control.Stop():
                raise Stopped(command.reason)

    def _change(self, command: control.Change) -> None:
        """Change the trainer, tell it, and save it: at once in a pause, else within the second."""
        factor = None
        if command.rate_times is not None:
            factor = self.trainer.position.rate_factor * command.rate_times
            if not SMALLEST_FACTOR <= factor <= LARGEST_FACTOR:
                raise ValueError(
                    f"the learning rate would be multiplied by {factor:g}; "
                    f"allowed: {SMALLEST_FACTOR:g} to {LARGEST_FACTOR:g}"
                )
        elif (command.epochs, command.patience) == (None, None):
            raise ValueError("nothing to change is named; allowed: rate_times, epochs, patience")
        epochs_before = self.trainer.position.epochs
        self.trainer.change(rate_factor=factor, epochs=command.epochs, patience=command.patience)
        position = self.trainer.position
        self._steps.flush()
        # The record first: a resumed worker that finds it steered tells what of the change has survived.
        self._saving.note(steered=True, epochs=position.epochs)
        self.events.write(changed(position))
        if position.epochs > epochs_before and self.trainer.schedule_has_ended:
            self.events.write(Note(step=position.step, text=_at_the_last_rate(self.trainer)))
        self.keeper.want()
        if self._is_held():
            self._saving.save()


def changed(position: Position) -> Changed:
    """What a person has changed by now."""
    return Changed(
        step=position.step,
        rate_factor=position.rate_factor,
        epochs=position.epochs,
        patience=position.patience,
    )


def _at_the_last_rate(trainer: Trainer) -> str:
    schedule = trainer.config.training.schedule.__struct_config__.tag
    rate = trainer.learning_rate()
    return f"the schedule {schedule} has ended: epochs added now train at its last rate, {rate:.3g}"


def _early(position: Position) -> str:
    epochs = "an epoch" if position.patience == 1 else f"{position.patience} epochs"
    return (
        f"stopped early: {epochs} without a better validation accuracy than "
        f"{position.best_accuracy:.2%}, that of epoch {position.best_epoch}"
    )
