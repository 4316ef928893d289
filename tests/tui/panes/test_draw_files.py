"""The Draw pane: labels, drawings saved, opened, evaluated and trained on."""

from pathlib import Path

import msgspec
import numpy as np
from draw_host import SMALL, THREE, DrawHost, answers, heard, pane_of, settled, told
from image_host import DATASET
from piloted_app import until
from textual.screen import Screen
from textual.widgets import Input

from mnist_data import load, read_idx
from nn.config import DataConfig
from tui.drawing.collection import IMAGES_NAME, Collection
from tui.messages import ConfigEdited
from tui.widgets.draw_pad import DrawPad


async def test_l_and_a_digit_label_a_drawing_that_is_saved_under_it(draw: DrawHost, drawings: Path) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("W")
        await told(pilot, "the pad is empty")
        pane_of(draw).sketch.pad.put(THREE)
        await pilot.press("L", "3", "W")
        await told(pilot, "saved so far: 1 labelled drawing")
        assert draw.turned_to == []
        assert draw.query_one(DrawPad).border_subtitle == "label 3"
        assert Collection(drawings).labelled_paths() == [drawings / "3-0001.png"]
        await pilot.press("W")
        await told(pilot, "this drawing is saved already")
        await pilot.press("L", "backspace", "W")
        await told(pilot, "without a label: L and a digit")
        await pilot.press("L", "escape")
        await told(pilot, "no label was given")
        assert draw.query_one(DrawPad).has_focus
        assert pane_of(draw).sketch.label is None


async def test_s_saves_as_w_does_and_stops_no_run(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        pane_of(draw).sketch.pad.put(THREE)
        await pilot.press("S")
        await told(pilot, "saved as")


async def test_a_label_is_given_by_the_next_key_alone(draw: DrawHost) -> None:
    """Not by one after the mouse has drawn, the focus has moved, or another screen was open."""
    async with draw.run_test(size=(80, 22)) as pilot:
        pane = pane_of(draw)
        await pilot.press("L")
        await pilot.click(DrawPad, offset=(9, 9))
        await pilot.press("4")
        await pilot.press("L")
        pane.action_leave_pad()
        await pilot.pause()
        await pilot.press("5")
        await pilot.press("enter", "L")
        other = Screen[None]()
        draw.push_screen(other)
        await until(pilot, lambda: draw.screen is other)
        other.dismiss()
        await until(pilot, lambda: draw.screen is not other)
        await pilot.press("6")
        await settled(pilot)
        assert pane.sketch.label is None
        await pilot.press("L", "3")
        assert pane.sketch.label == 3


async def test_a_saved_drawing_is_opened_with_its_label(draw: DrawHost, drawings: Path) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        pane = pane_of(draw)
        pane.sketch.pad.put(THREE)
        await pilot.press("L", "3", "W")
        await told(pilot, "saved as")
        await pilot.press("c")
        await settled(pilot)
        assert pane.sketch.label is None
        await pilot.press("O")
        field = draw.query_one(Input)
        assert field.value == f"{drawings}/"
        for path, words in (
            (drawings / "none.png", "cannot be read"),
            ("~nobody-there/1.png", "no home folder"),
        ):
            field.value = str(path)
            await pilot.press("enter")
            await told(pilot, words)
        field.value = f" {drawings / '3-0001.png'} "
        await pilot.press("enter")
        await told(pilot, "opened")
        await settled(pilot)
        assert np.abs(pane.sketch.pad.ink.astype(int) - THREE).max() < 26
        assert pane.sketch.label == 3
        assert draw.query_one(DrawPad).has_focus


async def test_an_absolute_path_typed_after_the_folder_is_opened(
    draw: DrawHost, drawings: Path, tmp_path: Path
) -> None:
    elsewhere = Collection(tmp_path / "elsewhere").save(THREE, 3)
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("O")
        draw.query_one(Input).value += str(elsewhere)
        assert draw.query_one(Input).value.startswith(f"{drawings}//")
        await pilot.press("enter")
        await told(pilot, f"opened {elsewhere}")


async def test_leaving_the_prompt_goes_back_to_the_pad(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("O", "escape")
        await settled(pilot)
        assert draw.query_one(DrawPad).has_focus


async def test_saved_drawings_are_evaluated_and_left_as_idx_files(draw: DrawHost, drawings: Path) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("E")
        await told(pilot, "no labelled drawing is saved")
        pane_of(draw).sketch.pad.put(THREE)
        await pilot.press("z")
        await settled(pilot)
        reading = pane_of(draw).latest.reading
        digit = int(answers(reading.normalised).argmax())
        await pilot.press("L", str(digit), "W", "E")
        right = int(answers(reading.drawn).argmax() == digit)
        await told(pilot, f"1 drawing: 1 right normalised (100.00 %), {right} as drawn")
        assert read_idx(drawings / IMAGES_NAME).shape == (1, 28, 28)


async def test_saved_drawings_are_added_to_the_training_images(draw: DrawHost, drawings: Path) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        pane_of(draw).sketch.pad.put(THREE)
        await pilot.press("L", "3", "W", "T")
        await until(pilot, lambda: heard(draw, ConfigEdited))
        source = draw.session.config.data.source
        dataset = load(source, environment={}, cwd=drawings, cache=drawings)
        assert Path(source).parent == drawings
        assert len(dataset.train_labels) == len(DATASET.train_labels) + 1
        assert dataset.train_labels[0] == 3
        assert np.array_equal(dataset.test_images, DATASET.test_images)


async def test_images_that_cannot_be_read_get_no_drawings(draw: DrawHost, drawings: Path) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        pane_of(draw).sketch.pad.put(THREE)
        data = DataConfig(source=str(drawings / "synthetic-with-1-0123abcd"), validation=20)
        draw.session.config = msgspec.structs.replace(SMALL, data=data)
        await pilot.press("L", "3", "W", "T")
        await told(pilot, "synthetic-with-1-0123abcd is not")
        assert heard(draw, ConfigEdited) == []


async def test_a_test_image_that_was_saved_is_left_out_of_training(draw: DrawHost) -> None:
    async with draw.run_test(size=(80, 22)) as pilot:
        await pilot.press("i", "W")
        await told(pilot, "it is test image 0, and T leaves it out")
        await pilot.press("T")
        await told(pilot, "every labelled drawing is a test or validation image")
        assert heard(draw, ConfigEdited) == []
        saved = f"{pane_of(draw).sketch.label}-0001.png"
        await pilot.press("c", "O", *saved, "enter")
        await told(pilot, "opened")
        assert pane_of(draw).sketch.pad.held_out == "test image 0"
