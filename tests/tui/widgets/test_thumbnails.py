from collections.abc import Callable

import numpy as np
from textual.app import App, ComposeResult

from tui.terminal.display import ColorMode, Display
from tui.widgets.digit_grid import DigitGrid, Tile
from tui.widgets.thumbnails import Thumbnails


class ThumbnailApp(App[None]):
    def compose(self) -> ComposeResult:
        yield DigitGrid(display=Display(ColorMode.SIXTEEN))

    @property
    def grid(self) -> DigitGrid:
        return self.query_one(DigitGrid)

    def text(self) -> str:
        return "\n".join(self.grid.render_line(y).text for y in range(self.grid.content_size.height))


def tiles(name: str, *, changed: int | None = None) -> Callable[[int], Tile]:
    def tile(place: int) -> Tile:
        image = np.full((28, 28), 255 if place == changed else 0, np.uint8)
        return Tile(image, f"{name} {place}")

    return tile


async def test_what_looks_alike_is_not_painted_again() -> None:
    app = ThumbnailApp()
    async with app.run_test(size=(80, 24)) as pilot:
        thumbnails = Thumbnails(app.grid)
        thumbnails.show(40, tiles("a"), 0)
        await pilot.pause()
        thumbnails.show(40, tiles("a", changed=30), 0)
        assert not app.grid._repaint_required
        thumbnails.show(40, tiles("a", changed=3), 0)
        assert app.grid._repaint_required
        await pilot.pause()
        thumbnails.show(40, tiles("b", changed=3), 0)
        assert app.grid._repaint_required
        assert "[b 0]" in app.text()


async def test_another_page_shows_the_newest() -> None:
    app = ThumbnailApp()
    async with app.run_test(size=(80, 24)) as pilot:
        thumbnails = Thumbnails(app.grid)
        thumbnails.show(40, tiles("a"), 0)
        await pilot.pause()
        seen: list[int] = []

        def newest(place: int) -> Tile:
            seen.append(place)
            return Tile(np.zeros((28, 28), np.uint8), f"{'a' if place < 15 else 'new'} {place}")

        thumbnails.show(40, newest, 1)
        assert app.grid.selected == 1
        app.grid.focus()
        await pilot.press("pagedown")
        assert "[new 16]" in app.text()
        assert max(seen) < 30


async def test_another_count_and_nothing() -> None:
    app = ThumbnailApp()
    async with app.run_test(size=(80, 24)):
        thumbnails = Thumbnails(app.grid)
        thumbnails.show(40, tiles("a"), 0)
        thumbnails.show(2, tiles("a"), 1)
        assert app.grid.count == 2
        thumbnails.clear()
        assert app.grid.count == 0
        thumbnails.show(40, tiles("a"), 39)
        assert app.grid.selected == 39
        assert "[a 39]" in app.text()
