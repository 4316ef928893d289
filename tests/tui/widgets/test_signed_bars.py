import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.terminal.display import ColorMode, Display
from tui.widgets.signed_bars import SignedBars


class BarsApp(App[None]):
    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.bars = SignedBars(display=Display(ColorMode.TRUECOLOR, ascii_only))

    def compose(self) -> ComposeResult:
        yield self.bars

    def lines(self) -> list[str]:
        return [self.bars.render_line(y).text for y in range(len(self.bars.values))]


async def test_bars_go_left_and_right_of_zero() -> None:
    app = BarsApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.bars.show([-2.0, 0.0, 1.0, 4.0], 4.0, chosen=3)
        await pilot.pause()
        negative, zero, quarter, full = app.lines()
        middle = zero.index("│")
        assert [line[middle] for line in app.lines()] == ["│"] * 4
        room = (40 - 1 - 3 - 11) // 2
        assert (negative[:middle].count("█"), full[middle:].count("█")) == (room // 2, room)
        assert set(negative[middle + 1 : -11]) == {" "}
        assert "█" not in zero + quarter[:middle] + full[:middle]
        assert [line[-11:].strip() for line in app.lines()] == ["-2", "+0", "+1", "+4"]
        assert [line[0] for line in app.lines()] == [" ", " ", " ", "▸"]


async def test_where_nothing_is_negative_bars_have_all_the_room() -> None:
    app = BarsApp(ascii_only=True)
    async with app.run_test(size=(40, 12)) as pilot:
        app.bars.show([0.0, 2.0], 2.0, chosen=0)
        await pilot.pause()
        assert "#" not in app.lines()[0]
        assert app.lines()[1].count("#") == 40 - 1 - 3 - 11
        assert all(line.isascii() for line in app.lines())


async def test_only_what_changed_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = BarsApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.bars.show([1.0, 2.0, 3.0], 3.0, chosen=0)
        await pilot.pause()
        regions: list[Region] = []
        monkeypatch.setattr(app.bars, "refresh", lambda *asked: regions.extend(asked))
        app.bars.show([1.0, 2.5, 3.0], 3.0, chosen=0)
        assert [region.y for region in regions] == [1]
        app.bars.show([1.0, 2.5, 3.0], 3.0, chosen=0)
        assert len(regions) == 1


async def test_numbers_that_are_not_finite_do_no_harm() -> None:
    app = BarsApp()
    async with app.run_test(size=(40, 12)) as pilot:
        app.bars.show([float("nan"), float("inf"), -1.0], 1.0, chosen=0)
        await pilot.pause()
        assert app.lines()[0].strip().endswith("nan")
        assert app.lines()[1].strip().endswith("+inf")
