"""`AsyncTrainer`, the async wrapper around a training: start or attach, follow its events, steer it, let go.

Every pane and every command goes through it. It only reads the run's log and sends commands, so however slow
its user is, the worker never waits.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

import msgspec

from nn.config import Config
from nn.events import RunEvent, RunFinished
from nn.files import reason
from nn.runs import control, store
from nn.runs.control import LET_GO, LOCK, Answer, Change, Epoch, Pause, Resume, Step, Stop
from nn.runs.log import EventReader
from nn.runs.store import ENDED, LOG_HEADER, RunDirectory, RunError

POLL_SECONDS = 0.05
LIFE_SECONDS = 0.5
REAP_SECONDS = 1.0
PauseAfter = Literal["step", "epoch"]


class WorkerLost(msgspec.Struct, frozen=True):
    """The worker went without a last word; `reason` is what its log or its exit says. It can be resumed."""

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

        def begin() -> Self:
            run = store.create(runs_dir, config, name)
            return cls._employ(run, followed=followed, pause_after=pause_after, epochs=None)

        return await asyncio.to_thread(begin)

    @classmethod
    async def resume(
        cls,
        run: RunDirectory,
        *,
        epochs: int | None = None,
        followed: bool = False,
        pause_after: PauseAfter | None = None,
    ) -> Self:
        """Give a run that has no worker a new one, from its checkpoint on.

        Raises `RunError` where it has a worker, or more than `epochs` epochs behind it.
        """
        if run.is_alive():
            raise RunError(f"the run {run.path.name} is training already")
        done = run.record().epoch
        if epochs is not None and epochs < done:
            raise RunError(f"training.epochs is {epochs}; allowed: at least {done}, which are over already")
        return await asyncio.to_thread(
            cls._employ, run, followed=followed, pause_after=pause_after, epochs=epochs
        )

    @classmethod
    async def attach(cls, run: RunDirectory) -> Self:
        """Follow a run as it is, alive or ended; events come from its beginning."""
        return cls(run)

    @classmethod
    def _employ(
        cls, run: RunDirectory, *, followed: bool, pause_after: PauseAfter | None, epochs: int | None
    ) -> Self:
        """Write what the worker should know into the record, and start it in a session of its own.

        The worker inherits the lock, so the run is alive from here on without a gap.
        """
        lock = store.lock(run.events_path)
        try:
            record = msgspec.structs.replace(
                run.record(), state="starting", reason=None, pause_after=pause_after, epochs_wanted=epochs
            )
            run.write_record(record)
            with run.log_path.open("ab", buffering=0) as log:
                log.write(f"{LOG_HEADER}started {datetime.now():%Y-%m-%d %H:%M:%S}\n".encode())
                process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "nn.runs.worker", str(run.path)],
                    bufsize=0,
                    stdin=subprocess.PIPE if followed else subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=(lock,),
                    env={**os.environ, LOCK: str(lock)},
                )
        except OSError as error:
            raise RunError(f"the run {run.path.name} cannot start: {reason(error)}") from None
        finally:
            os.close(lock)
        # Somebody must wait for a child, or it stays a zombie for as long as this process lives.
        threading.Thread(target=process.wait, daemon=True).start()
        return cls(run, process)

    @property
    def is_alive(self) -> bool:
        """Whether there is a worker: it holds the lock from before its start to its end."""
        return self.run.is_alive()

    async def events(self) -> AsyncGenerator[RunEvent | WorkerLost]:
        """Everything the run has told and tells, until its worker is gone; `WorkerLost` if unannounced."""
        reader = EventReader(self.run.events_path)
        last: RunEvent | None = None
        alive, looked = True, time.monotonic()
        while True:
            if isinstance(last, RunFinished) or time.monotonic() - looked >= LIFE_SECONDS:
                alive, looked = self.is_alive, time.monotonic()
            news = reader.poll()
            for event in news:
                last = event
                yield event
            if not alive and not news:
                break
            await asyncio.sleep(0 if news else POLL_SECONDS)
        await self._part()
        if not self._has_said_goodbye(last):
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

    async def change(
        self, *, rate_times: float | None = None, epochs: int | None = None, patience: int | None = None
    ) -> Answer:
        """Multiply the learning rate, or set the number of epochs or the patience, while the run goes on."""
        command = Change(rate_times=rate_times, epochs=epochs, patience=patience)
        return await control.send(self.run.path, command)

    async def stop(self, reason: str = "asked to stop") -> Answer:
        """Save and end the worker."""
        return await control.send(self.run.path, Stop(reason=reason))

    def let_go(self) -> None:
        """Leave the worker to itself: it goes on when this process ends."""
        pipe = self._process.stdin if self._process else None
        if pipe is not None and not pipe.closed:
            with contextlib.suppress(BrokenPipeError), pipe:
                pipe.write(LET_GO)

    def desert(self) -> bool:
        """Close the pipe to a worker without a word, so that it saves and stops; whether there was a pipe.

        For a followed worker that hears no command.
        """
        pipe = self._process.stdin if self._process else None
        if pipe is None or pipe.closed:
            return False
        pipe.close()
        return True

    async def _part(self) -> None:
        """The worker has given up its lock: wait a moment for its exit code, and close the pipe to it."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, REAP_SECONDS)
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _has_said_goodbye(self, last: RunEvent | None) -> bool:
        """Whether the last event was this worker's; a record that is not closed means it was another's."""
        if not isinstance(last, RunFinished):
            return False
        try:
            return self.run.record().state in ENDED
        except RunError:
            return True

    def _death_reason(self) -> str:
        """What is known of the worker's end: its signal where we are its parent, and its log's last line."""
        code = self._process.poll() if self._process is not None else None
        killed = f"killed by {signal.Signals(-code).name}" if code is not None and code < 0 else ""
        words = self.run.last_words()
        return ": ".join(part for part in (killed, words) if part) or "killed from outside: its log is empty"
