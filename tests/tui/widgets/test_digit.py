import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.terminal.display import ColorMode, Display
from tui.widgets.digit import Digit

WHITE = np.full((28, 28), 255, np.uint8)


class CountingDigit(Digit):
    """Counts how often it is asked to paint itself again."""

    repaints = 0

    def refresh(self, *regions: Region, **options: bool) -> "CountingDigit":
        self.repaints += 1
        super().refresh(*regions, **options)
        return self


class DigitApp(App[None]):
    CSS = "#framed { border: solid white; }"

    def compose(self) -> ComposeResult:
        display = Display(ColorMode.SIXTEEN)
        yield CountingDigit(display=display, id="large")
        yield CountingDigit(display=display, size="thumbnail", id="thumbnail")
        yield CountingDigit(display=display, size="thumbnail", id="framed")


@pytest.mark.parametrize(("name", "size"), [("large", (28, 14)), ("thumbnail", (14, 7)), ("framed", (14, 7))])
async def test_its_size_is_fixed(name: str, size: tuple[int, int]) -> None:
    app = DigitApp()
    async with app.run_test(size=(80, 40)):
        assert app.query_one(f"#{name}").content_size == size


async def test_it_shows_the_image() -> None:
    app = DigitApp()
    async with app.run_test(size=(80, 40)):
        digit = app.query_one("#large", CountingDigit)
        assert digit.render_line(3).text == " " * 28
        digit.image = WHITE
        assert digit.render_line(3).text == "█" * 28
        digit.image = None
        assert digit.render_line(3).text == " " * 28


async def test_it_repaints_only_when_the_image_changes() -> None:
    app = DigitApp()
    async with app.run_test(size=(80, 40)) as pilot:
        digit = app.query_one("#large", CountingDigit)
        await pilot.pause()
        digit.repaints = 0
        digit.image = WHITE
        digit.image = WHITE.copy()
        assert digit.repaints == 1
        changed = WHITE.copy()
        changed[5, 5] = 0
        digit.image = changed
        assert digit.repaints == 2


async def test_it_does_not_follow_the_callers_array() -> None:
    app = DigitApp()
    async with app.run_test(size=(80, 40)):
        digit, pad = app.query_one("#large", CountingDigit), np.zeros((28, 28), np.uint8)
        digit.image = pad
        pad[:] = 255
        assert digit.render_line(3).text == " " * 28
        digit.image = pad
        assert digit.render_line(3).text == "█" * 28
