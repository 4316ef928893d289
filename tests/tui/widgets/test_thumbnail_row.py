import numpy as np
from textual.app import App, ComposeResult

from tui.terminal.display import ColorMode, Display
from tui.widgets.digit import digit_strips
from tui.widgets.digit_grid import Tile
from tui.widgets.thumbnail_row import ThumbnailRow

DISPLAY = Display(ColorMode.NONE)


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield ThumbnailRow(display=DISPLAY)


def tiles(count: int) -> list[Tile]:
    rng = np.random.default_rng(2)
    return [Tile(rng.integers(0, 255, (28, 28), np.uint8), f"{place} at 4.5") for place in range(count)]


async def test_images_stand_side_by_side_with_captions_under_them() -> None:
    app = Host()
    async with app.run_test():
        row, shown = app.query_one(ThumbnailRow), tiles(5)
        row.show(shown)
        assert row.size == (74, 8)
        for y in range(7):
            expected = " ".join(digit_strips(tile.image, "thumbnail", DISPLAY)[y].text for tile in shown)
            assert row.render_line(y).text == expected
        assert row.render_line(7).text.split() == [word for tile in shown for word in tile.caption.split()]
        row.show(shown[:2])
        assert row.captions == ["0 at 4.5", "1 at 4.5"]
        assert row.render_line(7).text[30:].strip() == ""


async def test_the_same_again_paints_nothing() -> None:
    app = Host()
    async with app.run_test() as pilot:
        row = app.query_one(ThumbnailRow)
        row.show(tiles(5))
        await pilot.pause()
        row.show(tiles(5))
        assert not row._repaint_required
        row.show([*tiles(4), Tile(np.zeros((28, 28), np.uint8), "4 at 4.5")])
        assert row._repaint_required
