"""Follow a training to its end in the foreground: events to a report, signals to the worker."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from nn.config import TrainingConfig
from nn.events import RunFinished
from nn.runs.client import AsyncTrainer, WorkerLost
from nn.runs.control import ControlError
from tui.cli.live import LiveLine
from tui.cli.report import Report

RETRY_SECONDS = 0.05
DEAF_SECONDS = 10.0  # so long may a worker that starts be deaf to commands


class Ending(NamedTuple):
    """How the run ended, and the signal that this command got meanwhile, if any."""

    finished: RunFinished
    signal: int | None

    @property
    def exit_code(self) -> int:
        """128 + n after a signal, else 0 for a finished run and 1 for any other."""
        if self.signal is not None:
            return 128 + self.signal
        return 0 if self.finished.state == "finished" else 1


def follow_to_end(
    begin: Callable[[], Awaitable[AsyncTrainer]], training: TrainingConfig, *, json: bool, told: int = 0
) -> int:
    """Begin and follow a `training`, tell it, and return the exit code of this command."""
    with LiveLine() as line:
        return asyncio.run(follow(begin, Report(line, training, json=json), told=told)).exit_code


async def follow(begin: Callable[[], Awaitable[AsyncTrainer]], report: Report, *, told: int = 0) -> Ending:
    """Begin a training and follow it; its first `told` events are known already and only fed to the history.

    INT and TERM make the worker save and stop, which is waited for; HUP lets it go and ends this process.
    Raises `ControlError` where a worker that this process did not start cannot be told to stop.
    """
    loop = asyncio.get_running_loop()
    signals: list[int] = []
    asked = asyncio.Event()

    def receive(number: int) -> None:
        signals.append(number)
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, receive, number)
    hang_up = HangUp()
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup this command goes on
        signal.signal(signal.SIGHUP, hang_up.receive)
    trainer = await begin()
    hang_up.lets_go(trainer)
    stopping = asyncio.create_task(_stop_when_asked(trainer, asked, signals, report))
    watching = asyncio.create_task(_watch(trainer, report, told))
    await asyncio.wait([watching, stopping], return_when=asyncio.FIRST_COMPLETED)
    if not watching.done():
        stopping.result()
    finished = await watching
    trainer.let_go()  # closes the pipe to a worker that has ended
    stopping.cancel()
    await asyncio.gather(stopping, return_exceptions=True)
    return Ending(finished, signals[0] if signals else None)


async def _watch(trainer: AsyncTrainer, report: Report, told: int) -> RunFinished:
    last: RunFinished | None = None
    reason = trainer.run.last_words() or "no reason is known"
    count = 0
    async for event in trainer.events():
        if isinstance(event, WorkerLost):
            reason = event.reason
            continue
        count += 1
        report.history.feed(event)
        if count > told:
            report.tell(event)
            last = event if isinstance(event, RunFinished) else None
    if last is None:
        last = _lost(trainer, report, reason)
        report.finish(last)
    return last


async def _stop_when_asked(
    trainer: AsyncTrainer, asked: asyncio.Event, signals: list[int], report: Report
) -> None:
    """Wait for the first signal, then ask the worker to stop until it hears; later signals change nothing.

    One that stays deaf notices that the pipe to it is closed; raises `ControlError` where there is no pipe.
    """
    await asked.wait()
    name = signal.Signals(signals[0]).name
    report.line.say(f"{name}: the worker saves and stops")
    loop = asyncio.get_running_loop()
    deadline = loop.time() + DEAF_SECONDS
    while trainer.is_alive:
        try:
            await trainer.stop(f"{name} received")
            return
        except ControlError:  # it is still starting, or ending
            if loop.time() > deadline:
                if trainer.desert():
                    return
                raise
            await asyncio.sleep(RETRY_SECONDS)


class HangUp:
    """The terminal goes: noted until there is a worker to let go, and from then on obeyed at once."""

    def __init__(self) -> None:
        self._has_come = False
        self._trainer: AsyncTrainer | None = None

    def receive(self, _number: int, _frame: object) -> None:
        """Handle the signal."""
        self._has_come = True
        if self._trainer is not None:
            _leave(self._trainer)

    def lets_go(self, trainer: AsyncTrainer) -> None:
        """There is a worker: a hang-up, even one that has come already, leaves it to itself."""
        self._trainer = trainer
        if self._has_come:
            _leave(trainer)


def _leave(trainer: AsyncTrainer) -> None:
    """The terminal is gone: let the worker go on, and end without touching the terminal again."""
    trainer.let_go()
    os._exit(128 + signal.SIGHUP)


def _lost(trainer: AsyncTrainer, report: Report, reason: str) -> RunFinished:
    """The last word of a worker that could not speak it, from what it told; its record may lag behind."""
    epochs = report.history.epochs
    last = epochs[-1] if epochs else None
    judged = [
        (epoch.validation_accuracy, -epoch.validation_loss, -epoch.epoch)
        for epoch in epochs
        if epoch.validation_accuracy is not None and epoch.validation_loss is not None
    ]
    return RunFinished(
        step=report.history.step,
        state="failed",
        run=str(trainer.run.path),
        epochs=last.epoch if last else 0,
        seconds=sum(epoch.seconds for epoch in epochs),
        best_epoch=-max(judged)[2] if judged else None,
        validation_accuracy=last.validation_accuracy if last else None,
        test_accuracy=last.test_accuracy if last else None,
        parameters=trainer.run.record().parameters,
        reason=f"the worker is gone: {reason}",
    )
