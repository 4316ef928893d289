"""What the desk does with drawings and training images, without a screen."""

from pathlib import Path

import pytest
from strokes import Script, draw

from mnist_data import DatasetError, load, synthesize
from nn.config import Config, DataConfig
from tui.drawing.desk import Desk

THREE, SEVEN = (draw(Script(digit, 20, (0.5, 0.5), 2.5, 0.0)) for digit in (3, 7))


async def test_drawings_added_twice_keep_their_base_and_are_there_once(tmp_path: Path) -> None:
    desk, base = Desk(tmp_path / "drawings"), synthesize(train=30, test=10)
    config = Config(data=DataConfig(source="synthetic", validation=5))
    await desk.save(THREE, 3)
    once, told = await desk.add_to_training(config, base)
    assert told == (
        "1 drawing joins the training images of the next run; "
        "set Data in Configure to synthetic to leave it out"
    )
    await desk.save(SEVEN, 7)
    for at_hand in (None, load(once.data.source, environment={}, cwd=tmp_path, cache=tmp_path)):
        twice, told = await desk.add_to_training(once, at_hand)
        source = Path(twice.data.source)
        read = load(str(source), environment={}, cwd=tmp_path, cache=tmp_path)
        assert read.train_labels.tolist() == [3, 7, *base.train_labels.tolist()]
        assert source.name.startswith("synthetic-digits-with-2-")
        assert told.startswith("2 drawings join the training images")
        assert told.endswith("set Data in Configure back to leave them out")
    again, _ = await desk.add_to_training(twice, None)
    assert again == twice


async def test_test_and_validation_images_are_not_learned_from(tmp_path: Path) -> None:
    desk, base = Desk(tmp_path / "drawings"), synthesize(train=30, test=10)
    config = Config(data=DataConfig(source="synthetic", validation=5))
    told = await desk.save(SEVEN, 7, "test image 0")
    assert told.endswith("7-0001.png; it is test image 0, and T leaves it out")
    with pytest.raises(DatasetError, match="every labelled drawing is a test or validation image"):
        await desk.add_to_training(config, base)
    picture = await desk.open(tmp_path / "drawings" / "7-0001.png")
    assert picture.held_out == "test image 0"
    await desk.save(THREE, 3)
    added, told = await desk.add_to_training(config, base)
    assert told.startswith(
        "1 is test image 0 and is left out; 1 drawing joins the training images of the next run"
    )
    read = load(added.data.source, environment={}, cwd=tmp_path, cache=tmp_path)
    assert read.train_labels.tolist() == [3, *base.train_labels.tolist()]
    await desk.save(picture.ink, picture.label, picture.held_out)
    again, told = await desk.add_to_training(config, base)
    assert told.startswith("2 are test or validation images and are left out; ")
    assert again == added
