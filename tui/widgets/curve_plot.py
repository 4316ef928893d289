"""A chart of curves with a legend line above it.

It is drawn when a line of it is needed, so a hidden chart costs nothing, and only if something has changed.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Unpack, get_args

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.display import Display
from tui.training.chart import Axes, Curve, Role
from tui.training.plot import draw, legend_mark
from tui.widgets.options import WidgetOptions

_SHORTEST = 4  # letters of another run's name


class CurvePlot(Widget):
    """Shows curves; `axes` says how they are laid out.

    What is set is shown by the next `draw_now`, or when the chart is drawn because it has another size.
    `cost` is the processor time in seconds of the last drawing.
    """

    DEFAULT_CSS = """
    CurvePlot { width: 1fr; height: 1fr; min-height: 6; color: $text; }
    CurvePlot > .curve-plot--axis { color: $text-muted; }
    CurvePlot > .curve-plot--train { color: $text-primary; }
    CurvePlot > .curve-plot--validation { color: $text-warning; text-style: bold; }
    CurvePlot > .curve-plot--overlay { color: $text-disabled; }
    CurvePlot > .curve-plot--crosshair { color: $text-accent; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"curve-plot--{role}" for role in get_args(Role)}

    def __init__(
        self,
        title: str = "",
        *,
        display: Display,
        axes: Axes | None = None,
        **options: Unpack[WidgetOptions],
    ) -> None:
        super().__init__(**options)
        self._title = title
        self._display_mode = display
        self.axes = axes or Axes()
        self.cost = 0.0
        self._curves: tuple[Curve, ...] = ()
        self._lines: list[Strip] | None = None
        self._role_styles: dict[Role, Style] | None = None
        self._is_old = False
        self._drawn_size = Size(0, 0)

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is shown, later ones on top."""
        return self._curves

    @property
    def is_old(self) -> bool:
        """Whether something was set that is not drawn yet."""
        return self._is_old

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Replace the curves."""
        before, self._curves = self._curves, tuple(curves)
        if len(before) != len(curves) or not all(map(Curve.looks_like, before, curves)):
            self._is_old = True

    def set_log(self, log: bool) -> None:
        """Switch the logarithmic axis on or off."""
        self._lay_out(replace(self.axes, log=log))

    def set_crosshair(self, position: float | None) -> None:
        """Put the crosshair at x = `position`, or take it away."""
        self._lay_out(replace(self.axes, crosshair=position))

    def draw_now(self) -> None:
        """Draw what was set last, unless that is drawn already."""
        if self._is_old:
            self._is_old = False
            self._lines = None
            self.refresh()

    def _lay_out(self, axes: Axes) -> None:
        if axes != self.axes:
            self.axes, self._is_old = axes, True

    def notify_style_update(self) -> None:
        """Draw again in the theme's new colours."""
        super().notify_style_update()
        self._lines = self._role_styles = None

    def render_line(self, y: int) -> Strip:
        """One line: the legend first, then the chart."""
        if self._lines is None or self._drawn_size != self.content_size:
            self._lines, self._drawn_size = self._draw(), self.content_size
        return (
            self._lines[y] if y < len(self._lines) else Strip.blank(self.content_size.width, self.rich_style)
        )

    def _draw(self) -> list[Strip]:
        self._is_old = False
        began = time.thread_time()
        styles, (width, height) = self._styles(), self.content_size
        chart = draw(self._curves, width, height - 1, self.axes, self._display_mode, styles)
        base = self.rich_style  # asked for once: it is gathered from all that the chart lies in
        legend = self._legend(styles, width).adjust_cell_length(width)
        lines = [line.apply_style(base) for line in (legend, *chart)]
        self.cost = time.thread_time() - began
        return lines

    def _styles(self) -> dict[Role, Style]:
        if self._role_styles is None:
            roles: tuple[Role, ...] = get_args(Role)
            self._role_styles = {role: self.get_component_rich_style(f"curve-plot--{role}") for role in roles}
        return self._role_styles

    def _legend(self, styles: dict[Role, Style], width: int) -> Strip:
        """Title, and each curve's mark and name, the longest names that there is room for."""
        strips = (self._legend_with(styles, names) for names in self._namings())
        return next((strip for strip in strips if strip.cell_length <= width), Strip([]))

    def _namings(self) -> Iterator[list[str]]:
        """The curves' names, ever shorter: first validation's, then those of other runs; at last none."""
        names = [self._display_mode.printable(curve.name) for curve in self._curves]
        yield names
        names = ["val" if name == "validation" else name for name in names]
        yield names
        others = [curve.role == "overlay" for curve in self._curves]
        longest = max((len(name) for name, other in zip(names, others, strict=True) if other), default=0)
        for length in (*range(longest - 1, _SHORTEST - 1, -1), 0):
            yield [_cut(name, length) if other else name for name, other in zip(names, others, strict=True)]
        yield [""] * len(names)

    def _legend_with(self, styles: dict[Role, Style], names: list[str]) -> Strip:
        segments = [Segment(self._title, Style(bold=True)), Segment(" ")] if self._title else []
        for curve, name in zip(self._curves, names, strict=True):
            segments.append(Segment(legend_mark(curve, self._display_mode), styles[curve.role]))
            segments.append(Segment(f" {name} " if name else " "))
        return Strip(segments)


def _cut(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1] + "~" if length else ""
