"""Widgets that repaint only a part must leave the screen as a full repaint would, inside a border too."""

from collections.abc import Callable

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from tui.terminal.display import ColorMode, Display
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.digit_grid import DigitGrid, Tile
from tui.widgets.probability_bars import ProbabilityBars

DISPLAY = Display(ColorMode.TRUECOLOR)
SHARES = [0.1] * 10


class FramedApp(App[None]):
    CSS = "Screen > * { border: round white; padding: 1 2; }"

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget

    def shown(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]


def grid() -> DigitGrid:
    widget = DigitGrid(display=DISPLAY)
    widget.show(30, lambda index: Tile(np.zeros((28, 28), np.uint8), str(index)))
    return widget


def select(widget: DigitGrid) -> None:
    widget.select(3)


def bars() -> ProbabilityBars:
    return ProbabilityBars(display=DISPLAY)


def answer(widget: ProbabilityBars) -> None:
    widget.set_probabilities([*SHARES[:8], 0.2, 0.0], true=3)


def confusion() -> ConfusionGrid:
    return ConfusionGrid(display=DISPLAY)


def walk(widget: ConfusionGrid) -> None:
    widget.cursor = (9, 9)


@pytest.mark.parametrize(("make", "change"), [(grid, select), (bars, answer), (confusion, walk)])
async def test_a_part_repainted_equals_the_whole(
    make: Callable[[], Widget], change: Callable[[Widget], None]
) -> None:
    app = FramedApp(make())
    async with app.run_test(size=(90, 30)) as pilot:
        await pilot.pause()
        before = app.shown()
        change(app.widget)
        await pilot.pause()
        part = app.shown()
        app.widget.refresh()
        await pilot.pause()
        assert part == app.shown()
        assert part != before
