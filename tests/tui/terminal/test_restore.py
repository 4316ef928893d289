"""A real pseudo-terminal: whatever signal ends the app, the shell gets its terminal back."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyte
import pyte.modes
import pytest

from tui.terminal.restore import RESTORE, SIGNALS

pytestmark = pytest.mark.pty

ROOT = Path(__file__).parents[2]

# It fills the screen anew twenty times a second, so that a reader who stops soon stalls it.
APP = textwrap.dedent("""
    import sys
    from textual.app import App
    from textual.widgets import Static
    from tui.terminal.restore import guarded_terminal

    class Busy(App):
        def compose(self):
            yield Static()
        def on_mount(self):
            self.frame = 0
            self.set_interval(0.05, self.paint)
        def paint(self):
            self.frame += 1
            self.query_one(Static).update("\\n".join(f"ready {self.frame} " * 9 for _ in range(20)))
            if "crash" in sys.argv:
                raise RuntimeError("crashed on purpose")

    with guarded_terminal():
        if "outside" in sys.argv:
            sys.stderr.write("\\x1b[?1049h\\x1b[?1000h\\x1b[?25lready")
            sys.stderr.flush()
            import tty
            tty.setraw(0)
            raise KeyError("past Textual")
        app = Busy()
        app.run()
        sys.exit(app.return_code)
""")


@dataclass
class Session:
    process: subprocess.Popen[bytes]
    master: int
    slave: int
    before: list[Any]
    output: bytes = b""

    def read_until(self, wanted: bytes, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while wanted not in self.output:
            assert time.monotonic() < deadline, f"{wanted!r} not in {self.output[-300:]!r}"
            self.read_some()

    def read_some(self) -> None:
        if select.select([self.master], [], [], 0.1)[0]:
            self.output += os.read(self.master, 65536)

    def read_until_dead(self) -> None:
        deadline = time.monotonic() + 20
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read_some()
        while select.select([self.master], [], [], 0)[0]:
            self.output += os.read(self.master, 65536)

    def stall(self) -> None:
        """Read no more until the terminal's buffer is full and the process no longer draws."""
        deadline = time.monotonic() + 20
        while select.select([], [self.slave], [], 0)[1]:
            assert time.monotonic() < deadline, "the buffer does not fill"
            select.select([], [], [], 0.02)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)


def start(tmp_path: Path, *arguments: str) -> Session:
    script = tmp_path / "busy.py"
    script.write_text(APP)
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
    process = subprocess.Popen(
        # A session leader takes the first terminal that it opens as its own.
        [
            sys.executable,
            "-c",
            "import os, sys; os.setsid(); os.close(os.open(os.ttyname(0), os.O_RDWR)); "
            "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])",
            str(script),
            *arguments,
        ],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
    )
    return Session(process, master, slave, termios.tcgetattr(slave))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = start(tmp_path)
    yield session
    session.close()


def assert_restored(session: Session) -> None:
    assert termios.tcgetattr(session.slave) == session.before
    assert session.output.endswith(RESTORE)
    assert b"\x1b[?1049h" in session.output


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_restores_a_healthy_terminal(session: Session, number: signal.Signals) -> None:
    session.read_until(b"ready 3")
    assert termios.tcgetattr(session.slave) != session.before
    session.process.send_signal(number)
    session.read_until_dead()
    assert session.process.returncode == 128 + number
    assert_restored(session)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_restores_a_terminal_that_reads_again(session: Session, number: signal.Signals) -> None:
    session.read_until(b"ready 3")
    session.stall()
    session.process.send_signal(number)
    session.read_until_dead()
    assert session.process.returncode == 128 + number
    assert_restored(session)


def test_a_terminal_that_never_reads_again_does_not_hold_the_process(session: Session) -> None:
    session.read_until(b"ready 3")
    session.stall()
    session.process.send_signal(signal.SIGTERM)
    assert session.process.wait(timeout=20) == 128 + signal.SIGTERM
    assert termios.tcgetattr(session.slave) == session.before


def test_a_terminal_that_hangs_up_ends_the_process(session: Session) -> None:
    session.read_until(b"ready 3")
    os.close(session.slave)
    os.close(session.master)
    session.slave = session.master = -1
    assert session.process.wait(timeout=20) == 128 + signal.SIGHUP


def test_after_a_signal_the_screen_is_the_shells_again(session: Session) -> None:
    session.read_until(b"ready 3")
    session.process.send_signal(signal.SIGTERM)
    session.read_until_dead()
    switched_on = set()
    for mode in (1000, 1002, 1003, 1006, 1015, 1016, 1004, 1049, 2004, 2026, 2048):
        last_on, last_off = (session.output.rfind(b"\x1b[?%d%c" % (mode, end)) for end in (b"h", b"l"))
        if last_on > last_off:
            switched_on.add(mode)
    assert not switched_on
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(session.output)
    assert not screen.cursor.hidden
    assert pyte.modes.DECAWM in screen.mode


def test_a_crash_in_the_app_leaves_a_usable_terminal(tmp_path: Path) -> None:
    session = start(tmp_path, "crash")
    try:
        session.read_until_dead()
        assert session.process.returncode == 1
        assert termios.tcgetattr(session.slave) == session.before
        assert session.output.rfind(b"\x1b[?1049l") > session.output.rfind(b"\x1b[?1049h")
        assert b"crashed on purpose" in session.output
    finally:
        session.close()


def test_an_exception_past_textual_restores_and_is_still_told(tmp_path: Path) -> None:
    session = start(tmp_path, "outside")
    try:
        session.read_until_dead()
        assert session.process.returncode == 1
        assert termios.tcgetattr(session.slave) == session.before
        restored = session.output.index(RESTORE)
        assert b"past Textual" in session.output[restored:]
    finally:
        session.close()
