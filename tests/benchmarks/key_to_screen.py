"""From a key to what it changes on the screen, while a worker trains at full speed."""

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
QUIET_SECONDS = 0.08
PRESETS = ("classic-three-hidden", "first-minute")
# A key, and what it brings to the screen. The first bytes that bring it are the end of the measurement.
WALK = (
    ("7", "─ 7 Runs ─"),
    ("2", "─ 2 Train ─"),
    ("s", "training curves: much"),
    ("z", "the last 5 epochs"),
    ("s", "training curves: none"),
    ("z", "the last 1 epochs"),
    ("s", "training curves: some"),
    ("z", "all epochs"),
    ("?", "Esc"),
    ("\x1b", "─ 2 Train ─"),
)


def rows() -> Iterator[Row]:
    """One row a network."""
    for preset in PRESETS:
        with tempfile.TemporaryDirectory() as folder, long_run(find(preset).config, Path(folder)) as worker:
            with RealTerminal.open_app(Path(folder)) as terminal:
                terminal.wait_for("training", "dense1", "q quit")
                seconds = _press_all(terminal)
            speed = worker.speed(lambda: None) if False else 0
        remark(f"{preset}: {speed}")
        yield Row("", "", "", "")
