"""However the app ends, its run goes on, and the app opened again is at the same run with nothing missing."""

import asyncio
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from real_terminal import LONGEST_WAIT, RealTerminal

from mnist_data import Dataset, save
from nn.events import Paused, RunStarted
from nn.presets import find
from nn.runs.client import AsyncTrainer
from nn.runs.history import History
from nn.runs.log import EventReader
from nn.runs.store import RunDirectory, list_runs
from nn.settings import with_settings

pytestmark = pytest.mark.pty

STEP = re.compile(r"step ([\d,]+)")


def save_noise(folder: Path) -> None:
    """Images that are quickly made: the network learns nothing of them, at full speed."""
    rng = np.random.default_rng(7)
    images, labels = rng.integers(0, 256, (600, 28, 28), np.uint8), rng.integers(0, 10, 600, np.uint8)
    save(Dataset("noise", str(folder), images[:500], labels[:500], images[500:], labels[500:]), folder)


async def stopped_run(runs_dir: Path, data: Path) -> RunDirectory:
    """A run that was stopped after a step and has a hundred thousand epochs to go."""
    settings = {"data.source": str(data), "data.validation": 100, "training.epochs": 100_000}
    config = with_settings(find("first-minute").config, settings | {"training.threads": 1})
    trainer = await AsyncTrainer.start(config, runs_dir=runs_dir, name="long", pause_after="step")
    async for event in trainer.events():
        if isinstance(event, Paused):
            await trainer.stop()
    return trainer.run


async def stop(run: RunDirectory) -> None:
    trainer = await AsyncTrainer.attach(run)
    if trainer.is_alive:
        await trainer.stop()


async def follow_to_end(run: RunDirectory) -> None:
    """Wait until its worker is gone: it tells its end a little before."""
    async for _ in (await AsyncTrainer.attach(run)).events():
        pass


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDirectory]:
    save_noise(tmp_path / "noise")
    run = asyncio.run(stopped_run(tmp_path / "runs", tmp_path / "noise"))
    yield run
    asyncio.run(stop(run))


class Watched:
    """The run as its event log tells it."""

    def __init__(self, run: RunDirectory) -> None:
        self.history = History()
        self.workers = 0
        self._reader = EventReader(run.events_path)

    def wait_for_steps(self, count: int) -> int:
        """Return the step once `count` more were trained from now on."""
        self._take()
        wanted, deadline = self.history.step + count, time.monotonic() + LONGEST_WAIT
        while self.history.step < wanted:
            assert time.monotonic() < deadline, f"no step {wanted}; the last is {self.history.step}"
            time.sleep(0.02)
            self._take()
        return self.history.step

    def assert_whole(self) -> None:
        """No step is missing from the curve."""
        self._take()
        steps = np.arange(1, self.history.step + 1)
        np.testing.assert_array_equal(self.history.training_loss().x, steps)

    def _take(self) -> None:
        while events := self._reader.poll():
            for event in events:
                self.history.feed(event)
                self.workers += isinstance(event, RunStarted)


def train_in_app(run: RunDirectory, watched: Watched, columns: int, rows: int) -> RealTerminal:
    """The app, which has gone on with the stopped run at the press of a key."""
    terminal = RealTerminal.open_app(run.path.parent, columns=columns, rows=rows)
    terminal.wait_for("stopped")
    terminal.press(" ")
    terminal.wait_for("training")
    watched.wait_for_steps(50)
    return terminal


def step_on_screen(terminal: RealTerminal) -> int:
    found = STEP.search(terminal.text)
    return int(found.group(1).replace(",", "")) if found else 0


@pytest.mark.parametrize(
    ("way", "code"),
    [("hang-up", 128 + signal.SIGHUP), ("SIGTERM", 128 + signal.SIGTERM), ("SIGKILL", -signal.SIGKILL)],
)
def test_the_run_outlives_the_app_which_comes_back_to_it(run: RunDirectory, way: str, code: int) -> None:
    watched = Watched(run)
    with train_in_app(run, watched, 80, 24) as terminal:
        if way == "hang-up":
            terminal.hang_up()
        else:
            terminal.send_signal(signal.Signals[way])
        assert terminal.wait_until_ended() == code
    left = watched.wait_for_steps(50)
    worker = run.record().pid

    with RealTerminal.open_app(run.path.parent, columns=80, rows=24) as terminal:
        terminal.when(lambda: "training" in terminal.text and step_on_screen(terminal) > left)
        assert [found.path for found in list_runs(run.path.parent)] == [run.path]
        assert run.record().pid == worker
        assert watched.workers == 2  # the one that was stopped before, and the app's
        watched.assert_whole()


def test_stop_and_quit_give_the_terminal_back(run: RunDirectory) -> None:
    watched = Watched(run)
    with train_in_app(run, watched, 120, 36) as terminal:
        terminal.press("S")
        terminal.wait_for("stopped")
        asyncio.run(follow_to_end(run))
        assert run.record().state == "stopped"
        terminal.press("q")
        assert terminal.wait_until_ended() == 0
        assert terminal.is_given_back
    watched.assert_whole()
