"""The pad on the screen: its ink, the pen in every colour mode, and no more painted than what changed."""

import pytest
from rich.segment import Segment
from strokes import Script, draw
from textual.app import App, ComposeResult

from tui.drawing.ink import Place, pixels
from tui.drawing.pad import Pad
from tui.terminal.display import ColorMode, Display
from tui.widgets.draw_pad import DrawPad
from tui.widgets.pixels import image_strips

THREE = draw(Script(3, 20, (0.5, 0.5), 2.5, 0.0))
GREYS = [Display(ColorMode.TRUECOLOR), Display(ColorMode.PALETTE)]
GLYPHS = [Display(ColorMode.SIXTEEN), Display(ColorMode.NONE), Display(ColorMode.NONE, ascii=True)]
CORNER = 1  # the frame


class PadApp(App[None]):
    """One pad, with the focus."""

    def __init__(self, display: Display, *, is_double: bool = False) -> None:
        super().__init__()
        self.pad = Pad()
        self.widget = DrawPad(self.pad, display=display, classes="-double" if is_double else "")

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.widget.focus()

    def cells(self, y: int, x: int, width: int) -> list[Segment]:
        """Some cells within the frame as they are on the screen."""
        line = self.screen._compositor.render_strips()[y + CORNER]
        return list(line.crop(x + CORNER, x + CORNER + width).simplify())


@pytest.mark.parametrize("is_double", [False, True])
@pytest.mark.parametrize("display", [*GREYS, *GLYPHS])
async def test_the_ink_is_drawn_as_an_image_is(display: Display, is_double: bool) -> None:
    app = PadApp(display, is_double=is_double)
    async with app.run_test(size=(80, 40)) as pilot:
        app.pad.put(THREE)
        app.pad.move_to(Place(0.5, 0.5))
        app.widget.redraw()
        await pilot.pause()
        image = THREE if is_double else pixels(THREE)
        for y, strip in enumerate(image_strips(image, display)):
            shown = "".join(segment.text for segment in app.cells(y, 0, strip.cell_length))
            assert shown[2:] == strip.text[2:]


@pytest.mark.parametrize("display", GREYS)
@pytest.mark.parametrize("is_lower", [False, True])
async def test_the_pen_is_one_pixel_in_colour(display: Display, is_lower: bool) -> None:
    app = PadApp(display)
    async with app.run_test(size=(80, 40)) as pilot:
        app.pad.move_to(Place(11.5 if is_lower else 10.5, 20.5))
        app.widget.redraw()
        await pilot.pause()
        seen = []
        for deed in (lambda: None, app.pad.toggle_eraser, app.pad.toggle_eraser):
            deed()
            app.widget.redraw()
            await pilot.pause()
            ((text, style, _),) = app.cells(5, 20, 1)
            assert text == "▀"
            assert style is not None
            pen, paper = (style.bgcolor, style.color) if is_lower else (style.color, style.bgcolor)
            assert paper is not None
            assert paper.get_truecolor() == (0, 0, 0)
            assert pen is not None
            assert max(pen.get_truecolor()) - min(pen.get_truecolor()) > 50  # no grey
            seen.append(pen)
        assert seen[0] == seen[2] != seen[1]


@pytest.mark.parametrize("display", GLYPHS)
async def test_without_greys_the_pen_is_a_letter_that_says_what_it_does(display: Display) -> None:
    app = PadApp(display)
    async with app.run_test(size=(80, 40)) as pilot:
        seen = []
        deeds = (lambda: None, app.pad.toggle_pen, app.pad.toggle_eraser, app.pad.toggle_pen)
        for deed in deeds:
            deed()
            app.widget.redraw()
            await pilot.pause()
            ((text, style, _),) = app.cells(7, 14, 1)
            assert style is not None
            assert style.reverse
            seen.append(text)
        assert seen == ["o", "X", "E", "e"]


@pytest.mark.parametrize("display", [*GREYS, *GLYPHS])
async def test_no_pen_is_shown_once_the_pad_is_left(display: Display) -> None:
    app = PadApp(display)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        with_pen = app.cells(7, 14, 1)
        app.screen.set_focus(None)
        await pilot.pause()
        assert app.cells(7, 14, 1) != with_pen
        assert "".join(segment.text for segment in app.cells(7, 0, 28)).strip() == ""


@pytest.mark.parametrize("display", [GREYS[0], GLYPHS[0]])
async def test_what_is_painted_of_a_stroke_leaves_the_screen_as_a_full_repaint_would(
    display: Display,
) -> None:
    app = PadApp(display)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        app.pad.toggle_pen()
        for right, down in ((3, 0), (0, 4), (-2, 1)):
            app.pad.move(right, down)
            app.widget.redraw()
            await pilot.pause()
        parts = [app.cells(y, 0, 28) for y in range(14)]
        app.widget.refresh()
        await pilot.pause()
        assert parts == [app.cells(y, 0, 28) for y in range(14)]
        app.widget.redraw()
        assert not app.widget._repaint_required
