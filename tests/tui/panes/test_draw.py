"""The Draw pane: the pad's keys and whose they are, the answers, and what is changed in a drawing."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from draw_host import SMALL, THREE, DrawHost, answers, heard, is_quiet, pane_of, settled, told
from image_host import DATASET
from piloted_app import until
from textual.widget import Widget

from tui.drawing.ink import Place, of_pixels
from tui.messages import Said
from tui.panes.draw import DrawPane
from tui.session import Session
from tui.widgets.digit import Digit
from tui.widgets.draw_pad import DrawPad
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.view_picture import ViewPicture
from tui.widgets.words import Words

SIZES = [(60, 18), (80, 22), (80, 33), (160, 56)]


def last_said(app: DrawHost) -> str:
    said = heard(app, Said)[-1]
    assert isinstance(said, Said)
    return said.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_stroke_is_drawn_and_answered_at_every_size(draw: DrawHost, size: tuple[int, int]) -> None:
    async with draw.run_test(size=size) as pilot:
        await settled(pilot)
        bars = draw.query_one(ProbabilityBars)
        assert bars.predicted is None
        assert "an empty pad has no answer" in draw.said("draw-facts")
        await pilot.press("space", "down", "pagedown", "right", "k", "h", "space", "left")
        await settled(pilot)
        pane = pane_of(draw)
        assert pane.sketch.pad.ink.any()
        assert not pane.sketch.pad.pen_is_down
        assert pane.sketch.pad.pixel == (15, 14)
        assert bars.predicted == int(answers(pane.latest.reading.normalised).argmax())
        assert "untrained network" in draw.said("draw-facts")
        assert draw.trained == 0
        await pilot.press("u")
        await settled(pilot)
        assert bars.predicted is None
        assert draw.query_one(DrawPad).scale == (2 if size == SIZES[-1] else 1)


async def test_escape_gives_space_back_and_enter_takes_the_pad(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        pad = draw.query_one(DrawPad)
        assert pad.has_focus
        await pilot.press("space", "escape", "right", "space")
        await settled(pilot)
        pane = pane_of(draw)
        assert (draw.trained, pane.sketch.pad.pen_is_down, pane.sketch.pad.pixel) == (1, False, (14, 14))
        assert pad.border_title == "Enter takes the pad"
        await pilot.press("enter", "right", "space")
        await settled(pilot)
        assert (draw.trained, pane.sketch.pad.pen_is_down, pane.sketch.pad.pixel) == (1, True, (14, 15))
        assert pad.border_title == "pen down, 2.5 wide"


async def test_pen_width_and_eraser_are_said_on_the_frame(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("b", "x")
        await settled(pilot)
        assert draw.query_one(DrawPad).border_title == "eraser up, 4 wide"


async def test_a_mouse_draws_and_its_right_button_erases(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await settled(pilot)
        pad = pane_of(draw).sketch.pad
        corner = (1, 1)  # the frame
        await pilot.mouse_down(DrawPad, offset=(corner[0] + 4, corner[1] + 3))
        await pilot.hover(DrawPad, offset=(corner[0] + 20, corner[1] + 3))
        await pilot.mouse_up(DrawPad, offset=(corner[0] + 20, corner[1] + 3))
        await settled(pilot)
        assert pad.ink[14, 10:40].min() == 255
        assert pad.place == Place(7.0, 20.5)
        assert draw.query_one(ProbabilityBars).predicted is not None
        await pilot.hover(DrawPad, offset=(corner[0] + 20, corner[1] + 12))
        assert pad.place == Place(7.0, 20.5)
        await pilot.click(DrawPad, offset=(corner[0] + 10, corner[1] + 3), button=3)
        await settled(pilot)
        assert pad.ink[14, 21] == 0


async def test_both_views_are_shown_with_their_answers(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 33)) as pilot:
        pane = pane_of(draw)
        pane.sketch.pad.put(THREE)
        await pilot.press("a", "a")
        await settled(pilot)
        seen, reading = pane.latest.views, pane.latest.reading
        assert seen is not None
        for name, image in zip(("drawn", "normalised"), seen, strict=True):
            picture = draw.query_one(f"#draw-{name}", ViewPicture)
            assert [digit.display for digit in picture.query(Digit)] == [True, False]
            for digit in picture.query(Digit):
                assert digit.image is not None
                assert np.array_equal(digit.image, image)
        words = draw.query_one("#draw-drawn", ViewPicture).query_one(Words)
        digit = int(answers(reading.drawn).argmax())
        assert words.said == f"○ as drawn {digit} {answers(reading.drawn)[digit] * 100:.1f} %"
        assert draw.said("draw-facts").startswith("shifted 2 left")
        await pilot.press("n")
        assert words.said.startswith("● as drawn")
        assert draw.query_one(ProbabilityBars).predicted == digit


async def test_shift_turn_and_noise_change_what_is_seen_and_reset_undoes_them(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        pane = pane_of(draw)
        pane.sketch.pad.put(THREE)
        await pilot.press("d", "w", "greater_than_sign", "greater_than_sign", "plus", "plus", "minus")
        await settled(pilot)
        assert draw.said("draw-facts").startswith("shifted 1 right 1 up, turned 10 degrees right, noise 5 %")
        changed = pane.latest.views
        await pilot.press("z")
        await settled(pilot)
        assert pane.latest.views is not None
        assert changed is not None
        assert not np.array_equal(pane.latest.views.drawn, changed.drawn)
        assert np.array_equal(pane.sketch.pad.ink, THREE)


async def test_the_chosen_image_comes_onto_the_pad_with_its_label(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        draw.session.chosen = 5
        await pilot.press("i")
        await settled(pilot)
        pane = pane_of(draw)
        assert np.array_equal(pane.sketch.pad.ink, of_pixels(DATASET.test_images[5]))
        assert pane.sketch.label == DATASET.test_labels[5]
        assert pane.latest.views is not None
        assert np.array_equal(pane.latest.views.drawn, DATASET.test_images[5])
        draw.session.answers = None
        await pilot.press("i")
        await told(pilot, "there is no image to take")


async def test_the_answer_follows_the_network(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        pane = pane_of(draw)
        pane.sketch.pad.put(THREE)
        await pilot.press("z")
        await settled(pilot)
        before = answers(pane.latest.reading.normalised)
        draw.session.config = msgspec.structs.replace(SMALL, seed=8)
        pane.show()
        await settled(pilot)
        assert not np.array_equal(before, answers(pane.latest.reading.normalised))
        read = pane.latest.reading
        pane.show()
        await settled(pilot)
        assert pane.latest.reading is read


async def test_nothing_is_painted_when_nothing_changed(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 33)) as pilot:
        pane = pane_of(draw)
        await pilot.press("space", "down", "space", "d")
        await settled(pilot)
        pane.show()
        pane._show()
        draw.query_one(DrawPad).redraw()
        assert [widget for widget in pane.walk_children(Widget) if widget._repaint_required] == []


@pytest.mark.parametrize("size", SIZES)
async def test_ascii_stays_ascii_and_shows_the_pen(
    untrained_session: Session, drawings: Path, size: tuple[int, int]
) -> None:
    app = DrawHost(DrawPane, untrained_session, ascii_only=True)
    async with app.run_test(size=size) as pilot:
        pane_of(app).sketch.pad.put(THREE)
        await pilot.press("z")
        await settled(pilot)
        assert app.text().isascii(), app.text()
        letters = app.text()
        await pilot.press("x", "space")
        await settled(pilot)
        assert letters.count("E") < app.text().count("E")
        await pilot.press("O")
        assert app.text().isascii()


async def test_a_stroke_does_not_write_out_what_the_session_holds(
    draw: DrawHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual describes a worker by all that it is given, unless it is told: here by every image."""
    written: list[Session] = []

    def note(session: Session) -> str:
        written.append(session)
        return "session"

    monkeypatch.setattr(Session, "__repr__", note)
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("space", "right", "down")
        await until(pilot, lambda: is_quiet(draw))
        assert pane_of(draw).latest.reading.drawn is not None
        assert written == []


async def test_why_nothing_is_undone_or_redone_is_said(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("space", "down", "space")
        for keys, reason in ((["u", "u"], "nothing to undo"), (["U", "U"], "nothing to redo")):
            await pilot.press(*keys)
            await settled(pilot)
            assert reason in last_said(draw)


async def test_what_is_drawn_does_not_take_away_what_was_said_since_a_refusal(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("space", "down", "space", "U", "L", "3", "W")
        await told(pilot, "saved as")
        for key in ("d", "greater_than_sign", "plus", "z", "space", "down"):
            await pilot.press(key)
            await settled(pilot)
            assert "saved as" in last_said(draw)


async def test_why_there_is_no_answer_comes_before_what_is_changed(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press(*["plus"] * 3, *["greater_than_sign"] * 2, "d", "d")
        await settled(pilot)
        assert "an empty pad has no answer" in draw.text()
