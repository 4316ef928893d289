"""Following a worker that cannot be told to stop, and a terminal that goes before there is a worker."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from nn.config import Config, TrainingConfig
from nn.events import RunEvent, RunFinished
from nn.runs import store
from nn.runs.client import AsyncTrainer, WorkerLost
from nn.runs.control import Answer, ControlError
from nn.runs.store import RunDirectory
from tui.cli import follow
from tui.cli.live import LiveLine
from tui.cli.report import Report

STOPPED = RunFinished(
    step=0,
    state="stopped",
    run="",
    epochs=0,
    seconds=0.0,
    best_epoch=None,
    validation_accuracy=None,
    test_accuracy=None,
    parameters=1,
)


class DeafTrainer(AsyncTrainer):
    """Hears no command; ends once its pipe is closed, where it has one."""

    def __init__(self, run: RunDirectory, *, is_followed: bool) -> None:
        super().__init__(run)
        self.deaf_to = 0
        self.has_been_let_go = False
        self._is_followed = is_followed
        self._ended = asyncio.Event()

    @property
    def is_alive(self) -> bool:
        return not self._ended.is_set()

    async def stop(self, reason: str = "") -> Answer:
        self.deaf_to += 1
        raise ControlError("no room for a temporary folder")

    def desert(self) -> bool:
        if self._is_followed:
            self._ended.set()
        return self._is_followed

    def let_go(self) -> None:
        self.has_been_let_go = True

    async def events(self) -> AsyncGenerator[RunEvent | WorkerLost]:
        await self._ended.wait()
        yield STOPPED


class Left(Exception):
    """The process has ended, with this exit code."""


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return store.create(tmp_path, Config(), "test")


@pytest.fixture(autouse=True)
def harmless_hang_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hang-up does not end the tests."""

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr(follow.os, "_exit", leave)
    before = signal.signal(signal.SIGHUP, lambda _number, _frame: None)
    yield
    signal.signal(signal.SIGHUP, before)


async def follow_signalled(trainer: AsyncTrainer, number: signal.Signals) -> follow.Ending:
    """Follow it; the signal comes while it begins."""

    async def begin() -> AsyncTrainer:
        os.kill(os.getpid(), number)
        return trainer

    with LiveLine() as line:
        return await follow.follow(begin, Report(line, TrainingConfig(epochs=1), json=True))


async def test_a_deaf_worker_that_is_followed_is_stopped_by_its_pipe(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "DEAF_SECONDS", 0.0)
    trainer = DeafTrainer(run, is_followed=True)
    assert await follow_signalled(trainer, signal.SIGTERM) == (STOPPED, signal.SIGTERM)
    assert trainer.deaf_to >= 1


async def test_a_deaf_worker_of_somebody_else_is_given_up_with_the_reason(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "DEAF_SECONDS", 0.0)
    with pytest.raises(ControlError, match="no room"):
        await follow_signalled(DeafTrainer(run, is_followed=False), signal.SIGINT)


async def test_a_hang_up_before_there_is_a_worker_lets_it_go_once_it_is_there(run: RunDirectory) -> None:
    trainer = DeafTrainer(run, is_followed=True)
    with pytest.raises(Left, match="129"):
        await asyncio.wait_for(follow_signalled(trainer, signal.SIGHUP), 10)
    assert trainer.has_been_let_go
