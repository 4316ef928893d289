"""A program in a real pseudo-terminal: what it writes, when, and what a person would see of it.

Reading is up to the caller: between two calls nothing is read, as with a connection that stalls.
"""

import os
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import pexpect
import pyte

APP = (sys.executable, "-P", "-m", "tui")
READ_BYTES = 1 << 16
LONGEST_WAIT = 60.0  # seconds; generous, because machines are shared
LONGEST_BURST = 1.0


class Chunk(NamedTuple):
    """Bytes as they came, and when, in seconds of `time.perf_counter`."""

    time: float
    content: bytes


class RealTerminal:
    """A process as the leader of its own session, in a terminal of `columns` x `rows` and 24-bit colour."""

    def __init__(
        self, command: Sequence[str], *, columns: int, rows: int, variables: Mapping[str, str] | None = None
    ) -> None:
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(variables or {})}
        # NO_COLOR is a person's choice; the other two would be the size of the terminal that pytest runs in.
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(name, None)
        self.screen = pyte.Screen(columns, rows)
        self.output = b""
        self.started = time.perf_counter()
        self._stream = pyte.ByteStream(self.screen)
        self._is_over = False  # whether there is anybody who could still write
        self._process: pexpect.spawn[bytes] = pexpect.spawn(
            command[0], list(command[1:]), dimensions=(rows, columns), env=environment, timeout=None
        )
        self._process.delaybeforesend = None

    @classmethod
    def open_app(cls, runs_dir: Path, *arguments: str, columns: int = 120, rows: int = 36) -> Self:
        """The app on the runs in `runs_dir`."""
        return cls([*APP, "--runs-dir", str(runs_dir), *arguments], columns=columns, rows=rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        return "\n".join(self.screen.display)

    @property
    def is_given_back(self) -> bool:
        """Whether the terminal is as a shell wants it: lines edited and echoed, the first screen back."""
        local_modes: int = termios.tcgetattr(self._process.child_fd)[3]
        is_first = self.output.rfind(b"\x1b[?1049l") > self.output.rfind(b"\x1b[?1049h")
        return is_first and bool(local_modes & termios.ICANON and local_modes & termios.ECHO)

    def press(self, keys: str) -> float:
        """Type, and return when."""
        now = time.perf_counter()
        self._process.send(keys)
        return now

    def read(self, seconds: float, *, pause: float = LONGEST_WAIT) -> list[Chunk]:
        """What comes within so many seconds, not shown yet; less where nothing comes for `pause` seconds."""
        deadline, chunks = time.perf_counter() + seconds, list[Chunk]()
        while (left := deadline - time.perf_counter()) > 0 and not self._is_over:
            if select.select([self._process.child_fd], [], [], min(left, pause))[0]:
                chunks += self._read_one()
            elif pause < left:
                break
        return chunks

    def show(self, chunk: Chunk) -> None:
        """Put what was read on the screen."""
        self.output += chunk.content
        self._stream.feed(chunk.content)

    def when(self, seen: Callable[[], bool], *, pause: float = 0.02, seconds: float = LONGEST_WAIT) -> float:
        """Read until the screen is as wanted; when the bytes came that made it so, in `time.perf_counter`.

        What comes is put on the screen once nothing more has come for `pause` seconds (or after a second), so
        that meanwhile the program has the processor. Raises `AssertionError` with the screen.
        """
        if seen():
            return time.perf_counter()
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline and not self._is_over:
            found: float | None = None
            for chunk in self.read(LONGEST_BURST, pause=pause):
                self.show(chunk)
                if found is None and seen():
                    found = chunk.time
            if found is not None:
                return found
        raise AssertionError(f"not seen within {seconds:g} s; the screen is:\n{self.text}")

    def wait_for(self, *texts: str) -> None:
        """Read until all of these are on the screen."""
        self.when(lambda: all(text in self.text for text in texts))

    def send_signal(self, number: signal.Signals) -> None:
        """Signal the process alone."""
        self._process.kill(number)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped connection does: the kernel sends SIGHUP to the process."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self._process.child_fd)  # so that pexpect has something left to close
        os.close(nowhere)

    def wait_until_ended(self) -> int:
        """Read on until the process ends; its exit code, or minus the signal that killed it."""
        deadline = time.perf_counter() + LONGEST_WAIT
        while self._process.isalive():
            assert time.perf_counter() < deadline, f"it does not end; the screen is:\n{self.text}"
            for chunk in self.read(0.05):
                self.show(chunk)
        for chunk in self.read(0.2):
            self.show(chunk)
        code = self._process.exitstatus
        return code if code is not None else -(self._process.signalstatus or 0)

    def close(self) -> None:
        """End the process without asking, if it still runs."""
        if self._process.isalive():
            self.send_signal(signal.SIGKILL)
        self._process.close()

    def _read_one(self) -> list[Chunk]:
        """The bytes that are there; none at the end."""
        try:
            content = os.read(self._process.child_fd, READ_BYTES)
        except OSError:  # how Linux says that nobody has the terminal open any more
            content = b""
        self._is_over = not content
        return [Chunk(time.perf_counter(), content)] if content else []
