"""A terminal that stops reading, as over a stalled connection: the worker must not notice."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from nn.presets import find
from tests.benchmarks.report import Row, interval, remark
from tests.benchmarks.runs import Worker, long_run
from tests.tui.real_terminal import RealTerminal

PAIRS = 5
WINDOW_SECONDS = 20.0


def rows() -> Iterator[Row]:
    """One row."""
    with (
        tempfile.TemporaryDirectory() as folder,
        long_run(find("first-minute").config, Path(folder)) as worker,
        RealTerminal.open_app(Path(folder)) as terminal,
    ):
        terminal.wait_for("training", "dense1", "q quit")
        pairs = [_pair(worker, terminal) for _ in range(PAIRS)]
    ratios = [stalled / read for read, stalled in pairs]
    remark(" ".join(f"{ratio:.2f}" for ratio in ratios))
    low, high = interval(ratios)
    read, stalled = (median(speeds) for speeds in zip(*pairs, strict=True))
    yield Row(
        f"the worker's speed while the terminal reads nothing for {WINDOW_SECONDS:g} s",
        "at least 90 %",
        f"{median(ratios):.1%} [{low:.1%}, {high:.1%}] ({stalled:,.0f} against {read:,.0f} images/s)",
        f"first-minute without end, {PAIRS} alternating pairs of windows, app in a 120x36 pty; images over "
        "seconds of learning; median of the ratios",
    )


def _pair(worker: Worker, terminal: RealTerminal) -> tuple[float, float]:
    """Images a second while the terminal reads, then while it does not; then it catches up."""
    read = worker.speed(lambda: terminal.read(WINDOW_SECONDS))
    stalled = worker.speed(lambda: time.sleep(WINDOW_SECONDS))
    terminal.read(2.0)
    return read, stalled
