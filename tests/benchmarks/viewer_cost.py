"""What the app costs the worker whose run it shows: images a second with it and without."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from nn.presets import find
from tests.benchmarks.report import Row, interval, remark
from tests.benchmarks.runs import Worker, long_run
from tests.tui.real_terminal import RealTerminal

WINDOWS = 40
WINDOW_SECONDS = 2.0
SETTLE_SECONDS = 1.0  # after the app has drawn the run, and after it has gone


def rows() -> Iterator[Row]:
    """One row a number of threads."""
    for threads in (2, 1):
        config = find("first-minute").config
        with (
            tempfile.TemporaryDirectory() as folder,
            long_run(config, Path(folder), threads=threads) as worker,
        ):
            yield _row(threads, [_pair(worker, Path(folder)) for _ in range(WINDOWS // 2)])


def _pair(worker: Worker, runs_dir: Path) -> tuple[float, float]:
    """Images a second without the app, then with it; its output is read all the while."""
    time.sleep(SETTLE_SECONDS)
    alone = worker.speed(lambda: time.sleep(WINDOW_SECONDS))
    with RealTerminal.open_app(runs_dir) as terminal:
        terminal.wait_for("training", "dense1", "q quit")
        terminal.read(SETTLE_SECONDS)
        return alone, worker.speed(lambda: terminal.read(WINDOW_SECONDS))


def _row(threads: int, pairs: list[tuple[float, float]]) -> Row:
    ratios = [watched / alone for alone, watched in pairs]
    low, high = interval(ratios)
    alone, watched = (median(speeds) for speeds in zip(*pairs, strict=True))
    remark(f"{threads} threads: " + " ".join(f"{ratio:.2f}" for ratio in ratios))
    return Row(
        f"the worker's speed with the app attached, {threads} thread{'s' * (threads > 1)}",
        "at least 90 %",
        f"{median(ratios):.1%} [{low:.1%}, {high:.1%}] ({watched:,.0f} against {alone:,.0f} images/s)",
        f"first-minute without end, {len(pairs)} alternating pairs of {WINDOW_SECONDS:g} s windows, app in a "
        "120x36 pty; images over seconds of learning, without evaluation; median of the ratios",
    )
