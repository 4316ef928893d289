import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from nn.explain.inspection import Tensor
from tui.inspecting.sheets import Sheet
from tui.terminal.display import ColorMode, Display
from tui.widgets.tile_sheet import TileSheet


def sheet(values: np.ndarray, limit: float = 1.0) -> Sheet:
    """Tiles from (count, rows, columns)."""
    count, rows, columns = values.shape
    return Sheet(count, rows, columns, lambda index: values[index], limit, Tensor.of(values))


def pictures(count: int = 50, rows: int = 14, columns: int = 14, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (count, rows, columns))


class SheetApp(App[None]):
    CSS = "Screen > * { border: round white; padding: 1 2; } .-bare TileSheet { border: none; padding: 0; }"

    def __init__(self, display: Display | None = None, *, framed: bool = False) -> None:
        super().__init__()
        self.tiles = TileSheet(display=display or Display())
        self.chosen: list[int] = []
        self.framed = framed

    def compose(self) -> ComposeResult:
        yield self.tiles

    def on_mount(self) -> None:
        self.screen.set_class(not self.framed, "-bare")

    def on_tile_sheet_chosen(self, event: TileSheet.Chosen) -> None:
        self.chosen.append(event.index)

    def lines(self) -> list[str]:
        return [self.tiles.render_line(y).text for y in range(self.tiles.content_size.height)]

    def shown(self) -> list[Strip]:
        return [strip.simplify() for strip in self.screen._compositor.render_strips()]


async def test_a_page_holds_what_fits_with_the_chosen_one_marked() -> None:
    app = SheetApp()
    async with app.run_test(size=(46, 18)) as pilot:
        await pilot.pause()
        app.tiles.show(sheet(pictures()), chosen=7)
        await pilot.pause()
        assert (app.tiles.page, app.tiles.pages) == (range(6, 12), (2, 9))
        captions = app.lines()[7], app.lines()[15]
        assert captions[0].split() == ["6", "[7]", "8"]
        assert captions[1].split() == ["9", "10", "11"]
        app.tiles.show(sheet(pictures()), chosen=48)
        assert app.tiles.page == range(48, 50)


async def test_single_numbers_stand_in_rows_under_their_indices() -> None:
    values = np.linspace(-1, 1, 120)[:, None, None]
    app = SheetApp(Display(ColorMode.NONE, ascii=True))
    async with app.run_test(size=(50, 10)) as pilot:
        await pilot.pause()
        app.tiles.show(sheet(values), chosen=23)
        await pilot.pause()
        lines = app.lines()
        assert [line[:6].strip() for line in lines[:7]] == ["0", "20", "40", "60", "80", "100", ""]
        assert lines[0][6:10] == "ZZZZ"
        assert lines[5][6 + 38 :][:2] == "##"
        assert lines[1][6 + 6 :][:2] == "[]"
        assert sum(line.count("[") for line in lines) == 1


async def test_few_single_numbers_are_larger() -> None:
    values = np.linspace(-1, 1, 30)[:, None, None]
    app = SheetApp()
    async with app.run_test(size=(50, 8)) as pilot:
        await pilot.pause()
        app.tiles.show(sheet(values), chosen=11)
        await pilot.pause()
        assert [line[:6].strip() for line in app.lines()[:4]] == ["0", "", "10", ""]
        assert [line[10:14] for line in app.lines()[:4]] == ["    ", "    ", "[  ]", "[  ]"]


async def test_only_tiles_that_look_different_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = SheetApp()
    async with app.run_test(size=(46, 18)) as pilot:
        await pilot.pause()
        values = pictures()
        app.tiles.show(sheet(values), chosen=0)
        await pilot.pause()
        asked: list[tuple[Region, ...]] = []
        monkeypatch.setattr(app.tiles, "refresh", lambda *regions: asked.append(regions))
        app.tiles.show(sheet(values.copy()), chosen=0)
        assert asked == []
        other = values.copy()
        other[4] *= -1
        other[30] *= -1  # on another page
        app.tiles.show(sheet(other), chosen=0)
        assert asked == [(Region(0, 8, 30, 8),)]
        app.tiles.show(sheet(other), chosen=2)
        assert asked[1] == (Region(0, 7, 45, 1),)
        app.tiles.show(sheet(other), chosen=6)
        assert asked[2] == ()  # another page: all of it


@pytest.mark.parametrize("flat", [False, True])
async def test_a_part_repainted_equals_the_whole(flat: bool) -> None:
    app = SheetApp(framed=True)
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.pause()
        values = pictures(120, 1, 1) if flat else pictures()
        app.tiles.show(sheet(values), chosen=0)
        await pilot.pause()
        before, other = app.shown(), values.copy()
        other[3] *= -1
        app.tiles.show(sheet(other), chosen=4)
        await pilot.pause()
        part = app.shown()
        app.tiles.refresh()
        await pilot.pause()
        assert app.shown() == part
        assert part != before


@pytest.mark.parametrize(("offset", "index"), [((16, 1), 1), ((1, 9), 3), ((45, 1), None)])
async def test_a_click_chooses(offset: tuple[int, int], index: int | None) -> None:
    app = SheetApp()
    async with app.run_test(size=(46, 18)) as pilot:
        await pilot.pause()
        app.tiles.show(sheet(pictures()), chosen=0)
        await pilot.pause()
        await pilot.click(TileSheet, offset=offset)
        assert app.chosen == ([] if index is None else [index])


async def test_a_close_up_is_large_or_not_there() -> None:
    app = SheetApp()
    async with app.run_test(size=(46, 16)) as pilot:
        await pilot.pause()
        near = sheet(pictures(1, 5, 5)).only(0, "7: weights")
        app.tiles.show(near, above=0.5)
        await pilot.pause()
        assert app.tiles.pixel == app.tiles.tiling.enlarged == 6
        assert app.lines()[15].strip() == "7: weights"
        app.tiles.show(near, above=6)
        assert app.tiles.page == range(0)
        app.tiles.show(sheet(pictures(1, 40, 40)), above=0.5)
        assert app.tiles.page == range(0)
        await pilot.pause()
        assert set("".join(app.lines())) == {" "}
        await pilot.resize_terminal(46, 40)
        assert app.tiles.page == range(1)


@pytest.mark.parametrize("display", [Display(ColorMode.NONE, ascii=True), Display(ColorMode.TRUECOLOR, True)])
async def test_ascii_stays_ascii(display: Display) -> None:
    app = SheetApp(display)
    async with app.run_test(size=(46, 18)) as pilot:
        await pilot.pause()
        app.tiles.show(sheet(pictures()), chosen=1)
        await pilot.pause()
        assert "".join(app.lines()).isascii()


async def test_nothing_is_nothing() -> None:
    app = SheetApp()
    async with app.run_test(size=(46, 18)) as pilot:
        app.tiles.show(sheet(pictures()), chosen=1)
        app.tiles.show(None)
        await pilot.pause()
        assert set("".join(app.lines())) == {" "}
        assert app.tiles.pages == (1, 1)
