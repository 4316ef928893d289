import numpy as np
import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.app import App, ComposeResult

from tui.terminal.display import ColorMode, Display
from tui.widgets.confusion_grid import ConfusionGrid

COUNTS = np.eye(10, dtype=np.int64) * 980
COUNTS[4, 9] = 19
COUNTS[7, 2] = 12
COUNTS[0, 0] = 60_000


class ConfusionApp(App[None]):
    def __init__(self, display: Display | None = None) -> None:
        super().__init__()
        self.shows = display or Display(ColorMode.TRUECOLOR)
        self.moved: list[tuple[int, int]] = []
        self.chosen: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        yield ConfusionGrid(display=self.shows)

    def on_mount(self) -> None:
        self.grid.set_counts(COUNTS)
        self.grid.focus()

    def on_confusion_grid_cursor_moved(self, message: ConfusionGrid.CursorMoved) -> None:
        self.moved.append((message.true, message.predicted))

    def on_confusion_grid_cell_chosen(self, message: ConfusionGrid.CellChosen) -> None:
        self.chosen.append((message.true, message.predicted))

    @property
    def grid(self) -> ConfusionGrid:
        return self.query_one(ConfusionGrid)

    def lines(self) -> list[str]:
        return [self.grid.render_line(y).text for y in range(11)]


async def test_it_shows_counts_under_headers() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)):
        lines = app.lines()
        assert app.grid.content_size == (54, 11)
        assert lines[0].split()[1:] == list("0123456789")
        assert lines[5].split() == ["4", "·", "·", "·", "·", "980", "·", "·", "·", "·", "19"]
        assert lines[1].split()[:3] == ["0", "[60k]", "·"]


async def test_the_cursor_on_four_digits_moves_nothing_aside() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)):
        counts = COUNTS.copy()
        counts[4, 4] = 1124
        app.grid.set_counts(counts)
        before = app.lines()[5]
        app.grid.cursor = (4, 4)
        assert app.lines()[5].replace("]", " ") == before


async def test_row_per_cent_and_a_hidden_diagonal() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)):
        assert "%" not in app.lines()[0]
        app.grid.percent = True
        assert app.lines()[0].startswith("▸\\▹%   0    1")
        assert app.lines()[5].split()[-1] == "1.9"
        assert app.grid.cell_text(5, 5) == "100"
        app.grid.diagonal_hidden = True
        assert app.grid.cell_text(5, 5) == ""
        assert "98.1" not in app.lines()[5]


async def test_it_is_walked_and_enter_chooses() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)) as pilot:
        for down, right in ((1, 0), (0, 1), (0, 1), (-1, 0), (0, -1)):
            app.grid.action_move(down, right)
        await pilot.press("enter")
        assert app.moved == [(1, 0), (1, 1), (1, 2), (0, 2), (0, 1)]
        assert app.chosen == [(0, 1)]


async def test_the_cursor_stops_at_the_edge() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.grid.action_move(0, -1)
        app.grid.action_move(-1, 0)
        await pilot.pause()
        assert app.moved == []
        assert app.grid.cursor == (0, 0)


async def test_a_click_moves_the_cursor() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(ConfusionGrid, offset=(4 + 9 * 5 + 2, 1 + 4))
        assert app.grid.cursor == (4, 9)
        assert app.moved == [(4, 9)]


async def test_the_worst_mistake_is_the_hottest() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)):
        backgrounds = {}
        for row, text in ((4, "19"), (7, "12"), (7, "·")):
            for content, style, _ in app.grid.render_line(1 + row):
                if content.strip() == text and style is not None and style.bgcolor is not None:
                    backgrounds[text] = style.bgcolor.get_truecolor().red
        assert backgrounds["19"] > backgrounds["12"] > backgrounds["·"]


@pytest.mark.parametrize("mode", [ColorMode.SIXTEEN, ColorMode.NONE])
async def test_it_can_be_read_without_colour(mode: ColorMode) -> None:
    app = ConfusionApp(Display(mode, ascii=True))
    async with app.run_test(size=(80, 24)):
        app.grid.cursor = (4, 9)
        lines = app.lines()
        assert "[ 19]" in lines[5]
        assert all(line.isascii() for line in lines)


STEPS = np.eye(10, dtype=np.int64) * 980
STEPS[5, :5] = 0, 1, 6, 20, 64  # their roots are none and each quarter of the largest, or less


async def test_in_16_colours_each_step_of_heat_has_a_ground_of_its_own_and_a_lighter_one() -> None:
    app = ConfusionApp(Display(ColorMode.SIXTEEN))
    async with app.run_test(size=(80, 24)):
        app.grid.set_counts(STEPS)
        cells = cells_of(app, 5)
        assert [text.strip() for text, _ in cells[:5]] == ["·", "1", "6", "20", "64"]
        assert cells[0][1].dim
        assert not cells[1][1].dim
        assert cells[0][1].bgcolor == cells[1][1].bgcolor == app.grid.rich_style.bgcolor
        grounds = [style.bgcolor for _, style in cells[2:5] if style.bgcolor is not None]
        numbers = [ground.downgrade(ColorSystem.STANDARD).number for ground in grounds]
        assert numbers == [4, 6, 11]  # blue, cyan, bright yellow
        light = [sum(ground.get_truecolor()) for ground in grounds]
        assert light == sorted(set(light))


@pytest.mark.parametrize(("ascii_only", "signs"), [(False, " ░▒▓"), (True, " :+#")])
async def test_without_colours_denser_signs_stand_beside_what_is_more(ascii_only: bool, signs: str) -> None:
    app = ConfusionApp(Display(ColorMode.NONE, ascii=ascii_only))
    async with app.run_test(size=(80, 24)):
        app.grid.set_counts(STEPS)
        cells = cells_of(app, 5)
        assert [text for text, _ in cells[1:3]] == ["   1 ", f"  {signs[1]}6{signs[1]}"]
        assert [text[-1] for text, _ in cells[1:5]] == list(signs)
        assert [text.strip()[0] for text, _ in cells[2:5]] == list(signs[1:])
        assert [bool(style.bold) for _, style in cells[:5]] == [False, False, False, True, True]
        assert cells[0][1].dim
        assert not cells[1][1].dim


async def test_signs_beside_a_figure_of_four_letters_move_nothing_aside() -> None:
    app = ConfusionApp(Display(ColorMode.NONE))
    async with app.run_test(size=(80, 24)):
        counts = STEPS.copy()
        counts[5, 4] = 6400
        app.grid.set_counts(counts)
        assert cells_of(app, 5)[4][0] == "6400▓"
        app.grid.cursor = (5, 4)
        assert cells_of(app, 5)[4][0] == "6400]"


def cells_of(app: ConfusionApp, row: int) -> list[tuple[str, Style]]:
    """The ten cells of a true digit, each with its style."""
    strip = app.grid.render_line(1 + row)
    parts = strip.divide([4 + 5 * number for number in range(11)])[1:]
    return [(part.text, next((style for _, style, _ in part if style), Style())) for part in parts]


async def test_another_shape_is_refused() -> None:
    app = ConfusionApp()
    async with app.run_test(size=(80, 24)):
        with pytest.raises(ValueError, match=r"shape \(9, 9\); it must be \(10, 10\)"):
            app.grid.set_counts(np.zeros((9, 9), np.int64))


async def test_in_per_cent_the_heat_is_that_of_the_share() -> None:
    counts = np.eye(10, dtype=np.int64) * 100
    counts[1, 2], counts[1, 1] = 9, 900
    counts[3, 4] = 8
    app = ConfusionApp(Display(ColorMode.NONE))
    async with app.run_test(size=(80, 24)):
        app.grid.set_counts(counts)
        assert [bold(app, row) for row in (1, 3)] == [["9"], ["8"]]
        app.grid.percent = True
        assert [bold(app, row) for row in (1, 3)] == [[], ["7.4"]]


def bold(app: ConfusionApp, row: int) -> list[str]:
    cells = app.grid.render_line(1 + row)
    return [text.strip(" ░▒▓") for text, style, _ in cells if style is not None and style.bold]
