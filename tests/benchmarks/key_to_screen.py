"""From a key to what it changes on the screen, while a worker trains at full speed."""

import re
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from nn.presets import find
from tests.benchmarks.report import SEED, Row, remark
from tests.benchmarks.runs import long_run
from tests.tui.real_terminal import RealTerminal

PRESSES = 200
BAR_SECONDS = 0.1
QUIET_SECONDS = 0.05
PRESETS = ("first-minute", "classic-three-hidden")
LABEL = re.compile(r"││ +([\d.e+-]+)┤")  # of the left chart, with Configure at its left

Seen = Callable[[str], bool]


def shows(words: str) -> Seen:
    """Whether the words are on the screen."""
    return lambda text: words in text


def is_logarithmic(text: str) -> bool:
    """Whether the labels of the loss axis are unequally far apart."""
    labels = [float(label) for label in LABEL.findall(text)]
    return len(labels) > 2 and not np.allclose(np.diff(labels), labels[1] - labels[0])


# A key, and what it brings to the screen: panes, ways to look at the curves, moving among images and cells.
# It ends where it began, so that it can be walked again.
WALK: tuple[tuple[str, Seen], ...] = (
    ("7", shows("─ 7 Runs ─")),
    ("2", shows("─ 2 Train ─")),
    ("y", is_logarithmic),
    ("s", shows("curves smoothed much")),
    ("z", shows("last 5 epochs")),
    ("s", shows("curves not smoothed")),
    ("z", shows("last epoch")),
    ("y", lambda text: not is_logarithmic(text)),
    ("s", shows("curves smoothed some")),
    ("z", shows("all epochs")),
    ("3", shows("─ 3 Browse ─")),
    ("n", shows("image 1:")),
    ("l", shows("image 2:")),
    ("p", shows("image 1:")),
    ("h", shows("image 0:")),
    ("4", shows("─ 4 Errors ─")),
    ("j", shows("1 as 0:")),
    ("l", shows("1 as 1:")),
    ("h", shows("1 as 0:")),
    ("k", shows("0 as 0:")),
)


def rows() -> Iterator[Row]:
    """One row a network."""
    for preset in PRESETS:
        with (
            tempfile.TemporaryDirectory() as folder,
            long_run(find(preset).config, Path(folder)),
            RealTerminal.open_app(Path(folder)) as terminal,
        ):
            terminal.wait_for("training", "dense1", "q quit")
            yield _row(preset, _press_all(terminal))


def _press_all(terminal: RealTerminal) -> list[tuple[str, float]]:
    """Each key with its seconds; between two keys a while that no tick of the app is in step with."""
    rng = np.random.default_rng(SEED)
    pressed: list[tuple[str, float]] = []
    for key, seen in islice(cycle(WALK), PRESSES):
        for chunk in terminal.read(rng.uniform(0.15, 0.5)):
            terminal.show(chunk)
        assert not seen(terminal.text), f"{key!r} would change nothing:\n{terminal.text}"
        began = terminal.press(key)
        ended = terminal.when(lambda seen=seen: seen(terminal.text), pause=QUIET_SECONDS)
        pressed.append((key, ended - began))
    return pressed


def _row(preset: str, pressed: list[tuple[str, float]]) -> Row:
    seconds = np.array([second for _, second in pressed])
    for key in dict.fromkeys(key for key, _ in WALK):
        times = [second * 1000 for other, second in pressed if other == key]
        remark(f"{preset} {key}: median {np.median(times):.0f} ms, longest {max(times):.0f} ms")
    middle, high = np.percentile(seconds, (50, 95)) * 1000
    share = np.mean(seconds <= BAR_SECONDS)
    return Row(
        f"key to screen while {preset} trains",
        "95 % within 100 ms",
        f"{share:.1%} within 100 ms; median {middle:.0f} ms, 95th percentile {high:.0f} ms",
        f"{PRESSES} keys in a 120x36 pty (panes, lists, curves), from the write to the bytes that show it",
    )
