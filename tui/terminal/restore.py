"""Gives the terminal back when a signal ends the program: its mode, its screen, its cursor and its mouse.

The signal handler only writes a byte to a pipe; a thread that waits there does the rest, so it works even
while the main thread is blocked because the terminal does not read.
"""

import contextlib
import os
import signal
import sys
import termios
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
WRITE_LIMIT = 3.0  # seconds to wait for a terminal that does not read
_RETRY = 0.02  # seconds between two tries

# CAN ends an escape sequence that was cut off; then all that Textual switched on goes off: mouse, pixels,
# paste, focus, resize and synchronised output, the kitty keyboard; line wrap returns, the alternate screen
# is left, the cursor shows.
RESTORE = (
    b"\x18"
    + b"".join(b"\x1b[?%dl" % mode for mode in (1000, 1002, 1003, 1006, 1015, 1016, 2004, 1004, 2048, 2026))
    + b"\x1b[<u\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l"
)


@dataclass(frozen=True)
class SavedTerminal:
    """The state of the terminal on standard input before the UI started; `attributes` as of tcgetattr."""

    attributes: list[Any]

    def restore(self) -> None:
        """Put back mode, screen, cursor and mouse; gives up on a terminal that is gone or does not read.

        Frames still to come vanish: standard error, on which Textual draws, leads to nowhere afterwards.
        """
        with contextlib.suppress(OSError):
            _silence(2)
        try:
            # A descriptor of its own: O_NONBLOCK on a shared one would leak into the person's shell.
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError:
            return
        try:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(terminal, termios.TCSANOW, self.attributes)
            _write(terminal, RESTORE, time.monotonic() + WRITE_LIMIT)
            with contextlib.suppress(termios.error):
                termios.tcflush(terminal, termios.TCIFLUSH)
        finally:
            os.close(terminal)


def save() -> SavedTerminal | None:
    """The state of the terminal on standard input; None if that is no terminal."""
    try:
        return SavedTerminal(termios.tcgetattr(0))
    except termios.error:
        return None


@contextlib.contextmanager
def guarded_terminal() -> Iterator[None]:
    """Inside, SIGTERM, SIGHUP, SIGQUIT and SIGINT restore the terminal and exit with 128 + n.

    An exception that comes through restores it too, and goes on; then nothing of the terminal is left to
    draw on, but standard error is. To be entered in the main thread, before the app starts.
    """
    saved = save()
    if saved is None:
        yield
        return
    with _watching(saved):
        try:
            yield
        except SystemExit:
            raise  # the app ended by itself, and Textual has tidied up
        except BaseException:
            error_output = os.dup(2)
            saved.restore()
            os.dup2(error_output, 2)
            os.close(error_output)
            raise


@contextlib.contextmanager
def drawing_on_output() -> Iterator[None]:
    """Inside, standard error leads to the terminal on standard output: Textual draws on standard error.

    Without this `mnist-tui 2> errors.txt` would draw into the file, and the person would see nothing.
    """
    if os.isatty(2):
        yield
        return
    elsewhere = os.dup(2)
    os.dup2(1, 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(elsewhere, 2)
        os.close(elsewhere)


@contextlib.contextmanager
def _watching(saved: SavedTerminal) -> Iterator[None]:
    """Handle the signals by a thread that waits at a pipe; put the old handlers back afterwards."""
    reading, writing = os.pipe()
    # A handler must never wait: when the pipe is full the thread has long been told.
    os.set_blocking(writing, False)
    watchdog = threading.Thread(target=_watch, args=(reading, saved), name="terminal-watchdog", daemon=True)
    watchdog.start()

    def tell(number: int, _frame: object) -> None:
        with contextlib.suppress(OSError):
            os.write(writing, bytes([number]))

    before = {number: signal.signal(number, tell) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writing)  # the thread reads the end of the pipe, and ends
        watchdog.join()
        os.close(reading)


def _watch(reading: int, saved: SavedTerminal) -> None:
    """Wait for the number of a signal; restore the terminal and end the process."""
    # A process in the background that sets the terminal's mode would be stopped by SIGTTOU.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    told = os.read(reading, 1)
    if told:
        try:
            saved.restore()
        finally:
            os._exit(128 + told[0])


def _silence(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _write(descriptor: int, data: bytes, deadline: float) -> None:
    """Write to a non-blocking descriptor, trying again until the deadline."""
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:
            if time.monotonic() > deadline:
                return
            time.sleep(_RETRY)
        except OSError:
            return
