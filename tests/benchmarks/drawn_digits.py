"""Digits drawn by a scripted pad, read by a network that learned from augmented MNIST, both ways.

`python -m tests.benchmarks.drawn_digits RUN` reads them with a run that is there already.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nn.runs import store
from nn.runs.store import RunDirectory
from tests.benchmarks.report import SEED, Row, remark
from tests.benchmarks.runs import train
from tests.tui import strokes
from tui.answering.current_network import Origin
from tui.drawing.reader import Reader, Score
from tui.drawing.views import Views, views

AUGMENTED = ("augmentation.shift=2", "augmentation.rotate=15", "augmentation.scale=0.15", f"seed={SEED}")
PRESET = "first-minute"


def rows() -> Iterator[Row]:
    """Train, draw and read."""
    with tempfile.TemporaryDirectory() as folder:
        result = train(PRESET, *AUGMENTED, runs_dir=Path(folder))
        (run,) = store.list_runs(Path(folder))
        remark(f"{PRESET} augmented: test accuracy {result.accuracy:.2%}")
        score = read(run)
    how = f"{PRESET} with {', '.join(AUGMENTED)}; {score.drawings} drawings, {what()}"
    yield Row("drawn digits, normalised", "90 %", f"{score.normalised / score.drawings:.1%}", how)
    yield Row("drawn digits, as drawn", "-", f"{score.drawn / score.drawings:.1%}", "the same drawings")


def read(run: RunDirectory) -> Score:
    """How many of all scripted drawings a run's network reads right."""
    drawn: list[Views] = []
    labels: list[int] = []
    for script in strokes.scripts():
        pair = views(strokes.draw(script))
        if pair is not None:
            drawn.append(pair)
            labels.append(script.digit)
    origin = Origin(run, run.config(), run.checkpoint_version())
    return Reader().score(origin, drawn, np.array(labels, np.uint8))


def what() -> str:
    """Which drawings they are."""
    heights = ", ".join(map(str, strokes.HEIGHTS))
    widths = ", ".join(f"{width:g}" for width in strokes.WIDTHS)
    return (
        f"0 to 9 in heights {heights} of 28 pixels, {len(strokes.PLACES)} places, pens {widths} wide, "
        f"slants {', '.join(f'{slant:g}' for slant in strokes.SLANTS)}"
    )


if __name__ == "__main__":
    read_right = read(RunDirectory(Path(sys.argv[1])))
    print(f"{what()}: {read_right}")
