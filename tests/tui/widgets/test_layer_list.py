import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.terminal.display import ColorMode, Display
from tui.widgets.layer_list import LayerList, LayerRow, compact

ROWS = [LayerRow("image", "28x28x1", 0), LayerRow("conv1", "24x24x16", 416), LayerRow("dense1", "10", 23_050)]


class ListApp(App[None]):
    CSS = "LayerList { max-height: 100%; }"

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.layers = LayerList(display=Display(ColorMode.NONE, ascii_only))
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.layers

    def on_layer_list_chosen(self, event: LayerList.Chosen) -> None:
        self.chosen.append(event.index)

    def lines(self) -> list[str]:
        return [self.layers.render_line(y).text.rstrip() for y in range(self.layers.content_size.height)]


async def test_names_shapes_and_parameters_stand_in_columns() -> None:
    app = ListApp(ascii_only=True)
    async with app.run_test(size=(40, 10)) as pilot:
        app.layers.show(ROWS, 1)
        await pilot.pause()
        assert app.lines() == [
            "  image       28x28x1",
            "> conv1      24x24x16     416",
            "  dense1           10  23,050",
        ]


async def test_the_chosen_one_stays_in_sight() -> None:
    app = ListApp()
    many = [LayerRow(f"dense{number}", "10", 1) for number in range(30)]
    async with app.run_test(size=(40, 5)) as pilot:
        app.layers.show(many, 2)  # before it has a size
        await pilot.pause()
        assert app.lines()[0].split()[0] == "dense0"
        for chosen, first in ((0, 0), (4, 0), (5, 1), (29, 25), (25, 25), (24, 24)):
            app.layers.show(many, chosen)
            await pilot.pause()
            assert app.lines()[0].split()[0 if chosen > first else 1] == f"dense{first}"
            assert any(line.startswith("▸") for line in app.lines())


async def test_only_the_lines_that_changed_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.layers.show(ROWS, 1)
        await pilot.pause()
        painted: list[Region] = []
        monkeypatch.setattr(app.layers, "refresh", lambda *regions: painted.extend(regions))
        app.layers.show(list(ROWS), 1)
        assert painted == []
        app.layers.show(ROWS, 2)
        assert [region.y for region in painted] == [1, 2]


async def test_a_click_chooses() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.layers.show(ROWS, 1)
        await pilot.pause()
        await pilot.click(LayerList, offset=(5, 2))
        assert app.chosen == [2]


@pytest.mark.parametrize(
    ("count", "words"), [(10, "10"), (999_999, "999,999"), (12_345_678, "12.35M"), (200_000_000, "200M")]
)
def test_counts_are_short(count: int, words: str) -> None:
    assert compact(count) == words
