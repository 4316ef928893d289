"""Loss and accuracy side by side, each chart drawn when its turn has come.

What a run brings is drawn the more seldom the more that costs, and never both charts at once: a key that
comes meanwhile waits for one of them at most. What a person asks for is drawn at once; a crosshair that an
arrow held down moves, at a pace of its own.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Unpack

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.terminal.display import Display
from tui.training.chart import Axes, Curve
from tui.widgets.curve_plot import CurvePlot
from tui.widgets.options import WidgetOptions
from tui.widgets.throttle import Throttle

# Seconds; a chart of 100 x 30 costs 16 KB a frame over SSH. Less than one tick of the app, and with the
# patience more: another tick is waited for, so that what it brings is painted with all else that it brings.
REDRAW_INTERVAL = 0.2
PATIENCE = 0.3
# Seconds between two places of a crosshair, in both charts.
CROSSHAIR_INTERVAL, SLOW_CROSSHAIR_INTERVAL = 0.1, 0.5


class Charts(Horizontal):
    """Two charts over the epochs."""

    DEFAULT_CSS = """
    Charts > CurvePlot { width: 1fr; }
    Charts > CurvePlot.-second { margin-left: 1; }
    """

    def __init__(self, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        axes = Axes(x_label="epoch")
        self.loss = CurvePlot("loss", display=display, axes=axes)
        self.accuracy = CurvePlot("accuracy", display=display, axes=axes, classes="-second")
        self._in_turn = [self.loss, self.accuracy]
        self._turns = Throttle(REDRAW_INTERVAL, self.set_timer, self._draw_next, patience=PATIENCE)

    def compose(self) -> ComposeResult:
        """The loss at the left."""
        yield self.loss
        yield self.accuracy

    def show(self, loss: Sequence[Curve], accuracy: Sequence[Curve]) -> None:
        """Show these curves when it is time; many calls in a short time are one redraw, of the newest."""
        self.loss.set_curves(loss)
        self.accuracy.set_curves(accuracy)
        self._ask()

    def set_log(self, log: bool) -> None:
        """Switch the loss's logarithmic axis on or off; the other chart need not be drawn for that."""
        if log != self.loss.axes.log:
            self.loss.set_log(log)
            self.loss.draw_now()

    def set_crosshair(self, position: float | None) -> None:
        """Put the crosshair at x = `position`, or take it away; of many in a short time the newest."""
        if position != self.loss.axes.crosshair:
            for plot in self._in_turn:
                plot.set_crosshair(position)
            self._crosshair.request()

    def draw_now(self) -> None:
        """Draw what has changed without waiting for its turn: the loss at once, the rest a frame later."""
        self.loss.draw_now()
        self.call_after_refresh(self.accuracy.draw_now)

    def _ask(self) -> None:
        if self.is_mounted and any(plot.is_old for plot in self._in_turn):
            self._turns.cost = max(plot.cost for plot in self._in_turn)
            self._turns.request()

    def _draw_next(self) -> None:
        """Draw the one that has waited longer; the other one asks for the next turn."""
        plot = next((plot for plot in self._in_turn if plot.is_old), None)
        if plot is None:
            return
        plot.draw_now()
        self._in_turn.remove(plot)
        self._in_turn.append(plot)
        self._ask()

    @cached_property
    def _crosshair(self) -> Throttle:
        """Made when a crosshair is there: only in an app is it known whether the connection is slow."""
        is_slow = self.app.has_class("-low-bandwidth")
        interval = SLOW_CROSSHAIR_INTERVAL if is_slow else CROSSHAIR_INTERVAL
        return Throttle(interval, self.set_timer, self.draw_now)
