import numpy as np
import pytest
from held_clock import Clock
from textual.app import App, ComposeResult

from tui.terminal.display import ColorMode, Display
from tui.training.chart import Axes, Curve
from tui.training.plot import draw
from tui.widgets import charts, curve_plot
from tui.widgets.charts import Charts

X = np.linspace(0, 4, 100)


class ChartsApp(App[None]):
    def __init__(self, classes: str = "") -> None:
        super().__init__()
        self.set_class(bool(classes), *classes.split())

    def compose(self) -> ComposeResult:
        yield Charts(Display(ColorMode.TRUECOLOR))

    @property
    def charts(self) -> Charts:
        return self.query_one(Charts)

    def show(self, factor: float) -> None:
        """Curves that begin at this value, the accuracy's at its negative."""
        self.charts.show(*([Curve(X, sign * factor * np.exp(-X), "train", "train")] for sign in (1, -1)))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of the charts, which passes when the test lets it."""
    held = Clock()
    monkeypatch.setattr(Charts, "set_timer", lambda self, seconds, call: held.later(seconds, call))
    return held


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, Axes]]:
    """What was drawn of curves, draw by draw: where the curve begins, and the axes."""
    calls: list[tuple[float, Axes]] = []

    def counting(curves, width, height, axes, *rest):
        calls.extend((curve.y[0], axes) for curve in curves[:1])
        return draw(curves, width, height, axes, *rest)

    monkeypatch.setattr(curve_plot, "draw", counting)
    return calls


async def test_many_updates_are_few_draws_of_one_chart_each_and_the_newest_wins(
    drawn: list[tuple[float, Axes]], clock: Clock
) -> None:
    app = ChartsApp()
    async with app.run_test(size=(100, 20)) as pilot:
        for factor in range(1, 40):
            app.show(factor)
            await pilot.pause()
        assert [begin for begin, _ in drawn] == [1]
        for expected in ([1, -39], [1, -39, 39]):
            clock.pass_interval()  # and then another update would be waited for
            assert [seconds for seconds, _ in clock.waiting] == [charts.PATIENCE]
            clock.pass_interval()
            await pilot.pause()
            assert [begin for begin, _ in drawn] == expected
        clock.pass_interval()
        assert clock.waiting == []


async def test_an_update_that_comes_in_time_is_drawn_with_what_it_brings(
    drawn: list[tuple[float, Axes]], clock: Clock
) -> None:
    app = ChartsApp()
    async with app.run_test(size=(100, 20)) as pilot:
        for factor in (1, 2, 3):
            app.show(factor)
            await pilot.pause()
            clock.pass_interval()
        assert [begin for begin, _ in drawn] == [1, -2, 3]


async def test_what_a_person_asks_for_is_drawn_at_once(drawn: list[tuple[float, Axes]], clock: Clock) -> None:
    app = ChartsApp()
    async with app.run_test(size=(100, 20)) as pilot:
        app.show(1)
        app.show(2)
        app.charts.draw_now()
        await pilot.pause()
        assert sorted(begin for begin, _ in drawn[-2:]) == [-2, 2]
        drawn.clear()
        app.charts.set_log(True)
        await pilot.pause()
        assert [(begin, axes.log) for begin, axes in drawn] == [(2, True)]


@pytest.mark.parametrize(
    ("classes", "interval"),
    [("", charts.CROSSHAIR_INTERVAL), ("-low-bandwidth", charts.SLOW_CROSSHAIR_INTERVAL)],
)
async def test_a_crosshair_that_moves_fast_is_drawn_at_its_pace(
    clock: Clock, drawn: list[tuple[float, Axes]], classes: str, interval: float
) -> None:
    app = ChartsApp(classes=classes)
    async with app.run_test(size=(100, 20)) as pilot:
        app.show(1)
        app.charts.draw_now()
        await pilot.pause()
        drawn.clear()
        clock.waiting.clear()
        for place in range(1, 30):
            app.charts.set_crosshair(place / 10)
            await pilot.pause()
        assert [axes.crosshair for _, axes in drawn] == [0.1] * 2
        assert [seconds for seconds, _ in clock.waiting] == [interval]
        clock.pass_interval()
        await pilot.pause()
        assert [axes.crosshair for _, axes in drawn[2:]] == [2.9] * 2
        clock.pass_interval()
        app.charts.set_crosshair(None)
        await pilot.pause()
        assert [axes.crosshair for _, axes in drawn[4:]] == [None] * 2
