"""The reliability diagram: for each range of confidence a bar of how many answers are right, and a line at
how sure they were. Where the bar ends at its line, the network is as good as it thinks.

The columns are those of the confusion matrix, so that it can stand right under it.
"""

from collections.abc import Sequence
from typing import ClassVar, Unpack

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from nn.explain.calibration import CalibrationBin
from tui.answering.error_words import CELL_WIDTH
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions

_RANGES = 10  # of confidence
_AXIS_WIDTH = 4
_BAR_WIDTH = CELL_WIDTH - 1
_HEAD = 1
_FOOT = 3  # lines under the bars: how sure, by how much off, how many
LEAST_HEIGHT = _HEAD + 4 + _FOOT
_EIGHTHS = " ▁▂▃▄▅▆▇"


def column(group: CalibrationBin, height: int, display: Display) -> list[tuple[str, bool]]:
    """One bar from its top, `height` cells of 4 signs; with each, whether it is the line of confidence."""
    line = "----" if display.ascii else "────"
    of_line = min(int(group.confidence * height), height - 1)
    full = "#" if display.ascii else "█"
    cells: list[tuple[str, bool]] = []
    for place in range(height):  # from the bottom
        filled = group.accuracy * height - place
        if place == of_line:
            cells.append((line, True))
        elif filled >= 1 or (display.ascii and filled >= 0.5):
            cells.append((full * _BAR_WIDTH, False))
        else:
            eighth = " " if display.ascii else _EIGHTHS[max(int(filled * 8), 0)]
            cells.append((eighth * _BAR_WIDTH, False))
    return cells[::-1]


def foot(groups: Sequence[CalibrationBin]) -> list[str]:
    """Under the bars: from how sure on, right minus sure in points, and how many; in per cent."""
    by_range = {round(group.low * _RANGES): group for group in groups}
    sure = [f"{100 * number // _RANGES}+" for number in range(_RANGES)]
    off = [_points(by_range.get(number)) for number in range(_RANGES)]
    count = [_count(by_range.get(number)) for number in range(_RANGES)]
    rows = (("sure", sure), ("off", off), ("n", count))
    return [
        name.ljust(_AXIS_WIDTH) + "".join(f"{cell:>{_BAR_WIDTH}} " for cell in cells) for name, cells in rows
    ]


class ReliabilityDiagram(Widget):
    """Shows groups of answers by confidence; 54 cells wide and as high as it is let, 8 lines at least."""

    DEFAULT_CSS = f"""
    ReliabilityDiagram {{ width: 54; height: 1fr; min-height: {LEAST_HEIGHT}; color: $text; }}
    ReliabilityDiagram > .reliability-diagram--bar {{ color: $text-primary; }}
    ReliabilityDiagram > .reliability-diagram--line {{ color: $text-warning; text-style: bold; }}
    ReliabilityDiagram > .reliability-diagram--axis {{ color: $text-muted; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "reliability-diagram--bar",
        "reliability-diagram--line",
        "reliability-diagram--axis",
    }

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._groups: tuple[CalibrationBin, ...] = ()

    def set_groups(self, groups: Sequence[CalibrationBin]) -> None:
        """Show other groups, at most one for each tenth of confidence."""
        if tuple(groups) != self._groups:
            self._groups = tuple(groups)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """What the signs mean, a row of all bars with its place on the axis, or a line of the foot."""
        base, (width, height) = self.rich_style, self.content_size
        rows = height - _HEAD - _FOOT
        place = y - _HEAD
        if place < 0:
            segments = self._legend()
        else:
            segments = self._bars(place, rows) if place < rows else self._foot(place - rows)
        return Strip(segments).simplify().apply_style(base).adjust_cell_length(width, base)

    def _legend(self) -> list[Segment]:
        full, line = ("#", "-") if self._display_mode.ascii else ("█", "─")
        return [
            Segment(" " * _AXIS_WIDTH),
            Segment(full, self.get_component_rich_style("reliability-diagram--bar")),
            Segment(" are right  "),
            Segment(line, self.get_component_rich_style("reliability-diagram--line")),
            Segment(" how sure  off: right - sure, points"),
        ]

    def _foot(self, line: int) -> list[Segment]:
        style = self.get_component_rich_style("reliability-diagram--axis")
        return [Segment(foot(self._groups)[line], style)]

    def _bars(self, y: int, rows: int) -> list[Segment]:
        names = {0: "100%", (rows - 1) // 2: " 50%" if rows % 2 else "", rows - 1: "  0%"}
        segments = [
            Segment(
                names.get(y, "").rjust(_AXIS_WIDTH),
                self.get_component_rich_style("reliability-diagram--axis"),
            )
        ]
        by_range = {round(group.low * _RANGES): group for group in self._groups}
        for number in range(_RANGES):
            group = by_range.get(number)
            text, is_line = column(group, rows, self._display_mode)[y] if group else (" " * _BAR_WIDTH, False)
            name = "reliability-diagram--line" if is_line else "reliability-diagram--bar"
            segments += [Segment(text, self.get_component_rich_style(name)), Segment(" ")]
        return segments


def _points(group: CalibrationBin | None) -> str:
    """Right minus sure in points, in at most 4 cells."""
    if group is None:
        return ""
    points = 100 * (group.accuracy - group.confidence)
    return f"{points:+.1f}" if abs(points) < 9.95 else f"{points:+.0f}"


def _count(group: CalibrationBin | None) -> str:
    if group is None:
        return "0"
    return str(group.count) if group.count < 10_000 else f"{group.count // 1000}k"
