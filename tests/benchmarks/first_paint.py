"""From the start of `mnist-tui` to its first complete frame, beside a bare Textual app."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.report import Row, interval, remark
from tests.tui.real_terminal import APP, RealTerminal

PAIRS = 15
QUIET_SECONDS = 0.4  # nothing is worked out while frames come: that would take a processor
FRAME = ("mnist-tui", "2 Train", "q quit")
FILLED = ("101,770 parameters", "2 Train", "no data yet", "q quit")
BARE = ("A bare app", "ready", "Quit")
BARE_APP = """
from textual.app import App
from textual.widgets import Footer, Static

class Bare(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Static("A bare app")
        yield Static("ready")
        yield Footer()

Bare().run()
"""


def rows() -> Iterator[Row]:
    """Two rows a size of the terminal: the frame, which has the bar, and the panes filled."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE_APP)
        for columns, lines in ((120, 36), (80, 24)):
            for what, texts, bar in (
                ("first paint", FRAME, "1.5x a bare Textual app"),
                ("panes filled", FILLED, "-"),
            ):
                name = f"start to {what}, {columns}x{lines}"
                yield _row(name, bar, texts, columns, lines, bare, Path(folder) / "runs")


def _row(
    name: str, bar: str, texts: Sequence[str], columns: int, lines: int, bare: Path, runs_dir: Path
) -> Row:
    ours, theirs = list[float](), list[float]()
    for _ in range(PAIRS):
        theirs.append(_seconds([sys.executable, str(bare)], BARE, columns, lines))
        ours.append(_seconds([*APP, "--runs-dir", str(runs_dir)], texts, columns, lines))
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    remark(f"{name}: {median(ours) * 1000:.0f} ms against {median(theirs) * 1000:.0f} ms")
    low, high = interval(ratios)
    return Row(
        name,
        bar,
        f"{median(ratios):.2f}x [{low:.2f}, {high:.2f}] "
        f"({median(ours) * 1000:.0f} ms against {median(theirs) * 1000:.0f} ms)",
        f"median of {PAIRS} alternating pairs in a pty, from spawn to the last byte of the frame that shows "
        + ", ".join(texts),
    )


def _seconds(command: Sequence[str], texts: Sequence[str], columns: int, lines: int) -> float:
    with RealTerminal(command, columns=columns, rows=lines) as terminal:
        painted = terminal.when(lambda: all(text in terminal.text for text in texts), pause=QUIET_SECONDS)
        return painted - terminal.started
