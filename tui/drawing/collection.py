"""The drawings that were saved: PNG files in one folder, the digit they show in their names.

What they are for is in the same folder: two IDX files of those with a label, for `mnist-tui evaluate`, and
folders of training images with them added, for a config to name.
"""

import io
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, PngImagePlugin

from mnist_data import Dataset, DatasetError, encode_idx, save
from mnist_data.errors import printable, reason
from mnist_data.pictures import FORMATS, read_ink
from nn.arrays import ByteArray
from nn.files import write_atomically
from tui.drawing.ink import Ink, of_picture
from tui.drawing.views import Views, views
from tui.drawing.with_drawings import folder_name, parts_of

UNLABELLED = "unlabelled"
IMAGES_NAME, LABELS_NAME = "drawings-images-idx3-ubyte", "drawings-labels-idx1-ubyte"
_HELD_OUT = "mnist-tui held out"  # the key of a text in the PNG
_NUMBERED = re.compile(rf"([0-9]|{UNLABELLED})-([0-9]{{4,}})\.png")


def label_of(path: Path) -> int | None:
    """The digit that a saved drawing's name says it shows."""
    found = _NUMBERED.fullmatch(path.name)
    return int(found[1]) if found and found[1] != UNLABELLED else None


def held_out_of(path: Path) -> str:
    """The test or validation image that a picture was taken from, by the mark in it; empty where none is."""
    with Image.open(path, formats=FORMATS) as image:
        return str(image.info.get(_HELD_OUT, ""))


class Labelled(NamedTuple):
    """Drawings with the digits that a person says they are: two views each, and labels uint8 (n,).

    `held_out` names the test or validation image that each was taken from, empty where it is drawn.
    """

    pairs: list[Views]
    labels: ByteArray
    held_out: list[str]

    @property
    def own(self) -> "Labelled":
        """Those to learn from; raises `DatasetError` where there are none."""
        kept = [number for number, name in enumerate(self.held_out) if not name]
        if not kept:
            raise DatasetError("every labelled drawing is a test or validation image; T adds none of these")
        return Labelled([self.pairs[number] for number in kept], self.labels[kept], [""] * len(kept))

    @property
    def normalised(self) -> ByteArray:
        """The drawings in MNIST's form, uint8 (n, 28, 28)."""
        return np.stack([pair.normalised for pair in self.pairs])


class Collection:
    """The folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, ink: Ink, label: int | None, held_out: str = "") -> Path:
        """Save a drawing under the next free number; raises `DatasetError` where it cannot be written.

        `held_out` marks it as taken from a test or validation image.
        """
        name = UNLABELLED if label is None else str(label)
        encoded, marks = io.BytesIO(), PngImagePlugin.PngInfo()
        if held_out:
            marks.add_text(_HELD_OUT, held_out)
        Image.fromarray(ink).save(encoded, "PNG", pnginfo=marks)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            numbers = [_NUMBERED.fullmatch(path.name) for path in self.folder.glob(f"{name}-*")]
            last = max((int(found[2]) for found in numbers if found), default=0)
            path = self.folder / f"{name}-{last + 1:04}.png"
            write_atomically(path, encoded.getvalue())
        except OSError as error:
            raise DatasetError(
                f"the drawing cannot be saved in {printable(self.folder)}: {reason(error)}"
            ) from error
        return path

    def labelled_paths(self) -> list[Path]:
        """The saved drawings that have a label, by digit and number."""
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if label_of(path) is not None)

    def labelled(self) -> Labelled:
        """Read those that have a label; raises `DatasetError` where there are none, or one is unreadable."""
        paths = self.labelled_paths()
        if not paths:
            raise DatasetError("no labelled drawing is saved; L and a digit label one, W saves it")
        pairs: list[Views] = []
        for path in paths:
            pair = views(of_picture(read_ink(path)))
            if pair is None:
                raise DatasetError(f"the picture {printable(path)} shows no ink; one digit is needed")
            pairs.append(pair)
        labels = np.array([int(path.name[0]) for path in paths], np.uint8)
        return Labelled(pairs, labels, [held_out_of(path) for path in paths])

    def write_idx(self, labelled: Labelled) -> tuple[Path, Path]:
        """Write images and labels as two IDX files; raises `DatasetError` where that fails."""
        paths = self.folder / IMAGES_NAME, self.folder / LABELS_NAME
        try:
            for path, array in zip(paths, (labelled.normalised, labelled.labels), strict=True):
                write_atomically(path, encode_idx(array))
        except OSError as error:
            raise DatasetError(f"{printable(self.folder)} cannot be written: {reason(error)}") from error
        return paths

    def add_to(self, dataset: Dataset, labelled: Labelled) -> Path:
        """Write a folder of `dataset` with the drawings before its training images; the folder.

        Before them, because a config holds out the last for validation. Equal content gives the same folder,
        other content another, so that the images of a run stay as they were. Raises `DatasetError`.
        """
        joined = replace(
            dataset,
            train_images=np.concatenate([labelled.normalised, dataset.train_images]),
            train_labels=np.concatenate([labelled.labels, dataset.train_labels]),
            is_mnist=False,
        )
        base = re.sub(r"[^a-z0-9]+", "-", dataset.name.lower()).strip("-") or "images"
        path = self.folder / folder_name(base, len(labelled.labels), joined.fingerprint)
        if path.is_dir():
            return path
        try:
            temporary = Path(tempfile.mkdtemp(dir=self.folder, prefix=".writing-"))
        except OSError as error:
            raise DatasetError(f"{printable(self.folder)} cannot be written: {reason(error)}") from error
        try:
            save(joined, temporary)
            temporary.rename(path)
        except OSError as error:
            raise DatasetError(f"{printable(path)} cannot be written: {reason(error)}") from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return path

    def without_drawings(self, dataset: Dataset, source: str) -> Dataset:
        """What `add_to` was given where it wrote the folder `source`; another data set as it is."""
        found = parts_of(source) if Path(source).parent == self.folder else None
        if found is None or found.drawings >= len(dataset.train_labels):
            return dataset
        return replace(
            dataset,
            name=found.base,
            train_images=dataset.train_images[found.drawings :],
            train_labels=dataset.train_labels[found.drawings :],
        )
