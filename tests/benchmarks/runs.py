"""Runs to measure: one that is trained to its end, and a long one whose worker is watched from outside."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mnist_data import Dataset, load
from nn.config import Config, ConstantConfig
from nn.events import StepsFinished
from nn.runs.client import AsyncTrainer
from nn.runs.images import cache_folder
from nn.runs.log import EventReader
from nn.runs.store import RunDirectory

LONG = 100_000  # epochs: more than any benchmark waits for
POLL_SECONDS = 0.05


class Result(NamedTuple):
    """A finished run: test accuracy, seconds of learning and evaluation, images a second by epoch.

    And the last epoch's accuracy on training images while it learned, and on validation images.
    """

    accuracy: float
    seconds: float
    speeds: list[float]
    train_accuracy: float
    validation_accuracy: float


def mnist() -> Dataset:
    """Real MNIST from this machine; raises `DatasetError`."""
    return load("mnist", environment=os.environ, cwd=Path.cwd(), cache=cache_folder())


def train(preset: str, *settings: str, runs_dir: Path | None = None) -> Result:
    """Train a preset as a person does: `mnist-tui train --json`, in a worker; it is kept in `runs_dir`."""
    with contextlib.nullcontext(runs_dir) if runs_dir else tempfile.TemporaryDirectory() as folder:
        changes = [word for setting in settings for word in ("--set", setting)]
        command = [sys.executable, "-P", "-m", "tui", "train", "--preset", preset, "--json", *changes]
        done = subprocess.run(
            [*command, "--runs-dir", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    events: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    epochs = [event for event in events if event["event"] == "epoch_finished"]
    speeds = [event["images_per_second"] for event in epochs]
    last = epochs[-1]
    return Result(
        events[-1]["test_accuracy"],
        events[-1]["seconds"],
        speeds,
        last["train_accuracy"],
        last["validation_accuracy"],
    )


class Worker:
    """A worker at full speed, seen through its event log alone, as a viewer sees it."""

    def __init__(self, run: RunDirectory, batch_size: int) -> None:
        self.run = run
        self._batch_size = batch_size
        self._reader = EventReader(run.events_path)

    def speed(self, wait: Callable[[], object]) -> float:
        """Images a second while `wait` lasts: over seconds of learning, without evaluation and saving."""
        self._new_steps()
        wait()
        steps = self._new_steps()
        images = sum(len(event.losses) * self._batch_size for event in steps)
        seconds = sum(
            len(event.losses) * self._batch_size / (event.images_per_second or 1) for event in steps
        )
        return images / seconds

    def wait_for_steps(self) -> None:
        """Return once it trains."""
        while not self._new_steps():
            time.sleep(POLL_SECONDS)

    def _new_steps(self) -> list[StepsFinished]:
        found: list[StepsFinished] = []
        while events := self._reader.poll():
            found += [event for event in events if isinstance(event, StepsFinished)]
        return found


@contextmanager
def long_run(config: Config, runs_dir: Path, *, threads: int = 0) -> Iterator[Worker]:
    """A run that outlasts the benchmark, at a constant rate too small to break it; stopped in the end."""
    training = msgspec.structs.replace(
        config.training, epochs=LONG, threads=threads, schedule=ConstantConfig()
    )
    config = msgspec.structs.replace(config, training=training)
    trainer = asyncio.run(AsyncTrainer.start(config, runs_dir=runs_dir, name="benchmark"))
    worker = Worker(trainer.run, training.batch_size)
    try:
        worker.wait_for_steps()
        yield worker
    finally:
        asyncio.run(trainer.stop())
        while trainer.is_alive:
            time.sleep(POLL_SECONDS)
