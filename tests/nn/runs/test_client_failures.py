"""Workers that are killed, crash or cannot begin, as the async wrapper tells it."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from client_samples import follow, start
from run_samples import change_record, create, small_config

from nn.events import RunFinished
from nn.runs import client
from nn.runs.client import AsyncTrainer, WorkerLost
from nn.runs.store import RunError


async def test_a_killed_worker_is_lost_for_all(endless_training: AsyncTrainer) -> None:
    attached = await AsyncTrainer.attach(endless_training.run)
    watching = asyncio.gather(follow(endless_training), follow(attached))
    await asyncio.sleep(0)
    os.kill(endless_training.run.record().pid or 0, signal.SIGKILL)
    ours, theirs = await watching
    assert ours[-1] == WorkerLost("killed by SIGKILL")
    assert theirs[-1] == WorkerLost("killed from outside: its log is empty")
    assert endless_training.run.state() == "failed"
    assert not endless_training.is_alive


async def test_a_worker_killed_before_its_first_word_is_lost(tmp_path: Path, folder: Path) -> None:
    first = await start(tmp_path, folder)
    await follow(first)
    resumed = await AsyncTrainer.resume(first.run)
    assert resumed._process is not None
    resumed._process.kill()
    events = await follow(resumed)
    assert isinstance(events[-2], RunFinished)  # the first worker's
    assert events[-1] == WorkerLost("killed by SIGKILL")


async def test_a_worker_that_crashes_leaves_its_last_words(tmp_path: Path, folder: Path) -> None:
    run = create(tmp_path, small_config(folder))
    run.log_path.write_text("--- worker started then\nImportError: no module called numpy\n")
    lost = await follow(await AsyncTrainer.attach(run))
    assert lost == [WorkerLost("ImportError: no module called numpy")]


async def test_a_worker_that_fails_at_the_start_ends_as_failed(tmp_path: Path) -> None:
    trainer = await AsyncTrainer.start(small_config(tmp_path / "none"), runs_dir=tmp_path / "r", name="x")
    (finished,) = await follow(trainer)
    assert isinstance(finished, RunFinished)
    assert finished.state == "failed"
    assert "is not a folder" in (finished.reason or "")


async def test_fewer_epochs_than_are_over_are_refused(tmp_path: Path, folder: Path) -> None:
    run = create(tmp_path, small_config(folder))
    change_record(run, state="stopped", epoch=2)
    with pytest.raises(RunError, match="allowed: at least 2, which are over"):
        await AsyncTrainer.resume(run, epochs=1)
    assert run.record().state == "stopped"


async def test_what_cannot_be_started_is_one_sentence(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(tmp_path, small_config(folder))
    monkeypatch.setattr(client.sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(RunError, match="cannot start: No such file"):
        await AsyncTrainer.resume(run)
    assert not run.is_alive()
    run.events_path.unlink()
    with pytest.raises(RunError, match="no event log"):
        await AsyncTrainer.resume(run)
