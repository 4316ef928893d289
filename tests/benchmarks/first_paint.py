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
OURS = ("101,770 parameters", "2 Train", "no data yet", "q quit")
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
    """One row a size of the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE_APP)
        for columns, lines in ((120, 36), (80, 24)):
            yield _row(columns, lines, bare, Path(folder) / "runs")


def _row(columns: int, lines: int, bare: Path, runs_dir: Path) -> Row:
    ours, theirs = list[float](), list[float]()
    for _ in range(PAIRS):
        theirs.append(_seconds([sys.executable, str(bare)], BARE, columns, lines))
        ours.append(_seconds([*APP, "--runs-dir", str(runs_dir)], OURS, columns, lines))
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    remark(f"{columns}x{lines}: {median(ours) * 1000:.0f} ms against {median(theirs) * 1000:.0f} ms")
    low, high = interval(ratios)
    return Row(
        f"start to first paint, {columns}x{lines}",
        "1.5x a bare Textual app",
        f"{median(ratios):.2f}x [{low:.2f}, {high:.2f}] "
        f"({median(ours) * 1000:.0f} ms against {median(theirs) * 1000:.0f} ms)",
        f"median of {PAIRS} alternating pairs in a pty, from spawn to the last byte of a frame with header, "
        "pane and keys",
    )


def _seconds(command: Sequence[str], texts: Sequence[str], columns: int, lines: int) -> float:
    with RealTerminal(command, columns=columns, rows=lines) as terminal:
        painted = terminal.when(lambda: all(text in terminal.text for text in texts), pause=QUIET_SECONDS)
        return painted - terminal.started
