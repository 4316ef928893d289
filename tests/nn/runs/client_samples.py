"""Trainings of real workers by the async wrapper: started, and followed to an event or to the end."""

from contextlib import aclosing
from pathlib import Path

from run_samples import small_config

from nn.events import RunEvent
from nn.runs.client import AsyncTrainer, WorkerLost


async def start(tmp_path: Path, folder: Path, epochs: int = 2, *, followed: bool = False) -> AsyncTrainer:
    config = small_config(folder, epochs=epochs)
    return await AsyncTrainer.start(config, runs_dir=tmp_path, name="test", followed=followed)


async def until(trainer: AsyncTrainer, kind: type) -> object:
    """Follow to the first event of a kind."""
    async with aclosing(trainer.events()) as events:
        async for event in events:
            if isinstance(event, kind):
                return event
    raise AssertionError(f"no {kind.__name__} came")


async def follow(trainer: AsyncTrainer) -> list[RunEvent | WorkerLost]:
    """Everything to the end."""
    return [event async for event in trainer.events()]
