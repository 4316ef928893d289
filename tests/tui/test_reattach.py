"""However the app ends, its run goes on, and the app opened again is at the same run with nothing missing."""

import asyncio
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from long_run import Watched, create_stopped, save_digits, stop_all
from real_terminal import RealTerminal

from nn.runs.client import AsyncTrainer
from nn.runs.store import RunDirectory, list_runs

pytestmark = pytest.mark.pty

STEP = re.compile(r"step ([\d,]+)")


async def follow_to_end(run: RunDirectory) -> None:
    """Wait until its worker is gone: it tells its end a little before."""
    async for _ in (await AsyncTrainer.attach(run)).events():
        pass


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDirectory]:
    save_digits(tmp_path / "digits")
    yield create_stopped(tmp_path / "runs", tmp_path / "digits")
    stop_all(tmp_path / "runs")


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
