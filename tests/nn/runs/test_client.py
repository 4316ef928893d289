"""The async wrapper with real workers: started, attached to, steered, let go."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from client_samples import follow, start, until
from run_samples import (
    ENDLESS,
    create,
    history_of,
    none_left,
    small_config,
    told,
    wait_for,
)

from nn import checkpoint
from nn.config import DenseConfig, NetworkConfig
from nn.events import Changed, EpochFinished, Paused, RunFinished, RunStarted
from nn.position import Position
from nn.runs.client import AsyncTrainer, WorkerLost
from nn.runs.control import ControlError
from nn.runs.store import RunDirectory, RunError, list_runs
from nn.settings import ConfigError

FOLLOWER = """
import asyncio, sys
from pathlib import Path
from nn.runs.client import AsyncTrainer
from nn.runs.store import RunDirectory

async def main():
    trainer = await AsyncTrainer.resume(RunDirectory(Path(sys.argv[1])), followed=True)
    async for event in trainer.events():
        if sys.argv[2] == "let go" and type(event).__name__ == "EpochFinished":
            trainer.let_go()
            return

asyncio.run(main())
"""


def saved_position(run: RunDirectory) -> Position:
    """Where the run's checkpoint is."""
    return checkpoint.read_position(run.checkpoint_path)


async def test_a_run_is_alive_from_its_start_and_tells_everything(tmp_path: Path, folder: Path) -> None:
    trainer = await start(tmp_path, folder)
    assert trainer.is_alive
    assert trainer.run.state() == "starting"
    events = await follow(trainer)
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].state, events[-1].epochs) == ("finished", 2)
    assert not trainer.is_alive
    assert not [event for event in events if isinstance(event, WorkerLost)]
    attached = await AsyncTrainer.attach(trainer.run)
    assert await follow(attached) == events
    with pytest.raises(ControlError, match="no worker that listens"):
        await attached.pause()


async def test_a_worker_attached_to_while_it_starts_is_not_lost(tmp_path: Path, folder: Path) -> None:
    """Resumed, its log ends with an old farewell, and the worker needs a while to say a first word."""
    first = await start(tmp_path, folder)
    await follow(first)
    resumed = await AsyncTrainer.resume(first.run, epochs=3)
    (found,) = list_runs(tmp_path)
    attached = await AsyncTrainer.attach(found)
    assert attached.is_alive
    ours, theirs = await asyncio.gather(follow(resumed), follow(attached))
    assert ours == theirs
    assert isinstance(ours[-1], RunFinished)
    assert ours[-1].epochs == 3


async def test_a_network_that_cannot_be_leaves_no_run(tmp_path: Path) -> None:
    config = small_config()
    bad = type(config)(network=NetworkConfig(layers=(DenseConfig(11),)))
    with pytest.raises(ConfigError, match="gives 11 outputs"):
        await AsyncTrainer.start(bad, runs_dir=tmp_path, name="x")
    assert list(list_runs(tmp_path)) == []


async def test_it_is_steered_while_viewers_watch_stall_and_leave(endless_training: AsyncTrainer) -> None:
    run = endless_training.run
    stalled = (await AsyncTrainer.attach(run)).events()
    await anext(stalled)  # and never reads again
    other = await AsyncTrainer.attach(run)
    with pytest.raises(RunError, match="is training already"):
        await AsyncTrainer.resume(run)
    paused = await other.pause()
    assert isinstance(await until(other, Paused), Paused)
    await asyncio.to_thread(wait_for, lambda: run.record().state == "paused")  # noted after it is told
    assert (await endless_training.step()).step == paused.step
    await endless_training.change(rate_times=0.5, epochs=ENDLESS - 1)
    with pytest.raises(ControlError, match="allowed"):
        await other.change(epochs=0)
    await other.finish_epoch()
    await other.go_on()
    await endless_training.stop("seen enough")
    events = await follow(other)
    last = events[-1]
    assert isinstance(last, RunFinished)
    assert (last.state, last.reason) == ("stopped", "seen enough")
    assert next(event for event in events if isinstance(event, Changed)).rate_factor == 0.5
    assert run.record().steered
    await stalled.aclose()


async def test_a_change_survives_a_kill(endless_training: AsyncTrainer) -> None:
    run = endless_training.run
    await endless_training.change(rate_times=0.5)
    await asyncio.to_thread(wait_for, lambda: saved_position(run).rate_factor == 0.5)
    os.kill(run.record().pid or 0, signal.SIGKILL)
    await follow(endless_training)
    resumed = await AsyncTrainer.resume(run, pause_after="step")
    await until(resumed, Paused)
    history = history_of(run)
    assert (history.rate_factor, history.state) == (0.5, "paused")
    assert run.record().steered
    await resumed.stop()
    await follow(resumed)
    assert history_of(run).state == "stopped"


async def test_after_a_kill_it_is_told_what_became_of_a_change(endless_training: AsyncTrainer) -> None:
    run = endless_training.run
    await endless_training.change(rate_times=0.5)
    os.kill(run.record().pid or 0, signal.SIGKILL)  # most likely before it is saved
    await follow(endless_training)
    resumed = await AsyncTrainer.resume(run, pause_after="step")
    await until(resumed, Paused)
    assert history_of(run).rate_factor == saved_position(run).rate_factor
    await resumed.stop()
    await follow(resumed)


async def test_a_deserted_worker_saves_and_stops(tmp_path: Path, folder: Path) -> None:
    trainer = await start(tmp_path, folder, epochs=ENDLESS, followed=True)
    with none_left(trainer.run):
        await until(trainer, EpochFinished)
        assert trainer.desert()
        assert not trainer.desert()
        last = (await follow(trainer))[-1]
        assert isinstance(last, RunFinished)
        assert (last.state, last.reason) == ("stopped", "the command that followed it ended without a word")
        assert not (await AsyncTrainer.attach(trainer.run)).desert()


@pytest.mark.parametrize("way", ["killed", "let go"])
async def test_a_followed_worker_ends_with_its_follower_unless_let_go(
    tmp_path: Path, folder: Path, way: str
) -> None:
    run = create(tmp_path, small_config(folder, epochs=ENDLESS))
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", FOLLOWER, str(run.path), way]
    follower = await asyncio.to_thread(subprocess.Popen, command, stderr=subprocess.PIPE)
    with follower, none_left(run):
        attached = await AsyncTrainer.attach(run)
        await asyncio.to_thread(wait_for, lambda: history_of(run).epochs)
        if way == "killed":
            follower.kill()
        errors = await asyncio.to_thread(follower.communicate)
        if way == "let go":
            assert follower.returncode == 0
            assert b"Warning" not in errors[1]  # nothing is left open
            epochs = len(history_of(run).epochs)
            await asyncio.to_thread(wait_for, lambda: len(history_of(run).epochs) > epochs + 1)
            assert attached.is_alive
            await attached.stop()
        last = (await follow(attached))[-1]
        assert isinstance(last, RunFinished)
        assert (
            last.reason
            == {
                "killed": "the command that followed it ended without a word",
                "let go": "asked to stop",
            }[way]
        )


async def test_no_zombie_stays_when_nobody_follows(tmp_path: Path, folder: Path) -> None:
    trainer = await start(tmp_path, folder, followed=True)
    trainer.let_go()
    trainer.let_go()  # twice does no harm
    assert trainer._process is not None
    await asyncio.to_thread(trainer._process.wait, 30)
    with pytest.raises(ProcessLookupError):
        os.kill(trainer._process.pid, 0)
    assert isinstance(told(trainer.run)[-1], RunFinished)


def test_the_run_directory_is_deep(tmp_path: Path, folder: Path) -> None:
    """A run may lie deeper than a socket's path may be long."""

    async def main(run: RunDirectory) -> None:
        trainer = await AsyncTrainer.resume(run)
        await until(trainer, EpochFinished)
        assert (await trainer.stop()).error is None
        await follow(trainer)

    run = create(tmp_path / ("deep" * 20) / ("er" * 40), small_config(folder, epochs=ENDLESS))
    assert len(str(run.path)) > 108
    asyncio.run(main(run))
    assert history_of(run).state == "stopped"
