"""Progress on standard error: lines that stay, and on a terminal one line that is drawn again and again.

Progress is worth nothing compared with a training, so a standard error that is gone or full is passed over.
"""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from tui.cli.output import clean
from tui.terminal.display import Display, needs_ascii
from tui.training.progress import bar

REDRAW_SECONDS = 0.25
BAR_CELLS = 30
ERASE = "\r\x1b[K"


class LiveLine:
    """Lines to a stream; where it is a terminal, a bar below them, drawn at most four times a second."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._clock = clock
        self._terminal = self._stream.isatty() and os.environ.get("TERM") not in (None, "", "dumb")
        self._display = Display(ascii=needs_ascii(self._stream.encoding or "ascii"))
        self._drawn: float | None = None
        self._there = False

    def __enter__(self) -> Self:
        """Nothing is drawn yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self.clear()

    def bar(self, share: float, text: str) -> None:
        """Draw a bar with a text behind it, unless one was drawn just now or nobody would see it."""
        now = self._clock()
        if not self._terminal or (self._drawn is not None and now - self._drawn < REDRAW_SECONDS):
            return
        line = f"{bar(min(share, 1.0), BAR_CELLS, self._display)} {clean(text)}"
        self._write(ERASE + line[: shutil.get_terminal_size().columns - 1])
        self._drawn, self._there = now, True

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self.clear()
        self._write(clean(text) + "\n")

    def clear(self) -> None:
        """Take the bar away, if there is one."""
        if self._there:
            self._write(ERASE)
            self._there = False

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)
            self._stream.flush()
