"""The Draw pane: the pad's keys and whose they are, the answers, what is changed in a drawing, its files."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from image_host import DATASET, Host
from scripted import until
from strokes import Script, draw
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from mnist_data import load, read_idx
from nn.arrays import FloatArray
from nn.config import Config, DataConfig, DenseConfig, NetworkConfig
from tui.drawing.collection import IMAGES_NAME, Collection
from tui.drawing.ink import Place, of_pixels
from tui.messages import ConfigEdited, Said
from tui.panes.draw import DrawPane
from tui.session import Session
from tui.widgets.digit import Digit
from tui.widgets.draw_pad import DrawPad
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.view_picture import ViewPicture
from tui.widgets.words import Words

SIZES = [(60, 18), (80, 22), (80, 33), (160, 56)]
SMALL = Config(
    data=DataConfig(source="synthetic", validation=20),
    network=NetworkConfig(layers=(DenseConfig(8, "relu"), DenseConfig(10))),
)
THREE = draw(Script(3, 20, (0.5, 0.5), 2.5, 0.0))


class DrawHost(Host):
    """Takes what the pane says of the config, as the app does."""

    def on_config_edited(self, message: ConfigEdited) -> None:
        self.heard.append(message)
        self.session.config = message.config


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where drawings are saved."""
    monkeypatch.setattr("tui.panes.draw.drawings_directory", lambda: tmp_path / "drawings")
    return tmp_path / "drawings"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session(SMALL, None, tmp_path, dataset=DATASET, dataset_source="synthetic")
    session.refresh_answers()
    return session


@pytest.fixture
def app(session: Session, folder: Path) -> DrawHost:
    return DrawHost(DrawPane, session)


def pane_of(app: Host) -> DrawPane:
    assert isinstance(app.pane, DrawPane)
    return app.pane


def is_quiet(app: Host) -> bool:
    """Whether the newest drawing has been read."""
    return not pane_of(app).latest.is_busy


def answers(probabilities: FloatArray | None) -> FloatArray:
    """Ten numbers, which must be there."""
    assert probabilities is not None
    return probabilities


async def settled(pilot: Pilot[None]) -> None:
    """Until what keys began is done."""
    app = pilot.app
    assert isinstance(app, Host)
    await pilot.pause()
    await until(pilot, lambda: is_quiet(app))
    await pilot.pause()


def last_said(app: Host) -> str:
    return next(message.text for message in reversed(app.heard) if isinstance(message, Said))


async def told(pilot: Pilot[None], words: str) -> None:
    """Until a sentence with these words is said."""
    app = pilot.app
    assert isinstance(app, Host)
    await until(pilot, lambda: any(isinstance(heard, Said) and words in heard.text for heard in app.heard))


def heard(app: Host, kind: type[Message]) -> list[Message]:
    return [message for message in app.heard if isinstance(message, kind)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_stroke_is_drawn_and_answered_at_every_size(app: DrawHost, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        bars = app.query_one(ProbabilityBars)
        assert bars.predicted is None
        assert "an empty pad has no answer" in app.said("draw-facts")
        await pilot.press("space", "down", "pagedown", "right", "k", "h", "space", "left")
        await settled(pilot)
        pane = pane_of(app)
        assert not pane.sketch.pad.is_empty
        assert not pane.sketch.pad.pen_is_down
        assert pane.sketch.pad.pixel == (15, 14)
        assert bars.predicted == int(answers(pane.latest.reading.normalised).argmax())
        assert "untrained network" in app.said("draw-facts")
        assert app.trained == 0
        await pilot.press("u")
        await settled(pilot)
        assert bars.predicted is None
        assert app.query_one(DrawPad).scale == (2 if size == SIZES[-1] else 1)


async def test_escape_gives_space_back_and_enter_takes_the_pad(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        pad = app.query_one(DrawPad)
        assert pad.has_focus
        await pilot.press("space", "escape", "right", "space")
        await settled(pilot)
        pane = pane_of(app)
        assert (app.trained, pane.sketch.pad.pen_is_down, pane.sketch.pad.pixel) == (1, False, (14, 14))
        assert pad.border_title == "Enter takes the pad"
        await pilot.press("enter", "right", "space")
        await settled(pilot)
        assert (app.trained, pane.sketch.pad.pen_is_down, pane.sketch.pad.pixel) == (1, True, (14, 15))
        assert pad.border_title == "pen down, 2.5 wide"


async def test_pen_width_and_eraser_are_said_on_the_frame(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        await pilot.press("b", "x")
        await settled(pilot)
        assert app.query_one(DrawPad).border_title == "eraser up, 4 wide"


async def test_a_mouse_draws_and_its_right_button_erases(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        await settled(pilot)
        pad = pane_of(app).sketch.pad
        corner = (1, 1)  # the frame
        await pilot.mouse_down(DrawPad, offset=(corner[0] + 4, corner[1] + 3))
        await pilot.hover(DrawPad, offset=(corner[0] + 20, corner[1] + 3))
        await pilot.mouse_up(DrawPad, offset=(corner[0] + 20, corner[1] + 3))
        await settled(pilot)
        assert pad.ink[14, 10:40].min() == 255
        assert pad.place == Place(7.0, 20.5)
        assert app.query_one(ProbabilityBars).predicted is not None
        await pilot.hover(DrawPad, offset=(corner[0] + 20, corner[1] + 12))
        assert pad.place == Place(7.0, 20.5)
        await pilot.click(DrawPad, offset=(corner[0] + 10, corner[1] + 3), button=3)
        await settled(pilot)
        assert pad.ink[14, 21] == 0


async def test_both_views_are_shown_with_their_answers(app: DrawHost) -> None:
    async with app.run_test(size=(80, 33)) as pilot:
        pane = pane_of(app)
        pane.sketch.pad.put(THREE)
        await pilot.press("a", "a")
        await settled(pilot)
        seen, reading = pane.latest.views, pane.latest.reading
        assert seen is not None
        for name, image in zip(("drawn", "normalised"), seen, strict=True):
            picture = app.query_one(f"#draw-{name}", ViewPicture)
            assert [digit.display for digit in picture.query(Digit)] == [True, False]
            for digit in picture.query(Digit):
                assert digit.image is not None
                assert np.array_equal(digit.image, image)
        words = app.query_one("#draw-drawn", ViewPicture).query_one(Words)
        digit = int(answers(reading.drawn).argmax())
        assert words.said == f"○ as drawn {digit} {answers(reading.drawn)[digit] * 100:.1f} %"
        assert app.said("draw-facts").startswith("shifted 2 left")
        await pilot.press("n")
        await pilot.pause()
        assert words.said.startswith("● as drawn")
        assert app.query_one(ProbabilityBars).predicted == digit


async def test_shift_turn_and_noise_change_what_is_seen_and_reset_undoes_them(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        pane = pane_of(app)
        pane.sketch.pad.put(THREE)
        await pilot.press("d", "w", "greater_than_sign", "greater_than_sign", "plus", "plus", "minus")
        await settled(pilot)
        assert app.said("draw-facts").startswith("shifted 1 right 1 up, turned 10 degrees right, noise 5 %")
        changed = pane.latest.views
        await pilot.press("z")
        await settled(pilot)
        assert pane.latest.views is not None
        assert changed is not None
        assert not np.array_equal(pane.latest.views.drawn, changed.drawn)
        assert np.array_equal(pane.sketch.pad.ink, THREE)


async def test_the_chosen_image_comes_onto_the_pad_with_its_label(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        app.session.chosen = 5
        await pilot.press("i")
        await settled(pilot)
        pane = pane_of(app)
        assert np.array_equal(pane.sketch.pad.ink, of_pixels(DATASET.test_images[5]))
        assert pane.sketch.label == DATASET.test_labels[5]
        assert pane.latest.views is not None
        assert np.array_equal(pane.latest.views.drawn, DATASET.test_images[5])
        app.session.answers = None
        await pilot.press("i")
        await told(pilot, "there is no image to take")


async def test_the_answer_follows_the_network(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        pane = pane_of(app)
        pane.sketch.pad.put(THREE)
        await pilot.press("z")
        await settled(pilot)
        before = answers(pane.latest.reading.normalised)
        app.session.config = msgspec.structs.replace(SMALL, seed=8)
        pane.show()
        await settled(pilot)
        assert not np.array_equal(before, answers(pane.latest.reading.normalised))
        read = pane.latest.reading
        pane.show()
        await settled(pilot)
        assert pane.latest.reading is read


async def test_l_and_a_digit_label_a_drawing_that_is_saved_under_it(app: DrawHost, folder: Path) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        await pilot.press("W")
        await told(pilot, "the pad is empty")
        pane_of(app).sketch.pad.put(THREE)
        await pilot.press("L", "3", "W")
        await told(pilot, "saved so far: 1 labelled drawing")
        assert app.turned_to == []
        assert app.query_one(DrawPad).border_subtitle == "label 3"
        assert Collection(folder).labelled_paths() == [folder / "3-0001.png"]
        await pilot.press("W")
        await told(pilot, "this drawing is saved already")
        await pilot.press("L", "backspace", "W")
        await told(pilot, "without a label: L and a digit")
        await pilot.press("L", "escape")
        await told(pilot, "no label was given")
        assert app.query_one(DrawPad).has_focus
        assert pane_of(app).sketch.label is None


async def test_s_saves_as_w_does_and_stops_no_run(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        pane_of(app).sketch.pad.put(THREE)
        await pilot.press("S")
        await told(pilot, "saved as")


async def test_a_label_is_given_by_the_next_key_alone(app: DrawHost) -> None:
    """Not by one after the mouse has drawn, the focus has moved, or another screen was open."""
    async with app.run_test(size=(80, 22)) as pilot:
        pane = pane_of(app)
        await pilot.press("L")
        await pilot.click(DrawPad, offset=(9, 9))
        await pilot.press("4")
        await pilot.press("L")
        pane.action_leave_pad()
        await pilot.pause()
        await pilot.press("5")
        await pilot.press("enter", "L")
        other = Screen[None]()
        app.push_screen(other)
        await until(pilot, lambda: app.screen is other)
        other.dismiss()
        await until(pilot, lambda: app.screen is not other)
        await pilot.press("6")
        await settled(pilot)
        assert pane.sketch.label is None
        await pilot.press("L", "3")
        assert pane.sketch.label == 3


async def test_a_saved_drawing_is_opened_with_its_label(app: DrawHost, folder: Path) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        pane = pane_of(app)
        pane.sketch.pad.put(THREE)
        await pilot.press("L", "3", "W")
        await told(pilot, "saved as")
        await pilot.press("c")
        await settled(pilot)
        assert pane.sketch.label is None
        await pilot.press("O")
        field = app.query_one(Input)
        assert field.value == f"{folder}/"
        for path, words in (
            (folder / "none.png", "cannot be read"),
            ("~nobody-there/1.png", "no home folder"),
        ):
            field.value = str(path)
            await pilot.press("enter")
            await told(pilot, words)
        field.value = f" {folder / '3-0001.png'} "
        await pilot.press("enter")
        await told(pilot, "opened")
        await settled(pilot)
        assert np.abs(pane.sketch.pad.ink.astype(int) - THREE).max() < 26
        assert pane.sketch.label == 3
        assert app.query_one(DrawPad).has_focus


async def test_leaving_the_prompt_goes_back_to_the_pad(app: DrawHost) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        await pilot.press("O", "escape")
        await settled(pilot)
        assert app.query_one(DrawPad).has_focus


async def test_saved_drawings_are_evaluated_and_left_as_idx_files(app: DrawHost, folder: Path) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        await pilot.press("E")
        await told(pilot, "No labelled drawing is saved")
        pane_of(app).sketch.pad.put(THREE)
        await pilot.press("z")
        await settled(pilot)
        reading = pane_of(app).latest.reading
        digit = int(answers(reading.normalised).argmax())
        await pilot.press("L", str(digit), "W", "E")
        right = int(answers(reading.drawn).argmax() == digit)
        await told(pilot, f"1 drawing: 1 right normalised (100.00 %), {right} as drawn")
        assert read_idx(folder / IMAGES_NAME).shape == (1, 28, 28)


async def test_saved_drawings_are_added_to_the_training_images(app: DrawHost, folder: Path) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        pane_of(app).sketch.pad.put(THREE)
        await pilot.press("L", "3", "W", "T")
        await until(pilot, lambda: heard(app, ConfigEdited))
        source = app.session.config.data.source
        dataset = load(source, environment={}, cwd=folder, cache=folder)
        assert Path(source).parent == folder
        assert len(dataset.train_labels) == len(DATASET.train_labels) + 1
        assert dataset.train_labels[0] == 3
        assert np.array_equal(dataset.test_images, DATASET.test_images)


async def test_images_that_cannot_be_read_get_no_drawings(app: DrawHost, folder: Path) -> None:
    async with app.run_test(size=(80, 22)) as pilot:
        pane_of(app).sketch.pad.put(THREE)
        data = DataConfig(source=str(folder / "synthetic-with-1-0123abcd"), validation=20)
        app.session.config = msgspec.structs.replace(SMALL, data=data)
        await pilot.press("L", "3", "W", "T")
        await told(pilot, "synthetic-with-1-0123abcd is not")
        assert heard(app, ConfigEdited) == []


async def test_nothing_is_painted_when_nothing_changed(app: DrawHost) -> None:
    async with app.run_test(size=(80, 33)) as pilot:
        pane = pane_of(app)
        await pilot.press("space", "down", "space", "d")
        await settled(pilot)
        pane.show()
        pane._show()
        app.query_one(DrawPad).redraw()
        assert [widget for widget in pane.walk_children(Widget) if widget._repaint_required] == []


@pytest.mark.parametrize("size", SIZES)
async def test_ascii_stays_ascii_and_shows_the_pen(
    session: Session, folder: Path, size: tuple[int, int]
) -> None:
    app = DrawHost(DrawPane, session, ascii_only=True)
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
        await pilot.pause()
        assert app.text().isascii()
