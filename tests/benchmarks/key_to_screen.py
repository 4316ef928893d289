"""From a key to what it changes on the screen, pane by pane, while a worker trains at full speed."""

import re
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from nn.presets import find
from tests.benchmarks.report import SEED, Row, remark
from tests.benchmarks.runs import long_run, train
from tests.tui.real_terminal import RealTerminal
from tui.commands import BROWSE, CONFIGURE, DRAW, ERRORS, INSIDE, PANE_NAMES, RUNS, TRAIN

PRESSES = 200
BAR_SECONDS = 0.1
QUIET_SECONDS = 0.05
LABEL = re.compile(r"││ +([\d.e+-]+)┤")  # of the left chart, with Configure at its left
PAD = range(3, 17), range(44, 72)  # rows and columns of the pad in Draw
LIST = range(2, 6), 60  # rows of the list of runs, and a column in it

# Something on the screen: a key has been answered once it is there and other than before.
Look = Callable[[RealTerminal], object]
Walk = tuple[tuple[str, Look], ...]


def shows(words: str) -> Look:
    """Whether the words are on the screen."""
    return lambda terminal: words in terminal.text


def is_logarithmic(terminal: RealTerminal) -> bool:
    """Whether the labels of the loss axis are unequally far apart."""
    labels = [float(label) for label in LABEL.findall(terminal.text)]
    return len(labels) > 2 and not np.allclose(np.diff(labels), labels[1] - labels[0])


def is_linear(terminal: RealTerminal) -> bool:
    """Whether they are not."""
    return not is_logarithmic(terminal)


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
        ("j", shows("> 1 <dense>")),
        ("j", shows("> 2 <dense>")),
        ("k", shows("> 1 <dense>")),
        ("k", shows("> Preset")),
    ),
    TRAIN: (
        ("y", is_logarithmic),
        ("s", shows("curves smoothed much")),
        ("z", shows("last 5 epochs")),
        ("s", shows("curves not smoothed")),
        ("z", shows("last epoch")),
        ("y", is_linear),
        ("s", shows("curves smoothed some")),
        ("z", shows("all epochs")),
    ),
    BROWSE: (
        ("n", shows("image 1:")),
        ("l", shows("image 2:")),
        ("p", shows("image 1:")),
        ("h", shows("image 0:")),
    ),
    ERRORS: (
        ("j", shows("1 as 0:")),
        ("l", shows("1 as 1:")),
        ("h", shows("1 as 0:")),
        ("k", shows("0 as 0:")),
    ),
    INSIDE: (
        ("j", shows("dense2: ")),
        ("k", shows("dense1: ")),
        ("n", shows("image 1 ")),
        ("p", shows("image 0 ")),
    ),
    DRAW: (
        (" ", shows("pen down")),
        (DOWN, pad),
        (RIGHT, pad),
        (" ", shows("pen up")),
        ("c", shows("an empty pad")),
        (LEFT, pad),
        (UP, pad),
    ),
    RUNS: (("j", chosen_run), ("k", chosen_run)),
}
PANES: Walk = tuple(
    (str(number), shows(f"─ {number} {PANE_NAMES[number]} ─")) for number in (7, 3, 4, 5, 6, 2)
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
                terminal.when(lambda walk=walk: walk[-1][1](terminal) is not False)
                yield _row(PANE_NAMES[number], _press_all(terminal, walk))


def _press_all(terminal: RealTerminal, walk: Walk) -> list[tuple[str, float]]:
    """Each key with its seconds; between two keys a while that no tick of the app is in step with."""
    rng = np.random.default_rng(SEED)
    pressed: list[tuple[str, float]] = []
    for key, look in islice(cycle(walk), PRESSES):
        for chunk in terminal.read(rng.uniform(0.15, 0.5)):
            terminal.show(chunk)
        before = look(terminal)
        assert before is not True, f"{key!r} would change nothing:\n{terminal.text}"
        began = terminal.press(key)
        ended = terminal.when(
            lambda look=look, before=before: look(terminal) not in (before, False), pause=QUIET_SECONDS
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
