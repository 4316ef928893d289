"""A trainer that trains nothing: it tells what a test says, and notes what it was asked to do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar, Self

from scripted_events import finished

from nn.config import Config
from nn.events import Changed, Continued, Paused, RunEvent, RunFinished
from nn.runs import store
from nn.runs.client import PauseAfter, WorkerLost
from nn.runs.control import Answer, ControlError
from nn.runs.log import EventReader
from nn.runs.store import RunDirectory


class ScriptedTrainer:
    """In place of `AsyncTrainer`: tells what is in the run's log, then what the test says; notes commands.

    A command is answered with the event that a worker would tell, or refused with `refusal`.
    """

    made: ClassVar[list["ScriptedTrainer"]] = []
    refusal: ClassVar[str | None] = None

    def __init__(self, run: RunDirectory, how: str, pause_after: PauseAfter | None = None) -> None:
        self.run = run
        self.how = how
        self.pause_after = pause_after
        self.commands: list[tuple[Any, ...]] = []
        self.is_followed = False
        self._told: asyncio.Queue[RunEvent | WorkerLost] = asyncio.Queue()
        self._step = 0
        self.made.append(self)

    @classmethod
    async def start(
        cls, config: Config, *, runs_dir: Path, name: str, pause_after: PauseAfter | None = None
    ) -> Self:
        return cls(store.create(runs_dir, config, name), "start", pause_after)

    @classmethod
    async def resume(cls, run: RunDirectory, *, pause_after: PauseAfter | None = None) -> Self:
        return cls(run, "resume", pause_after)

    @classmethod
    async def attach(cls, run: RunDirectory) -> Self:
        return cls(run, "attach")

    def tell(self, *told: RunEvent | WorkerLost) -> None:
        """What the worker does next."""
        for event in told:
            self._told.put_nowait(event)

    async def events(self) -> AsyncIterator[RunEvent | WorkerLost]:
        self.is_followed = True
        for event in EventReader(self.run.events_path).poll():
            self._step = event.step
            yield event
            if isinstance(event, RunFinished) and self.how == "attach":
                return
        while True:
            event = await self._told.get()
            self._step = getattr(event, "step", self._step)
            yield event
            if isinstance(event, RunFinished | WorkerLost):
                return

    async def pause(self) -> Answer:
        return self._take(("pause",), Paused(step=self._step))

    async def go_on(self) -> Answer:
        return self._take(("go_on",), Continued(step=self._step))

    async def step(self) -> Answer:
        return self._take(("step",), Paused(step=self._step))

    async def finish_epoch(self) -> Answer:
        return self._take(("finish_epoch",))

    async def change(
        self, *, rate_times: float | None = None, epochs: int | None = None, patience: int | None = None
    ) -> Answer:
        return self._take(
            ("change", rate_times, epochs, *([] if patience is None else [patience])),
            Changed(
                step=self._step, rate_factor=rate_times or 1.0, epochs=epochs or 5, patience=patience or 0
            ),
        )

    async def stop(self, reason: str = "asked to stop") -> Answer:
        return self._take(("stop", reason), finished("stopped", self._step, reason))

    def _take(self, command: tuple[Any, ...], *told: RunEvent) -> Answer:
        if self.refusal is not None:
            raise ControlError(self.refusal)
        self.commands.append(command)
        self.tell(*told)
        return Answer(step=self._step)
