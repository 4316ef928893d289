"""Follow a training to its end in the foreground: events to a report, signals to the worker."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from nn.events import RunFinished
from nn.runs.client import AsyncTrainer, WorkerLost
from nn.runs.control import ControlError
from tui.cli.live import LiveLine
from tui.cli.report import Report

RETRY_SECONDS = 0.05


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
    begin: Callable[[], Awaitable[AsyncTrainer]], *, epochs: int, json: bool, told: int = 0
) -> int:
    """Begin and follow a training of `epochs`, tell it, and return the exit code of this command."""
    with LiveLine() as line:
        return asyncio.run(follow(begin, Report(line, epochs=epochs, json=json), told=told)).exit_code


async def follow(begin: Callable[[], Awaitable[AsyncTrainer]], report: Report, *, told: int = 0) -> Ending:
    """Begin a training and follow it; its first `told` events are known already and only fed to the history.

    INT and TERM make the worker save and stop, which is waited for; HUP lets it go and ends this process.
    """
    loop = asyncio.get_running_loop()
    signals: list[int] = []
    asked = asyncio.Event()

    def receive(number: int) -> None:
        signals.append(number)
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, receive, number)
    trainer = await begin()
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup this command goes on
        signal.signal(signal.SIGHUP, lambda _number, _frame: _leave(trainer))
    stopping = asyncio.create_task(_stop_when_asked(trainer, asked, signals, report))
    finished = await _watch(trainer, report, told)
    trainer.let_go()  # closes the pipe to a worker that has ended
    stopping.cancel()
    await asyncio.wait([stopping])
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
    """Wait for the first signal, then ask the worker to stop until it hears; later signals change nothing."""
    await asked.wait()
    name = signal.Signals(signals[0]).name
    report.line.say(f"{name}: the worker saves and stops")
    while trainer.is_alive:
        try:
            await trainer.stop(f"{name} received")
            return
        except ControlError:  # it is still starting, or ending
            await asyncio.sleep(RETRY_SECONDS)


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
