"""What is saved can be read again, counted, evaluated from IDX files, and trained on."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from strokes import Script, draw

from mnist_data import DatasetError, load, read_idx, synthesize
from tui.drawing.collection import IMAGES_NAME, LABELS_NAME, Collection, label_of
from tui.drawing.ink import blank
from tui.drawing.views import views

THREE, SEVEN = (draw(Script(digit, 20, (0.5, 0.5), 2.5, 0.0)) for digit in (3, 7))


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path / "drawings")


def test_labels_are_in_the_names_and_numbers_go_up(collection: Collection) -> None:
    (collection.folder).mkdir()
    (collection.folder / "3-holiday.png").touch()
    names = [collection.save(THREE, label).name for label in (3, 7, 3, None)]
    assert names == ["3-0001.png", "7-0001.png", "3-0002.png", "unlabelled-0001.png"]
    (collection.folder / "3-0001.png").unlink()
    assert collection.save(THREE, 3).name == "3-0003.png"
    assert [path.name for path in collection.labelled_paths()] == ["3-0002.png", "3-0003.png", "7-0001.png"]


@pytest.mark.parametrize(
    ("name", "label"),
    [("3-0001.png", 3), ("unlabelled-0001.png", None), ("3-1.png", None), ("33-0001.png", None)],
)
def test_a_label_is_one_digit_before_a_number(name: str, label: int | None) -> None:
    assert label_of(Path(name)) == label


def test_what_was_saved_is_read_as_it_was_drawn(collection: Collection) -> None:
    collection.save(THREE, 3)
    collection.save(SEVEN, 7)
    collection.save(SEVEN, None)
    labelled = collection.labelled()
    assert labelled.labels.tolist() == [3, 7]
    for pair, ink in zip(labelled.pairs, (THREE, SEVEN), strict=True):
        drawn = views(ink)
        assert drawn is not None
        assert np.abs(pair.drawn.astype(int) - drawn.drawn).max() < 26  # soft edges below a tenth are noise
        assert np.abs(pair.normalised.astype(int) - drawn.normalised).mean() < 3


def test_without_labelled_drawings_it_says_what_to_do(collection: Collection) -> None:
    with pytest.raises(DatasetError, match="no labelled drawing is saved; L and a digit label one"):
        collection.labelled()


def test_a_picture_that_cannot_be_read_is_named(collection: Collection) -> None:
    collection.save(THREE, 3)
    (collection.folder / "4-0001.png").write_bytes(b"no picture")
    with pytest.raises(DatasetError, match=r"4-0001\.png is not a PNG"):
        collection.labelled()
    Image.fromarray(blank()).save(collection.folder / "4-0001.png")
    with pytest.raises(DatasetError, match=r"4-0001\.png shows no ink"):
        collection.labelled()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "drawings").write_text("a file")
    with pytest.raises(DatasetError, match=r"cannot be saved in .*drawings"):
        Collection(tmp_path / "drawings").save(THREE, 3)


def test_a_drawing_that_cannot_be_written_leaves_no_file(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    collection.folder.mkdir()
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(DatasetError, match="No space left"):
        collection.save(THREE, 3)
    assert list(collection.folder.iterdir()) == []


def test_idx_files_hold_images_and_labels(collection: Collection) -> None:
    collection.save(THREE, 3)
    labelled = collection.labelled()
    images, labels = collection.write_idx(labelled)
    assert (images.name, labels.name) == (IMAGES_NAME, LABELS_NAME)
    assert np.array_equal(read_idx(images), labelled.normalised)
    assert read_idx(labels).tolist() == [3]


def test_training_images_come_after_the_drawings_and_test_images_stay(collection: Collection) -> None:
    dataset = synthesize(train=30, test=10)
    collection.save(THREE, 3)
    collection.save(SEVEN, 7)
    labelled = collection.labelled()
    folder = collection.add_to(dataset, labelled)
    read = load(str(folder), environment={}, cwd=folder, cache=folder)
    assert read.train_labels[:2].tolist() == [3, 7]
    assert np.array_equal(read.train_images[:2], labelled.normalised)
    assert np.array_equal(read.train_images[2:], dataset.train_images)
    assert np.array_equal(read.test_images, dataset.test_images)
    assert read.is_synthetic
    # The last are held out for validation: drawings are learned from, not validated on.
    assert np.array_equal(read.split(5)[2], dataset.train_images[-5:])


def test_a_folder_that_a_run_has_named_never_changes(collection: Collection) -> None:
    dataset = synthesize(train=30, test=10)
    collection.save(THREE, 3)
    first = collection.add_to(dataset, collection.labelled())
    assert collection.add_to(dataset, collection.labelled()) == first
    collection.save(SEVEN, 7)
    assert collection.add_to(dataset, collection.labelled()) != first
    assert not list(collection.folder.glob(".writing*"))


def test_drawings_are_taken_out_again_where_they_were_added(collection: Collection) -> None:
    dataset = synthesize(train=30, test=10)
    collection.save(THREE, 3)
    first = collection.add_to(dataset, collection.labelled())
    read = load(str(first), environment={}, cwd=first, cache=first)
    base = collection.without_drawings(read, str(first))
    assert base.fingerprint == dataset.fingerprint
    assert collection.add_to(base, collection.labelled()) == first
    for source in ("mnist", str(first.parent), f"elsewhere/{first.name}", str(first.parent / "digits")):
        assert collection.without_drawings(read, source) is read
