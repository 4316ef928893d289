import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from tui.terminal.display import ColorMode, Display
from tui.widgets.probability_bars import ProbabilityBars, bar

SHARES = [0.01, 0.0, 0.02, 0.05, 0.0, 0.0, 0.0, 0.65, 0.02, 0.25]


class BarsApp(App[None]):
    def __init__(self, ascii_only: bool = False) -> None:
        super().__init__()
        self.ascii_only = ascii_only

    def compose(self) -> ComposeResult:
        yield ProbabilityBars(display=Display(ColorMode.TRUECOLOR, self.ascii_only))

    @property
    def bars(self) -> ProbabilityBars:
        return self.query_one(ProbabilityBars)

    def lines(self) -> list[str]:
        return [self.bars.render_line(y).text for y in range(10)]


async def test_marks_tell_true_from_predicted() -> None:
    app = BarsApp()
    async with app.run_test(size=(60, 12)):
        app.bars.set_probabilities(SHARES, true=9)
        lines = app.lines()
        assert app.bars.predicted == 7
        assert lines[7].startswith(" ▹ 7 █")
        assert lines[9].startswith("▸  9 █")
        assert lines[7].rstrip().endswith("65.0 %")
        assert lines[1].startswith("   1 ")
        assert {len(line) for line in lines} == {60}


async def test_a_right_answer_carries_both_marks_in_ascii_too() -> None:
    app = BarsApp(ascii_only=True)
    async with app.run_test(size=(60, 12)):
        app.bars.set_probabilities(SHARES, true=7)
        assert app.lines()[7].startswith(">) 7 #")
        assert all(line.isascii() for line in app.lines())


async def test_no_answer_has_no_bars() -> None:
    app = BarsApp()
    async with app.run_test(size=(60, 12)):
        app.bars.set_probabilities(SHARES)
        app.bars.set_probabilities(None)
        assert app.bars.predicted is None
        assert [line.strip() for line in app.lines()] == list("0123456789")


async def test_ten_are_needed() -> None:
    app = BarsApp()
    async with app.run_test(size=(60, 12)):
        with pytest.raises(ValueError, match="9 probabilities were given; there must be 10"):
            app.bars.set_probabilities(SHARES[:9])


@given(st.floats(-0.5, 1.5), st.integers(0, 60), st.booleans())
def test_a_bar_fills_its_cells(fraction: float, width: int, ascii_only: bool) -> None:
    drawn = bar(fraction, width, Display(ColorMode.NONE, ascii_only))
    assert len(drawn) == width
    full = drawn.count("#" if ascii_only else "█")
    assert abs(full - min(max(fraction, 0), 1) * width) <= 1


async def test_a_diverged_answer_predicts_nothing() -> None:
    app = BarsApp()
    async with app.run_test(size=(60, 12)):
        app.bars.set_probabilities([float("nan")] * 10, true=3)
        assert app.bars.predicted is None
        assert "nan %" in app.lines()[3]
        assert "▸" in app.lines()[3]


async def test_bars_end_where_longer_ones_say_no_more() -> None:
    app = BarsApp(ascii_only=True)
    async with app.run_test(size=(160, 12)):
        app.bars.set_probabilities([1.0, *[0.0] * 9])
        assert app.lines()[0].count("#") == 60
        assert {line.index("%") for line in app.lines()} == {5 + 60 + 7}
