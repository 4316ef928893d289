"""A run that would train for days on a few drawn digits, and what its event log tells meanwhile."""

import asyncio
import time
from pathlib import Path

import numpy as np
from real_terminal import LONGEST_WAIT

from mnist_data import Dataset, save, synthesize
from nn.events import Paused, RunStarted
from nn.presets import find
from nn.runs.client import AsyncTrainer
from nn.runs.history import History
from nn.runs.log import EventReader
from nn.runs.store import RunDirectory, list_runs
from nn.settings import with_settings

REPEATED = 11  # so that enough images are left for training, beside the 5000 that are held out by default


def save_digits(folder: Path) -> None:
    """Images that are quickly drawn and can be learnt: 6,600 for training (600 differ), and 200 others."""
    drawn = synthesize(600, 200)
    images = np.tile(drawn.train_images, (REPEATED, 1, 1))
    labels = np.tile(drawn.train_labels, REPEATED)
    save(Dataset("drawn", str(folder), images, labels, drawn.test_images, drawn.test_labels), folder)


def create_stopped(runs_dir: Path, data: Path) -> RunDirectory:
    """A run that was stopped after a step and has a hundred thousand epochs to go."""
    return asyncio.run(_create_stopped(runs_dir, data))


async def _create_stopped(runs_dir: Path, data: Path) -> RunDirectory:
    settings = {"data.source": str(data), "training.epochs": 100_000, "training.threads": 1}
    config = with_settings(find("first-minute").config, settings)
    trainer = await AsyncTrainer.start(config, runs_dir=runs_dir, name="long", pause_after="step")
    async for event in trainer.events():
        if isinstance(event, Paused):
            await trainer.stop()
    return trainer.run


def stop_all(runs_dir: Path) -> None:
    """End the workers of all runs."""
    asyncio.run(_stop_all(runs_dir))


async def _stop_all(runs_dir: Path) -> None:
    for run in list_runs(runs_dir):
        trainer = await AsyncTrainer.attach(run)
        if trainer.is_alive:
            await trainer.stop()


class Watched:
    """A run as its event log tells it."""

    def __init__(self, run: RunDirectory) -> None:
        self.history = History()
        self.workers = 0
        self._reader = EventReader(run.events_path)

    @property
    def step(self) -> int:
        """The last step trained."""
        while events := self._reader.poll():
            for event in events:
                self.history.feed(event)
                self.workers += isinstance(event, RunStarted)
        return self.history.step

    def wait_for_steps(self, count: int) -> int:
        """Return the step once `count` more were trained from now on."""
        wanted, deadline = self.step + count, time.monotonic() + LONGEST_WAIT
        while self.step < wanted:
            assert time.monotonic() < deadline, f"no step {wanted}; the last is {self.history.step}"
            time.sleep(0.02)
        return self.history.step

    def assert_whole(self) -> None:
        """No step is missing from the curve."""
        steps = np.arange(1, self.step + 1)
        np.testing.assert_array_equal(self.history.training_loss().x, steps)
