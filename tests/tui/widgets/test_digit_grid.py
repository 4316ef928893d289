import numpy as np
import pytest
from textual.app import App, ComposeResult

from tui.terminal.display import ColorMode, Display
from tui.widgets.digit_grid import DigitGrid, Tile


def tile(index: int) -> Tile:
    return Tile(np.full((28, 28), 255 if index % 2 else 0, np.uint8), f"number {index}")


class GridApp(App[None]):
    def __init__(self, count: int = 100, ascii_only: bool = False) -> None:
        super().__init__()
        self.count = count
        self.ascii_only = ascii_only
        self.moves: list[int] = []
        self.asked: list[int] = []

    def compose(self) -> ComposeResult:
        yield DigitGrid(display=Display(ColorMode.SIXTEEN, self.ascii_only))

    def on_mount(self) -> None:
        self.grid.show(self.count, self.ask)
        self.grid.focus()

    def on_digit_grid_selected(self, message: DigitGrid.Selected) -> None:
        self.moves.append(message.index)

    def ask(self, index: int) -> Tile:
        self.asked.append(index)
        return tile(index)

    @property
    def grid(self) -> DigitGrid:
        return self.query_one(DigitGrid)

    def text(self) -> str:
        return "\n".join(self.grid.render_line(y).text for y in range(self.grid.content_size.height))


@pytest.mark.parametrize(
    ("size", "columns", "capacity"), [((80, 24), 5, 15), ((120, 36), 7, 28), ((40, 8), 2, 2)]
)
async def test_how_many_fit_follows_from_the_size(size: tuple[int, int], columns: int, capacity: int) -> None:
    app = GridApp()
    async with app.run_test(size=size):
        assert (app.grid.columns, app.grid.capacity) == (columns, capacity)


async def test_only_the_page_shown_is_asked_for() -> None:
    app = GridApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert sorted(set(app.asked)) == list(range(15))
        assert len(app.asked) == 15
        assert "number 14" in app.text()
        assert "number 15" not in app.text()


@pytest.mark.parametrize(
    ("keys", "moves"),
    [
        (["right", "l", "left", "h"], [1, 2, 1, 0]),
        (["down", "j", "up", "k"], [5, 10, 5, 0]),
        (["left", "up"], []),
        (["pagedown", "pageup"], [15, 0]),
        (["end", "right", "home"], [99, 0]),
    ],
)
async def test_keys_move_and_announce(keys: list[str], moves: list[int]) -> None:
    app = GridApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        assert app.moves == moves


async def test_moving_past_the_edge_turns_the_page() -> None:
    app = GridApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "down")
        assert app.grid.page == range(15, 30)
        assert "[number 15]" in app.text()


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_the_selection_is_seen_without_colour(ascii_only: bool) -> None:
    app = GridApp(ascii_only=ascii_only)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right")
        text = app.text()
        assert "[number 1]" in text
        assert "[number 0]" not in text
        assert text.isascii() is ascii_only


async def test_a_click_selects() -> None:
    app = GridApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(DigitGrid, offset=(20, 10))
        assert app.moves == [6]
        await pilot.click(DigitGrid, offset=(20, 10))
        assert app.moves == [6]


async def test_selecting_from_outside_posts_nothing() -> None:
    app = GridApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.grid.select(44)
        await pilot.pause()
        assert app.moves == []
        assert app.grid.selected == 44
        assert app.grid.page == range(30, 45)


async def test_an_empty_grid_is_blank_and_ignores_keys() -> None:
    app = GridApp(count=0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right", "down", "pagedown", "end")
        assert app.grid.selected is None
        assert app.moves == []
        assert app.text().strip() == ""


async def test_reloading_asks_again_and_keeps_the_selection() -> None:
    app = GridApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right")
        app.asked.clear()
        app.grid.reload()
        await pilot.pause()
        assert sorted(app.asked) == list(range(15))
        assert app.grid.selected == 1


async def test_markup_in_a_caption_is_text() -> None:
    app = GridApp()
    async with app.run_test(size=(80, 24)):
        app.grid.show(2, lambda _: Tile(np.zeros((28, 28), np.uint8), "[red]x[/red]"))
        assert "[red]x[/red]" in app.text()
