"""kill -9 at any moment, resume: the end is that of a run that was never killed, bit for bit."""

import asyncio
import random
import subprocess
import time
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest
from client_samples import follow
from run_samples import (
    change_record,
    create,
    curves,
    exported,
    history_of,
    parameters,
    small_config,
    start_worker,
)

from nn import checkpoint, tensors
from nn.events import EpochFinished, Resumed, RunFinished
from nn.files import write_atomically
from nn.position import Position
from nn.runs.client import AsyncTrainer, WorkerLost
from nn.runs.store import RunDirectory

EPOCHS = 12
# Several saves an epoch, so that kills fall into them and checkpoints lie in the middle of epochs.
CHECKPOINT_SECONDS = 0.02


def new_run(folder: Path, digits: Path) -> RunDirectory:
    run = create(folder, small_config(digits, batch_size=3, epochs=EPOCHS))
    change_record(run, checkpoint_seconds=CHECKPOINT_SECONDS)
    return run


async def finish(run: RunDirectory) -> None:
    events = await follow(await AsyncTrainer.resume(run))
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].state, events[-1].epochs) == ("finished", EPOCHS)


def kill_after(run: RunDirectory, seconds: float) -> int:
    """Start a worker, and kill it after so many seconds; its exit code, 0 where it was done before."""
    with start_worker(run) as worker:
        try:
            return worker.wait(seconds)
        except subprocess.TimeoutExpired:
            worker.kill()
            return worker.wait()


async def kill_at(run: RunDirectory, epoch: int) -> None:
    """Start a worker, and kill it as soon as an epoch is told."""
    trainer = await AsyncTrainer.resume(run)
    async with aclosing(trainer.events()) as events:
        async for event in events:
            if isinstance(event, EpochFinished) and event.epoch == epoch:
                break
    assert trainer._process is not None
    trainer._process.kill()
    assert isinstance((await follow(trainer))[-1], WorkerLost)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> RunDirectory:
    """The run never killed; it saves as seldom as runs do."""
    run = create(tmp_path_factory.mktemp("unbroken"), small_config(folder, batch_size=3, epochs=EPOCHS))
    asyncio.run(finish(run))
    return run


def assert_equal(run: RunDirectory, unbroken: RunDirectory) -> None:
    assert parameters(run) == parameters(unbroken)
    assert run.checkpoint_path.stat().st_size > 0
    assert exported(run) == exported(unbroken)
    assert run.best_path.read_bytes() == unbroken.best_path.read_bytes()
    assert curves(history_of(run)) == curves(history_of(unbroken))
    assert sorted(path.name for path in run.predictions_path.iterdir()) == [
        f"{epoch:04d}.safetensors" for epoch in range(EPOCHS + 1)
    ]
    assert not [path.name for path in run.path.iterdir() if path.name.startswith(".")]
    assert run.record().best_epoch == unbroken.record().best_epoch


def resumed_steps(run: RunDirectory) -> list[int]:
    events = run.events_path.read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Resumed).step for line in events if b'"resumed"' in line]


async def test_killed_three_times_and_resumed(tmp_path: Path, folder: Path, unbroken: RunDirectory) -> None:
    run = new_run(tmp_path, folder)
    for epoch in (1, 3, 5):
        await kill_at(run, epoch)
    await finish(run)
    assert any(step > 0 for step in resumed_steps(run))
    assert_equal(run, unbroken)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killed_at_twenty_random_moments(tmp_path: Path, folder: Path, unbroken: RunDirectory) -> None:
    rng = random.Random(20)
    began = time.monotonic()
    assert await asyncio.to_thread(kill_after, new_run(tmp_path, folder), 100.0) == 0
    moments = [rng.uniform(0.0, time.monotonic() - began) for _ in range(20)]
    steps, killed = [], 0
    for moment in moments:
        run = new_run(tmp_path, folder)
        code = await asyncio.to_thread(kill_after, run, moment)
        while code == 0:  # was done before: another run, killed earlier
            run = new_run(tmp_path, folder)
            moment = rng.uniform(0.0, moment)
            code = await asyncio.to_thread(kill_after, run, moment)
        killed += code == -9
        await finish(run)
        steps += resumed_steps(run)
        assert_equal(run, unbroken)
    assert killed == 20
    batches = history_of(unbroken).batches or 1
    assert any(step % batches for step in steps)


async def test_without_its_position_a_checkpoint_ends_elsewhere(
    tmp_path: Path, folder: Path, unbroken: RunDirectory
) -> None:
    """The control: the same comparison fails where a checkpoint holds arrays alone."""
    run = new_run(tmp_path, folder)
    await kill_at(run, 2)
    arrays, _ = tensors.read(run.checkpoint_path, checkpoint.KEY)
    nowhere = msgspec.json.encode(Position(epochs=EPOCHS, planned_epochs=EPOCHS)).decode()
    write_atomically(run.checkpoint_path, tensors.to_bytes(arrays, checkpoint.KEY, nowhere))
    await finish(run)
    assert history_of(run).step == history_of(unbroken).step
    assert parameters(run) != parameters(unbroken)
    assert exported(run) != exported(unbroken)
