"""However the app ends, its run goes on, and the app opened again is at the same run with nothing missing."""

import asyncio
import signal

import pytest
from app_terminal import step_on_screen, train_on
from real_terminal import RealTerminal

from nn.runs.client import AsyncTrainer
from nn.runs.store import RunDirectory, list_runs

pytestmark = pytest.mark.pty


async def follow_to_end(run: RunDirectory) -> None:
    """Wait until its worker is gone: it tells its end a little before."""
    async for _ in (await AsyncTrainer.attach(run)).events():
        pass


@pytest.mark.parametrize(
    ("way", "code"),
    [("hang-up", 128 + signal.SIGHUP), ("SIGTERM", 128 + signal.SIGTERM), ("SIGKILL", -signal.SIGKILL)],
)
def test_the_run_outlives_the_app_which_comes_back_to_it(
    stopped_run: RunDirectory, way: str, code: int
) -> None:
    with RealTerminal.open_app(stopped_run.path.parent, columns=80, rows=24) as terminal:
        watched = train_on(terminal, stopped_run)
        if way == "hang-up":
            terminal.hang_up()
        else:
            terminal.send_signal(signal.Signals[way])
        assert terminal.wait_until_ended() == code
    left = watched.wait_for_steps(50)
    worker = stopped_run.record().pid

    with RealTerminal.open_app(stopped_run.path.parent, columns=80, rows=24) as terminal:
        terminal.when(lambda: "training" in terminal.text and step_on_screen(terminal) > left)
        assert [found.path for found in list_runs(stopped_run.path.parent)] == [stopped_run.path]
        assert stopped_run.record().pid == worker
        assert watched.workers == 2  # the one that was stopped before, and the app's
        watched.assert_whole()


def test_stop_and_quit_give_the_terminal_back(stopped_run: RunDirectory) -> None:
    with RealTerminal.open_app(stopped_run.path.parent, columns=120, rows=36) as terminal:
        watched = train_on(terminal, stopped_run)
        terminal.press("S")
        terminal.wait_for("stopped")
        asyncio.run(follow_to_end(stopped_run))
        assert stopped_run.record().state == "stopped"
        terminal.press("q")
        assert terminal.wait_until_ended() == 0
        assert terminal.is_given_back
    watched.assert_whole()
