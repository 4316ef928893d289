import numpy as np
from textual.app import App, ComposeResult

from nn.batches import Images
from tui.answering.answers import Answers
from tui.answering.other_runs import OtherRun
from tui.answering.versus import Part, Versus
from tui.widgets.comparison_table import ComparisonTable

LABELS = np.zeros(9, np.uint8)
THIS = np.eye(10)[[0, 0, 0, 0, 1, 1, 1, 2, 2]]  # right on four
OTHER = np.array([0, 0, 0, 1, 0, 0, 1, 1, 1], np.uint8)  # right on five
VERSUS = Versus(
    Answers("test", Images(np.zeros((9, 28, 28), np.uint8), LABELS), THIS, 1),
    OtherRun("other", 1, OTHER, 0, 1),
)


class TableApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.moved: list[Part] = []

    def compose(self) -> ComposeResult:
        yield ComparisonTable()

    def on_mount(self) -> None:
        self.table.set_versus(VERSUS)
        self.table.focus()

    def on_comparison_table_moved(self, message: ComparisonTable.Moved) -> None:
        self.moved.append(message.part)

    @property
    def table(self) -> ComparisonTable:
        return self.query_one(ComparisonTable)

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(3)]


async def test_counts_stand_where_their_row_and_column_say() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)):
        head, right, wrong = app.lines()
        assert head.split() == ["other", "right", "other", "wrong"]
        assert right.split() == ["this", "right", "3", "both", "right", "[", "1", "fixed", "]"]
        assert wrong.split() == ["this", "wrong", "2", "broken", "3", "both", "wrong"]
        assert {len(line) for line in app.lines()} == {53}


async def test_arrows_walk_and_stop_at_the_edge() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.table.part is Part.FIXED
        await pilot.press("right", "up", "down", "h", "k", "l")
        assert app.moved == [Part.BOTH_WRONG, Part.BROKEN, Part.BOTH_RIGHT, Part.FIXED]
        assert "[" in app.lines()[1]


async def test_a_click_chooses_a_cell() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(ComparisonTable, offset=(14, 2))
        assert app.moved == [Part.BROKEN]
        await pilot.click(ComparisonTable, offset=(3, 2))  # the name of the row
        assert app.moved == [Part.BROKEN]


async def test_without_another_run_there_are_no_counts() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)):
        app.table.set_versus(None)
        assert not any(letter.isdigit() for line in app.lines() for letter in line)
