"""The app in a real terminal that can change its size, and the ways in which tests move in it."""

import re
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

from long_run import Watched
from real_terminal import APP, RealTerminal

from nn.runs.store import RunDirectory

SWITCH = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
ON_AT_FIRST = {7, 25}  # line wrap and cursor
STEP = re.compile(r"step ([\d,]+)")


class Terminal(RealTerminal):
    """A terminal that can change its size, and that tells whether its settings are those before the app."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(command, columns=columns, rows=rows, variables=variables)
        self._before = termios.tcgetattr(self._process.child_fd)  # Python itself takes longer than this

    @property
    def is_as_before(self) -> bool:
        """Whether settings, screen, cursor, mouse and every other mode are what they were."""
        settings = termios.tcgetattr(self._process.child_fd)
        keyboard_is_back = self.output.rfind(b"\x1b[<u") >= self.output.rfind(b"\x1b[>1u")
        modes_are_back = keyboard_is_back and self.modes == ON_AT_FIRST
        return self.is_given_back and settings == self._before and modes_are_back

    @property
    def modes(self) -> set[int]:
        """The private modes that are on after all that was written."""
        modes = set(ON_AT_FIRST)
        for numbers, end in SWITCH.findall(self.output):
            for number in map(int, numbers.split(b";")):
                (modes.add if end == b"h" else modes.discard)(number)
        return modes

    def resize(self, columns: int, rows: int) -> None:
        """As a person does who drags the window: the kernel sends SIGWINCH."""
        self.screen.resize(rows, columns)
        self._process.setwinsize(rows, columns)


def app(runs_dir: Path, *arguments: str | Path) -> list[str]:
    return [*APP, "--runs-dir", str(runs_dir), *map(str, arguments)]


def train_on(terminal: RealTerminal, run: RunDirectory) -> Watched:
    """Go on with the stopped run at the press of a key."""
    terminal.wait_for("stopped")
    terminal.press(" ")
    terminal.wait_for("training")
    watched = Watched(run)
    watched.wait_for_steps(20)
    return watched


def walk(terminal: Terminal) -> None:
    """Look at every pane, the help and the palette."""
    for key, seen in (
        ("1", "1 Configure"),
        ("2", "2 Train"),
        ("3", "3 Browse"),
        ("4", "4 Errors"),
        ("5", "5 Inside"),
        ("6", "6 Draw"),
        ("7", "7 Runs"),
    ):
        terminal.press(key)
        terminal.when(lambda seen=seen: f"{seen} -" in terminal.text or f"{seen} ─" in terminal.text)
    for key, seen in (("?", "Keys everywhere"), (":", "Everywhere:")):
        terminal.press(key)
        terminal.wait_for(seen)
        terminal.press("\x1b")
        terminal.when(lambda seen=seen: seen not in terminal.text)


def step_on_screen(terminal: RealTerminal) -> int:
    """The last step that the screen tells; 0 where it tells none."""
    found = STEP.search(terminal.text)
    return int(found.group(1).replace(",", "")) if found else 0
