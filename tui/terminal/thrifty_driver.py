"""The driver of a real terminal, which sends what draws the same for fewer bytes, and counts them."""

import os
import sys
from typing import Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal.thrift import Thrift


class ThriftyDriver(LinuxDriver):
    """Textual's own driver for Linux and macOS, but for what it writes.

    `bytes_written` counts what has gone to the terminal.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._begin_thrift()
        super().__init__(*arguments, **options)

    def _begin_thrift(self) -> None:
        self.bytes_written = 0
        self._thrift = Thrift()
        self._is_known = True

    def forget(self) -> None:
        """Take nothing for granted of what is on the screen: the next painting writes all of it."""
        self._is_known = False

    def write(self, data: str) -> None:
        """Write what draws the same as `data`."""
        if not self._is_known:
            self._is_known = True
            self._thrift.forget()
        self._thrift.fit(*self._size_now())
        new = self._thrift.changes(data)
        if new:
            self.bytes_written += len(new.encode())
            super().write(new)

    def process_message(self, message: Message) -> None:
        """A terminal that tells its new size may have moved what it shows."""
        if isinstance(message, events.Resize):
            self.forget()
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Asked for when the kernel says that the size has changed."""
        self.forget()
        return super()._get_terminal_size()

    def _size_now(self) -> tuple[int, int]:
        """Columns and rows; where the terminal is gone none, so that nothing is kept of it."""
        try:
            return os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2)
        except OSError:
            return (0, 0)
