"""A steering with a session, as the app would have them, without a screen."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from scripted_events import before, started, steps
from scripted_trainer import ScriptedTrainer

from nn.config import Config
from tui.loading import Loader
from tui.session import Session
from tui.steering import Steering


class Hand:
    """A steering with a session, as the app would have them."""

    def __init__(self, runs_dir: Path, config: Config) -> None:
        self.session = Session(config, "first-minute", runs_dir)
        self.changes = 0
        self.steering = Steering(self.session, Loader(self.session, self.count), self.follow, self.count)
        self.following: asyncio.Task[None] | None = None

    def count(self) -> None:
        self.changes += 1

    def follow(self) -> None:
        if self.following is not None:
            self.following.cancel()
        self.following = asyncio.create_task(self.steering.shown.follow())

    async def until(self, state: str) -> None:
        await until(lambda: self.session.history.state == state)


async def until(condition: Callable[[], object]) -> None:
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came about")


async def running(hand: Hand, trainers: list[ScriptedTrainer]) -> ScriptedTrainer:
    """A run that trains."""
    await hand.steering.train()
    trainers[-1].tell(started(), before(), steps(10))
    await hand.until("running")
    return trainers[-1]
