"""From the space key to the first training loss on the screen that is lower than the one before it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.report import Row, remark
from tests.tui.real_terminal import RealTerminal

TIMES = 7
QUIET_SECONDS = 0.1
BLANK_BRAILLE, LAST_BRAILLE = "\u2800", "\u28ff"


def rows() -> Iterator[Row]:
    """One row a size of the terminal."""
    for columns, lines in ((120, 36), (80, 24)):
        seconds = [_seconds(columns, lines) for _ in range(TIMES)]
        remark(f"{columns}x{lines}: " + ", ".join(f"{second:.2f}" for second in seconds))
        yield Row(
            f"space to the first falling loss on screen, {columns}x{lines}",
            "3 s",
            f"{median(seconds):.2f} s (longest {max(seconds):.2f} s)",
            f"median of {TIMES} starts of first-minute on MNIST, in a pty: until the training loss's curve "
            "ends lower than it begins",
        )


def _seconds(columns: int, lines: int) -> float:
    """One start in an empty runs folder; the run is stopped again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        RealTerminal.open_app(Path(folder), columns=columns, rows=lines) as terminal,
    ):
        terminal.wait_for("no data yet", "space trains", "q quit")
        for chunk in terminal.read(1.0):  # a person looks first; the images are read meanwhile
            terminal.show(chunk)
        pressed = terminal.press(" ")
        seen = terminal.when(lambda: loss_falls(terminal.text), pause=QUIET_SECONDS)
        terminal.press("S")
        terminal.wait_for("stopped")
        terminal.press("q")
        terminal.wait_until_ended()
        return seen - pressed


def loss_falls(text: str) -> bool:
    """Whether the chart called "loss" holds a curve whose last point lies below its first."""
    lines = text.split("\n")
    legend = next((row for row, line in enumerate(lines) if "loss ⠤⠤⠤ train" in line), None)
    if legend is None:
        return False
    left, right = lines[legend].index("loss ⠤"), lines[legend].index("accuracy ⠤")
    heights = [
        row
        for column in range(left, right)
        for row in range(legend + 1, len(lines))
        if BLANK_BRAILLE < lines[row][column] <= LAST_BRAILLE
    ]
    return len(heights) > 1 and heights[0] < heights[-1]
