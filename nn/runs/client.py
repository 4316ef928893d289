"""`AsyncTrainer`, the async wrapper around a training: start or attach, follow its events, steer it, let it go.

Every pane and every command goes through it. It only reads the run's log and sends commands, so however slow its user
is, the worker never waits.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, Self

import msgspec

from nn.config import Config
from nn.events import RunEvent, RunFinished
from nn.network import describe, parameter_count
from nn.runs import control, store
from nn.runs.control import Answer, Change, Epoch, Pause, Resume, Step, Stop
from nn.runs.log import EventReader
from nn.runs.store import RunDirectory, RunError
from nn.runs.worker import LET_GO

POLL_SECONDS = 0.05
LIFE_SECONDS = 0.5
PauseAfter = Literal["step", "epoch"]


class WorkerLost(msgspec.Struct, frozen=True):
    """The worker is gone without a last word; `reason` is what its log or its exit says. The run can be resumed."""

    reason: str


class AsyncTrainer:
    """One run as seen from outside; `events` is for one consumer, commands may come from anywhere."""

    def __init__(self, run: RunDirectory, process: "subprocess.Popen[bytes] | None" = None) -> None:
        """Use `start`, `resume` or `attach`; `process` is the worker where this process is its parent."""
        self.run = run
        self._process = process

    @classmethod
    async def start(
        cls,
        config: Config,
        *,
        runs_dir: Path,
        name: str,
        followed: bool = False,
        pause_after: PauseAfter | None = None,
    ) -> Self:
        """Create a run and its worker; a `followed` worker stops when this process ends without letting go.

        Raises `RunError`, and `ConfigError` for a network that cannot be.
        """
        parameters = parameter_count(config.network)
        run = store.create(runs_dir, config, name, network=describe(config.network), parameters=parameters)
        return cls._employ(run, followed=followed, pause_after=pause_after, epochs=None)

    @classmethod
    async def resume(
        cls,
        run: RunDirectory,
        *,
        epochs: int | None = None,
        followed: bool = False,
        pause_after: PauseAfter | None = None,
    ) -> Self:
        """Give a run that has no worker a new one, from its checkpoint on; raises `RunError` where it has one."""
        if run.is_alive():
            raise RunError(f"the run {run.path.name} is training already")
        return cls._employ(run, followed=followed, pause_after=pause_after, epochs=epochs)

    @classmethod
    async def attach(cls, run: RunDirectory) -> Self:
        """Follow a run as it is, alive or ended; events come from its beginning."""
        return cls(run)

    @classmethod
    def _employ(
        cls, run: RunDirectory, *, followed: bool, pause_after: PauseAfter | None, epochs: int | None
    ) -> Self:
        """Write what the worker should know into the record, and start it in a session of its own."""
        record = msgspec.structs.replace(
            run.record(), state="starting", reason=None, pause_after=pause_after, epochs_wanted=epochs
        )
        run.write_record(record)
        with run.log_path.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "nn.runs.worker", str(run.path)],
                stdin=subprocess.PIPE if followed else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return cls(run, process)

    @property
    def is_alive(self) -> bool:
        """Whether there is a worker: one that holds the lock, or one of ours that is still starting."""
        if self._process is not None and self._process.poll() is None:
            return True
        return self.run.is_alive()

    async def events(self) -> AsyncIterator[RunEvent | WorkerLost]:
        """Everything the run has told and tells, until its worker is gone; `WorkerLost` if that came unannounced."""
        reader = EventReader(self.run.events_path)
        last: RunEvent | None = None
        looked = time.monotonic()
        while True:
            alive = True
            if time.monotonic() - looked >= LIFE_SECONDS or isinstance(last, RunFinished):
                alive, looked = self.is_alive, time.monotonic()
            news = reader.poll()
            for event in news:
                last = event
                yield event
            if not alive:
                break
            if not news:
                await asyncio.sleep(POLL_SECONDS)
        if not isinstance(last, RunFinished):
            yield WorkerLost(self._death_reason())

    async def pause(self) -> Answer:
        """Pause after the step under way; raises `ControlError`, as all commands do."""
        return await control.send(self.run.path, Pause())

    async def go_on(self) -> Answer:
        """Go on after a pause."""
        return await control.send(self.run.path, Resume())

    async def step(self) -> Answer:
        """Train one batch, then pause."""
        return await control.send(self.run.path, Step())

    async def finish_epoch(self) -> Answer:
        """Train to the end of the epoch, then pause."""
        return await control.send(self.run.path, Epoch())

    async def change(self, *, rate_times: float | None = None, epochs: int | None = None) -> Answer:
        """Multiply the learning rate, or set the number of epochs, while the run goes on."""
        return await control.send(self.run.path, Change(rate_times=rate_times, epochs=epochs))

    async def stop(self, reason: str = "asked to stop") -> Answer:
        """Save and end the worker."""
        return await control.send(self.run.path, Stop(reason=reason))

    def let_go(self) -> None:
        """Leave the worker to itself: it goes on when this process ends."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.closed:
            try:
                process.stdin.write(LET_GO)
                process.stdin.close()
            except BrokenPipeError:
                return

    def _death_reason(self) -> str:
        code = self._process.poll() if self._process is not None else None
        words = self.run.last_words()
        if words:
            return words
        if code is not None and code < 0:
            return f"killed by signal {-code}"
        return "killed from outside: its log is empty"
