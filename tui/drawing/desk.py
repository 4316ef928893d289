"""Where drawings are read, saved, opened and put among training images: all that blocks, in threads.

One network reads for all, so one thread at a time asks it; files are written by one at a time too.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mnist_data import Dataset, DatasetError
from mnist_data.errors import printable
from mnist_data.pictures import read_ink
from nn.config import NAMED_SOURCES, Config
from nn.settings import with_settings
from tui.answering.current_network import Origin
from tui.cli import images
from tui.drawing import words
from tui.drawing.changes import Changes
from tui.drawing.collection import Collection, held_out_of, label_of
from tui.drawing.ink import Ink, blank, of_picture
from tui.drawing.reader import Reader, Reading
from tui.drawing.views import Views, views


class Picture(NamedTuple):
    """The ink of a file, the label that its name has, and the held out image that it is, if any."""

    ink: Ink
    label: int | None
    held_out: str = ""


class Desk:
    """Every method raises what can go wrong, `DatasetError` or `RunError`, and says in words what it did."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where drawings are saved."""
        self.folder = folder
        self._collection = Collection(folder)
        self._reader = Reader()
        self._reader_is_free, self._files_are_free = asyncio.Lock(), asyncio.Lock()
        self._saved = Picture(blank(), None)

    async def read(self, origin: Origin, ink: Ink, changes: Changes) -> tuple[Views | None, Reading]:
        """Both views of a drawing and the network's answers to them."""

        def look() -> tuple[Views | None, Reading]:
            seen = views(ink, changes)
            return seen, self._reader.read(origin, seen)

        async with self._reader_is_free:
            return await asyncio.to_thread(look)

    async def save(self, ink: Ink, label: int | None, held_out: str = "") -> str:
        """Save a drawing, unless it is the one that was saved last.

        `held_out` names the test or validation image that it was taken from, which is not to be learned from.
        """
        if not ink.any():
            raise DatasetError("the pad is empty: there is nothing to save")

        def write() -> tuple[Path, int]:
            return self._collection.save(ink, label, held_out), len(self._collection.labelled_paths())

        async with self._files_are_free:
            if np.array_equal(ink, self._saved.ink) and label == self._saved.label:
                return "this drawing is saved already"
            path, labelled = await asyncio.to_thread(write)
        self._saved = Picture(ink, label)
        if label is None:
            return f"saved as {printable(path)}, without a label: L and a digit give it one"
        if held_out:
            return f"saved as {printable(path)}; it is {held_out}, and T leaves it out"
        return f"saved as {printable(path)}; saved so far: {words.count(labelled, 'labelled drawing')}"

    async def open(self, path: Path) -> Picture:
        """Read a PNG or JPEG."""

        def read() -> Picture:
            ink = of_picture(read_ink(path))
            if not ink.any():
                raise DatasetError(f"the picture {printable(path)} shows no ink; one digit is needed")
            return Picture(ink, label_of(path), held_out_of(path))

        return await asyncio.to_thread(read)

    async def evaluate(self, origin: Origin) -> str:
        """How many of the labelled drawings the network reads right."""

        def judge() -> str:
            labelled = self._collection.labelled()
            told = words.score(*self._reader.score(origin, labelled.pairs, labelled.labels))
            pictures, _ = self._collection.write_idx(labelled)
            return f"{told}; as IDX files in {printable(pictures.parent)}"

        async with self._files_are_free, self._reader_is_free:
            return await asyncio.to_thread(judge)

    async def add_to_training(self, config: Config, at_hand: Dataset | None) -> tuple[Config, str]:
        """Write the config's training images with the drawings before them; the config that names those.

        `at_hand` are the images of `config`, where they are loaded. Where it has drawings among its images
        already, those go first, so that none is there twice.
        """

        def write() -> tuple[Config, str]:
            labelled = self._collection.labelled()
            own = labelled.own
            dataset = at_hand or images.of_config(config)
            base = self._collection.without_drawings(dataset, config.data.source)
            path = self._collection.add_to(base, own)
            added = words.count(len(own.labels), "drawing")
            joins, it = ("joins", "it") if len(own.labels) == 1 else ("join", "them")
            back = f"to {config.data.source}" if config.data.source in NAMED_SOURCES else "back"
            told = (
                f"{added} {joins} the training images of the next run; set Data in Configure {back} "
                f"to leave {it} out"
            )
            if left_out := [name for name in labelled.held_out if name]:
                told = f"{words.left_out(left_out)}; {told}"
            return with_settings(config, {"data.source": str(path)}), told

        async with self._files_are_free:
            return await asyncio.to_thread(write)
