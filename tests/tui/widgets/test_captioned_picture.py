import numpy as np
from textual.app import App, ComposeResult

from tui.terminal.display import Display
from tui.widgets.captioned_picture import CaptionedPicture
from tui.widgets.pixels import image_strips

PICTURE = image_strips(np.random.default_rng(1).integers(0, 255, (28, 28), np.uint8), Display())


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield CaptionedPicture()


async def test_it_shows_strips_and_words_under_them_and_cuts_what_is_too_long() -> None:
    app = Host()
    async with app.run_test() as pilot:
        shown = app.query_one(CaptionedPicture)
        assert shown.size == (28, 16)
        assert shown.render_line(0).text.strip() == ""
        shown.show(PICTURE, ("[b]first", "s" * 40))
        await pilot.pause()
        assert [shown.render_line(y).text for y in range(14)] == [strip.text for strip in PICTURE]
        assert shown.render_line(14).text == "[b]first".ljust(28)
        assert shown.render_line(15).text == "s" * 28
        assert shown.words == ("[b]first", "s" * 40)


async def test_the_same_again_paints_nothing() -> None:
    app = Host()
    async with app.run_test() as pilot:
        shown = app.query_one(CaptionedPicture)
        shown.show(PICTURE, ("one", "two"))
        await pilot.pause()
        shown.show(list(PICTURE), ("one", "two"))
        assert not shown._repaint_required
        shown.show(PICTURE, ("one", "three"))
        assert shown._repaint_required
