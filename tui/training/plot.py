"""Curves to lines of text: the one file that knows plotext.

plotext lays out axes, lines and braille; its colours serve only as tags, mapped to the theme's styles.
"""

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import plotext
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal.display import Display
from tui.training.chart import Axes, Curve, Role
from tui.training.series import Floats, decimate

# Colour numbers by which plotext's output says what a cell belongs to.
_TAGS: dict[Role, int] = {"axis": 1, "train": 2, "validation": 3, "overlay": 4, "crosshair": 5}
_ROLES: dict[str, Role] = {str(tag): role for role, tag in _TAGS.items()}
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")

_ASCII_CANVAS = str.maketrans("│┤├─┬┴┼└┘┌┐•", "|++-+++++++o")
_LINE_MARKS: dict[bool, str] = {False: "braille", True: "."}
_OVERLAY_MARKS: dict[bool, str] = {False: "braille", True: "'"}
_POINT_MARKS: dict[bool, str] = {False: "•", True: "o"}

_LARGEST = 1e100  # beyond this the arithmetic of limits overflows
_NO_DATA = "no data yet"

MINIMUM_WIDTH, MINIMUM_HEIGHT = 16, 5


def legend_mark(curve: Curve, display: Display) -> str:
    """Three cells that look like the curve does in the chart."""
    if curve.points:
        return f" {_POINT_MARKS[display.ascii]} "
    if display.ascii:
        return (_OVERLAY_MARKS if curve.role == "overlay" else _LINE_MARKS)[True] * 3
    return "⠤⠤⠤"


def draw(
    curves: Sequence[Curve],
    width: int,
    height: int,
    axes: Axes,
    display: Display,
    styles: Mapping[Role, Style],
) -> list[Strip]:
    """Draw the curves as `height` strips of `width` cells; later curves lie on top.

    Only finite points are drawn (on a log axis: positive ones). Without any the axes hold "no data yet".
    Too small an area (below 16 x 5) gives blank strips.
    """
    if width < MINIMUM_WIDTH or height < MINIMUM_HEIGHT:
        return [Strip.blank(width) for _ in range(height)]
    ready = [(curve, *_prepare(curve, width, log=axes.log)) for curve in curves]
    ready = [(curve, x, y) for curve, x, y in ready if len(x)]
    plotext.clear_data()  # all else is set anew each time, and a new figure costs a tenth of a chart
    plotext.limit_size(False, False)
    plotext.plot_size(width, height)
    plotext.canvas_color("default")
    plotext.axes_color("default")
    plotext.ticks_color(_TAGS["axis"])
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    if ready:
        _plot_curves(ready, width, height, axes, display)
    else:
        _plot_nothing()
    return [_strip(line, width, display, styles) for line in plotext.build().split("\n")[:height]]


def _prepare(curve: Curve, width: int, *, log: bool) -> tuple[Floats, Floats]:
    x, y = np.asarray(curve.x, np.float64), np.asarray(curve.y, np.float64)
    if log:
        x, y = x[y > 0], np.log10(y[y > 0])
    x, y = decimate(x, y, width)
    return np.clip(x, -_LARGEST, _LARGEST), np.clip(y, -_LARGEST, _LARGEST)


def _plot_curves(
    ready: Sequence[tuple[Curve, Floats, Floats]], width: int, height: int, axes: Axes, display: Display
) -> None:
    left = min(float(x[0]) for _, x, _ in ready)
    right = max(float(x[-1]) for _, x, _ in ready)
    low, high = _y_limits([y for _, _, y in ready], log=axes.log)
    if axes.crosshair is not None and math.isfinite(axes.crosshair):
        plotext.vertical_line(min(max(axes.crosshair, left), right), _TAGS["crosshair"])
    for curve, x, y in ready:
        line = _OVERLAY_MARKS if curve.role == "overlay" else _LINE_MARKS
        plotting = plotext.scatter if curve.points else plotext.plot
        plotting(
            x.tolist(),
            y.tolist(),
            marker=(_POINT_MARKS if curve.points else line)[display.ascii],
            color=_TAGS[curve.role],
        )
    if left == right:
        left, right = left - 0.5, right + 0.5
    plotext.xlim(left, right)
    plotext.ylim(low, high)
    x_ticks = linear_ticks(left, right, max(width // 12, 2))
    y_ticks, y_labels = _y_ticks(low, high, max(height // 3, 2), log=axes.log)
    x_labels = tick_labels(x_ticks)
    if axes.x_label and x_labels:
        x_labels[-1] = f"{axes.x_label} {x_labels[-1]}"
    plotext.xticks(x_ticks, x_labels)
    plotext.yticks(y_ticks, y_labels)


def _plot_nothing() -> None:
    plotext.xlim(0, 1)
    plotext.ylim(0, 1)
    plotext.xticks([], [])
    plotext.yticks([], [])
    plotext.text(_NO_DATA, 0.5, 0.5, color=_TAGS["axis"], alignment="center")


def _y_limits(values: Sequence[Floats], *, log: bool) -> tuple[float, float]:
    low, high = min(float(y.min()) for y in values), max(float(y.max()) for y in values)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        margin = 0.5 if log or low == 0 else abs(low) * 0.1
        return low - margin, high + margin
    return low, high


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) between low and high, at most `most` + 1."""
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """The shortest labels that tell the ticks apart."""
    for digits in (3, 4, 5, 6, 8, 12):
        labels = [f"{tick:.{digits}g}" for tick in ticks]
        if len(set(labels)) == len(labels):
            return labels
    return [f"{tick:.15g}" for tick in ticks]


def _y_ticks(low: float, high: float, most: int, *, log: bool) -> tuple[list[float], list[str]]:
    """Where the ticks lie, and their labels; on a log axis the labels tell the true values."""
    if not log:
        ticks = linear_ticks(low, high, most)
        return ticks, tick_labels(ticks)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        ticks = _log_ticks(low, high, factors)
        if 2 <= len(ticks) <= most + 1:
            return ticks, [f"{10**tick:.3g}" for tick in ticks]
    # Less than a decade, or too many of them: evenly placed, labelled with the true value.
    ticks = linear_ticks(low, high, most)
    return ticks, tick_labels([10**tick for tick in ticks])


def _log_ticks(low: float, high: float, factors: Sequence[int]) -> list[float]:
    first, last = math.floor(low), math.ceil(high)
    if last - first > 400:
        return []
    candidates = (power + math.log10(factor) for power in range(first, last + 1) for factor in factors)
    return [tick for tick in candidates if low - 1e-9 <= tick <= high + 1e-9]


def _strip(line: str, width: int, display: Display, styles: Mapping[Role, Style]) -> Strip:
    """One line of plotext's output as segments; blanks and neighbours of one style are merged."""
    if display.ascii:
        line = line.translate(_ASCII_CANVAS)
    parts = _ESCAPE.split(line)
    segments = [Segment(parts[0])] if parts[0] else []
    for code, text in zip(parts[1::2], parts[2::2], strict=True):
        if text:
            role = _ROLES.get(code.removeprefix("38;5;"))
            segments.append(Segment(text, styles.get(role) if role and not text.isspace() else None))
    return Strip(segments).adjust_cell_length(width).simplify()
