"""From a key to what it changes on the screen, pane by pane, while a worker trains at full speed."""

import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nn.presets import find
from tests.benchmarks.report import SEED, Row, remark
from tests.benchmarks.runs import long_run, train
from tests.tui.real_terminal import RealTerminal
from tui.commands import BROWSE, CONFIGURE, DRAW, ERRORS, INSIDE, PANE_NAMES, RUNS, TRAIN

PRESSES = 100
BAR_SECONDS = 0.1
QUIET_SECONDS = 0.05
CHART = range(6, 20), range(42, 78)  # rows and columns of the loss chart in Train
PAD = range(3, 17), range(44, 72)  # rows and columns of the pad in Draw
LIST = range(2, 6), 60  # rows of the list of runs, and a column in it


Part = Callable[[RealTerminal], object]


class Sign(NamedTuple):
    """By what a key's answer is known: the words are on the screen, and this part of it is another."""

    words: str = ""
    part: Part | None = None

    def is_seen(self, terminal: RealTerminal, before: object) -> bool:
        """Whether it is there; `before` is what `before` gave when the key was pressed."""
        return self.words in terminal.text and (self.part is None or self.part(terminal) != before)

    def before(self, terminal: RealTerminal) -> object:
        """The part as it is."""
        return None if self.part is None else self.part(terminal)


Walk = tuple[tuple[str, Sign], ...]


def chart(terminal: RealTerminal) -> list[str]:
    """The loss chart with its labels."""
    rows, columns = CHART
    return [terminal.screen.display[row][columns.start : columns.stop] for row in rows]


def pad(terminal: RealTerminal) -> list[tuple[str, str]]:
    """The colours of the pad's cells: the pen and what is drawn. The network's answer may stay the same."""
    rows, columns = PAD
    cells = [terminal.screen.buffer[row][column] for row in rows for column in columns]
    return [(cell.fg, cell.bg) for cell in cells]


def chosen_run(terminal: RealTerminal) -> list[str]:
    """The colours of the list of runs: the chosen one has its own."""
    rows, column = LIST
    return [terminal.screen.buffer[row][column].bg for row in rows]


UP, DOWN, RIGHT, LEFT = (f"\x1b[{letter}" for letter in "ABCD")
# Keys, and what each changes. A walk ends where it began, so that it can be walked again.
WALKS: dict[int, Walk] = {
    CONFIGURE: (
        ("j", Sign("> 1 <dense>")),
        ("j", Sign("> 2 <dense>")),
        ("k", Sign("> 1 <dense>")),
        ("k", Sign("> Preset")),
    ),
    TRAIN: (
        ("y", Sign("loss on a log axis", chart)),
        ("s", Sign("curves smoothed much")),
        ("z", Sign("last 5 epochs")),
        ("s", Sign("curves not smoothed")),
        ("z", Sign("last epoch")),
        ("y", Sign("loss on a linear axis", chart)),
        ("s", Sign("curves smoothed some")),
        ("z", Sign("all epochs")),
    ),
    BROWSE: (
        ("n", Sign("image 1:")),
        ("l", Sign("image 2:")),
        ("p", Sign("image 1:")),
        ("h", Sign("image 0:")),
    ),
    ERRORS: (
        ("j", Sign("1 as 0:")),
        ("l", Sign("1 as 1:")),
        ("h", Sign("1 as 0:")),
        ("k", Sign("0 as 0:")),
    ),
    INSIDE: (
        ("j", Sign("dense2: ")),
        ("k", Sign("dense1: ")),
        ("n", Sign("image 1 ")),
        ("p", Sign("image 0 ")),
    ),
    DRAW: (
        (" ", Sign("pen down")),
        (DOWN, Sign(part=pad)),
        (RIGHT, Sign(part=pad)),
        (" ", Sign("pen up")),
        ("c", Sign("an empty pad")),
        (LEFT, Sign(part=pad)),
        (UP, Sign(part=pad)),
    ),
    RUNS: (("j", Sign(part=chosen_run)), ("k", Sign(part=chosen_run))),
}
PANES: Walk = tuple(
    (str(number), Sign(f"─ {number} {PANE_NAMES[number]} ─")) for number in (7, 3, 4, 5, 6, 2)
)


def rows() -> Iterator[Row]:
    """One row for going from pane to pane, and one a pane."""
    with tempfile.TemporaryDirectory() as folder:
        train("first-minute", "training.epochs=1", runs_dir=Path(folder))  # so that there are two runs
        with (
            long_run(find("first-minute").config, Path(folder)),
            RealTerminal.open_app(Path(folder)) as terminal,
        ):
            terminal.wait_for("training", "dense1", "q quit")
            yield _row("another pane", _press_all(terminal, PANES))
            for number, walk in WALKS.items():
                terminal.press(str(number))
                terminal.wait_for(f"─ {number} {PANE_NAMES[number]} ─", walk[-1][1].words)
                yield _row(PANE_NAMES[number], _press_all(terminal, walk))


def _press_all(terminal: RealTerminal, walk: Walk) -> list[tuple[str, float]]:
    """Each key with its seconds; between two keys a while that no tick of the app is in step with."""
    rng = np.random.default_rng(SEED)
    pressed: list[tuple[str, float]] = []
    for key, sign in islice(cycle(walk), PRESSES):
        for chunk in terminal.read(rng.uniform(0.15, 0.5)):
            terminal.show(chunk)
        before = sign.before(terminal)
        assert not sign.is_seen(terminal, before), f"{key!r} would change nothing:\n{terminal.text}"
        began = terminal.press(key)
        ended = terminal.when(
            lambda sign=sign, before=before: sign.is_seen(terminal, before), pause=QUIET_SECONDS
        )
        pressed.append((key, ended - began))
    return pressed


def _row(what: str, pressed: list[tuple[str, float]]) -> Row:
    seconds = np.array([second for _, second in pressed])
    for key in dict.fromkeys(key for key, _ in pressed):
        times = [second * 1000 for other, second in pressed if other == key]
        remark(f"{what} {key!r}: median {np.median(times):.0f} ms, longest {max(times):.0f} ms")
    middle, high = np.percentile(seconds, (50, 95)) * 1000
    share = np.mean(seconds <= BAR_SECONDS)
    return Row(
        f"key to screen while first-minute trains: {what}",
        "95 % within 100 ms",
        f"{share:.1%} within 100 ms; median {middle:.0f} ms, 95th percentile {high:.0f} ms",
        f"{PRESSES} keys in a 120x36 pty, from the write to the bytes that show it",
    )
