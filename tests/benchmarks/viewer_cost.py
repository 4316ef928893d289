"""What the app costs the worker whose run it shows, pane by pane: images a second with it and without."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from nn.presets import find
from tests.benchmarks.report import Row, interval, remark
from tests.benchmarks.runs import Worker, long_run
from tests.tui.real_terminal import RealTerminal
from tui.commands import PANE_NAMES, TRAIN

WINDOWS = 24  # of the pane that a person looks at most; of each other one
WINDOWS_ELSEWHERE = 12
WINDOW_SECONDS = 2.0
SETTLE_SECONDS = 1.0  # after the app has gone
BEGIN_SECONDS = 3.0  # after it has drawn the run: it imports and makes the panes not looked at yet


def rows() -> Iterator[Row]:
    """One row a number of threads with Train on the screen; then one a pane."""
    for threads in (2, 1):
        panes = PANE_NAMES if threads == 2 else (TRAIN,)
        config = find("first-minute").config
        with (
            tempfile.TemporaryDirectory() as folder,
            long_run(config, Path(folder), threads=threads) as worker,
        ):
            for pane in panes:
                windows = WINDOWS if pane == TRAIN else WINDOWS_ELSEWHERE
                pairs = [_pair(worker, Path(folder), pane) for _ in range(windows // 2)]
                yield _row(threads, PANE_NAMES[pane], pairs)


def _pair(worker: Worker, runs_dir: Path, pane: int) -> tuple[float, float]:
    """Images a second without the app, then with it; its output is read all the while."""
    time.sleep(SETTLE_SECONDS)
    alone = worker.speed(lambda: time.sleep(WINDOW_SECONDS))
    with RealTerminal.open_app(runs_dir) as terminal:
        terminal.wait_for("training", "dense1", "q quit")
        terminal.press(str(pane))
        terminal.read(BEGIN_SECONDS)
        return alone, worker.speed(lambda: terminal.read(WINDOW_SECONDS))


def _row(threads: int, pane: str, pairs: list[tuple[float, float]]) -> Row:
    ratios = [watched / alone for alone, watched in pairs]
    low, high = interval(ratios)
    alone, watched = (median(speeds) for speeds in zip(*pairs, strict=True))
    remark(f"{pane}, {threads} threads: " + " ".join(f"{ratio:.2f}" for ratio in ratios))
    return Row(
        f"the worker's speed while the app shows {pane}, {threads} thread{'s' * (threads > 1)}",
        "at least 90 %",
        f"{median(ratios):.1%} [{low:.1%}, {high:.1%}] ({watched:,.0f} against {alone:,.0f} images/s)",
        f"first-minute without end, {len(pairs)} alternating pairs of {WINDOW_SECONDS:g} s windows, app in a "
        f"120x36 pty, begun {BEGIN_SECONDS:g} s before; images over seconds of learning, without evaluation; "
        "median of the ratios",
    )
