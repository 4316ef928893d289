import numpy as np
import pytest
from textual.app import App, ComposeResult

from tui.terminal.display import ColorMode, Display
from tui.training.chart import Axes, Curve
from tui.training.plot import draw
from tui.widgets import curve_plot
from tui.widgets.curve_plot import CurvePlot

X = np.linspace(0, 4, 100)


def falling(factor: float) -> list[Curve]:
    ends = np.arange(5.0)
    return [
        Curve(X, factor * np.exp(-X), "train", "train"),
        Curve(ends, factor * np.exp(-ends), "validation", "validation", points=True),
    ]


class PlotApp(App[None]):
    def compose(self) -> ComposeResult:
        yield CurvePlot("loss", display=Display(ColorMode.TRUECOLOR), axes=Axes(x_label="epoch"))

    def show(self, curves: list[Curve]) -> None:
        self.plot.set_curves(curves)
        self.plot.draw_now()

    @property
    def plot(self) -> CurvePlot:
        return self.query_one(CurvePlot)

    def text(self) -> str:
        return "\n".join(self.plot.render_line(y).text for y in range(self.plot.content_size.height))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Curve, ...]]:
    """What was drawn, draw by draw."""
    calls: list[tuple[Curve, ...]] = []

    def counting(curves, *arguments):
        calls.append(curves)
        return draw(curves, *arguments)

    monkeypatch.setattr(curve_plot, "draw", counting)
    return calls


async def test_it_says_that_there_is_no_data_and_then_shows_it() -> None:
    app = PlotApp()
    async with app.run_test(size=(80, 20)) as pilot:
        assert "no data yet" in app.text()
        app.show(falling(2.0))
        await pilot.pause()
        text = app.text()
        assert "loss" in text
        assert "train" in text
        assert "• " in text
        assert "no data yet" not in text


async def test_what_is_on_the_screen_already_is_not_drawn_again(drawn: list[tuple[Curve, ...]]) -> None:
    app = PlotApp()
    async with app.run_test(size=(80, 20)) as pilot:
        app.show(falling(2.0))
        await pilot.pause()
        drawn.clear()
        app.plot.set_curves(falling(2.0))
        app.plot.set_crosshair(None)
        app.plot.draw_now()
        await pilot.pause()
        assert drawn == []
        app.plot.set_log(True)
        assert app.plot.is_old
        app.plot.draw_now()
        await pilot.pause()
        assert len(drawn) == 1


async def test_a_hidden_plot_draws_nothing_and_shows_the_newest_when_it_appears(
    drawn: list[tuple[Curve, ...]],
) -> None:
    app = PlotApp()
    async with app.run_test(size=(80, 20)) as pilot:
        app.plot.display = False
        await pilot.pause()
        drawn.clear()
        for factor in range(1, 10):
            app.show(falling(factor))
            await pilot.pause()
        assert drawn == []
        app.plot.display = True
        await pilot.pause()
        assert drawn
        assert drawn[-1][0].y[0] == 9


async def test_the_crosshair_is_a_line_in_the_chart_and_leaves_the_legend_alone() -> None:
    app = PlotApp()
    async with app.run_test(size=(100, 20)) as pilot:
        app.show(falling(2.0))
        await pilot.pause()
        before = [app.plot.render_line(y).text for y in range(20)]
        app.plot.set_crosshair(2.1)
        await pilot.pause()
        app.plot.draw_now()
        after = [app.plot.render_line(y).text for y in range(20)]
        assert after[0] == before[0]
        assert after[1:] != before[1:]


async def test_a_hostile_name_is_harmless_in_the_legend() -> None:
    app = PlotApp()
    async with app.run_test(size=(100, 20)) as pilot:
        app.plot.set_curves([Curve(X, X, "[red]\x1b[31m", "overlay")])
        await pilot.pause()
        app.plot.draw_now()
        assert "[red]?[31m" in app.plot.render_line(0).text


@pytest.mark.parametrize(
    ("width", "legend"),
    [
        (48, "loss - s3 5000 steps - train • validation"),
        (41, "loss - s3 5000 steps - train • val"),
        (36, "loss - s3 5000~ - train • val"),
        (32, "loss - s3 ~ - train • val"),
        (29, "loss - - train • val"),
        (20, "loss - - •"),
    ],
)
async def test_names_give_way_in_a_narrow_legend(width: int, legend: str) -> None:
    app = PlotApp()
    async with app.run_test(size=(width, 12)) as pilot:
        app.show([Curve(X, X, "s3 5000 steps", "overlay"), *falling(2.0)])
        await pilot.pause()
        assert len(app.plot.render_line(0).text) == width
        assert " ".join(app.plot.render_line(0).text.split()).replace("⠤⠤⠤", "-") == legend


async def test_log_is_part_of_the_axes() -> None:
    app = PlotApp()
    async with app.run_test(size=(80, 20)):
        app.plot.set_log(True)
        assert app.plot.axes == Axes(log=True, x_label="epoch")


async def test_another_size_is_drawn_anew() -> None:
    app = PlotApp()
    async with app.run_test(size=(80, 20)) as pilot:
        app.plot.set_curves(falling(2.0))
        await pilot.resize_terminal(50, 12)
        text = app.text().splitlines()
        assert len(text) == 12
        assert text[-1].rstrip().endswith("epoch 4")
        assert len(text[-2].rstrip()) == 50
