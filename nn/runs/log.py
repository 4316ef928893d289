"""The event log: one worker appends typed events to `events.jsonl`, any number of viewers tail it.

The writer holds the lock that means life. A line that a killed writer left unfinished is cut off by the next one.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

import msgspec

from nn.events import RunEvent
from nn.runs.store import RunError

LOCK_SECONDS = 2.0
_DECODER = msgspec.json.Decoder(RunEvent)


class EventWriter:
    """Appends events; there is one at a time, because it holds the run's lock from `open` to `close`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def open(cls, path: Path) -> Self:
        """Lock the log and cut off an unfinished last line; raises `RunError` where another worker holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        deadline = (
            time.monotonic() + LOCK_SECONDS
        )  # a viewer that asks whether we live holds it for an instant
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(descriptor)
                    raise RunError(f"{path.parent.name} already has a worker") from None
                time.sleep(0.02)
        size = os.fstat(descriptor).st_size
        os.ftruncate(descriptor, path.read_bytes().rfind(b"\n") + 1 if size else 0)
        return cls(descriptor)

    def write(self, event: RunEvent) -> None:
        """Append one line, in one write."""
        line = msgspec.json.encode(event) + b"\n"
        while line:
            line = line[os.write(self._descriptor, line) :]

    def close(self) -> None:
        """Give up the lock."""
        os.close(self._descriptor)


class EventReader:
    """Reads what was appended since the last look, whole lines only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def poll(self) -> list[RunEvent]:
        """The events that are new; lines that are no event (of another version) are passed over."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                content = file.read()
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        events: list[RunEvent] = []
        for line in whole.splitlines():
            try:
                events.append(_DECODER.decode(line))
            except msgspec.DecodeError:
                continue
        return events
