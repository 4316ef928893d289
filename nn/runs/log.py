"""The event log: one worker appends typed events to `events.jsonl`, any number of viewers tail it.

The writer holds the lock that means life. A line that a killed writer left unfinished is cut off by the next.
"""

import os
from pathlib import Path
from typing import Self

import msgspec

from nn.events import RunEvent
from nn.runs import store

READ_BYTES = 1 << 20
_DECODER = msgspec.json.Decoder(RunEvent)


class EventWriter:
    """Appends events; there is one at a time, because it holds the run's lock from `open` to `close`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def open(cls, path: Path, inherited: int | None = None) -> Self:
        """Lock the log and cut off an unfinished last line; raises `RunError` where another worker holds it.

        `inherited` is the log's descriptor where the process that started this one has locked it already.
        """
        descriptor = store.lock(path) if inherited is None else inherited
        os.ftruncate(descriptor, path.read_bytes().rfind(b"\n") + 1)
        return cls(descriptor)

    def write(self, event: RunEvent) -> None:
        """Append one line, whole or not at all; raises `OSError` where the disk does not take it."""
        line = msgspec.json.encode(event) + b"\n"
        size = os.fstat(self._descriptor).st_size
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError:
            os.ftruncate(self._descriptor, size)
            raise

    def sync(self) -> None:
        """Wait until the disk has what was written: a checkpoint may not outlive its events."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Give up the lock."""
        os.close(self._descriptor)


class EventReader:
    """Reads what was appended since the last look, whole lines only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def poll(self) -> list[RunEvent]:
        """The events that are new, a megabyte of them at most; nothing when there are none.

        Lines that are no event (of another version) are passed over.
        """
        while whole := self._whole_lines():
            if events := [event for line in whole.splitlines() if (event := _decoded(line)) is not None]:
                return events
        return []

    def _whole_lines(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                content = file.read(READ_BYTES)
                if b"\n" not in content:  # a line longer than a megabyte, or the end
                    content += file.read()
        except FileNotFoundError:
            return b""
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole


def read_all(path: Path) -> list[RunEvent]:
    """Every event that a log has at this moment, however long it is."""
    reader, events = EventReader(path), list[RunEvent]()
    while news := reader.poll():
        events += news
    return events


def _decoded(line: bytes) -> RunEvent | None:
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors, bytes that are not UTF-8 too
        return None
