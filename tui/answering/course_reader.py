"""Reads how a run's answers went over its kept epochs: in a thread, and of each epoch once.

What was read stays in memory as it lies on the disk, 2 bytes a probability: 20 MB in each reader for 10,000
images and 100 epochs. Browse and Errors have a reader each, for no pane knows another.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn.arrays import ByteArray
from nn.runs import predictions
from nn.runs.store import RunDirectory
from nn.tensors import TensorFileError
from tui.answering.answers import Answers
from tui.answering.course import Course, EpochAnswers
from tui.choices import SetName


@dataclass(frozen=True)
class Source:
    """Where answers come from: a run's folder of predictions, which set, and to how many images.

    A data set with other images than the run's may have another number of them.
    """

    folder: Path
    set_name: SetName
    images: int


@dataclass(frozen=True, eq=False)
class Wanted:
    """The epochs to be read of a source, whose images have `labels` (n,)."""

    source: Source
    epochs: Sequence[int]
    labels: ByteArray


class CourseReader:
    """Knows the course of the run and set looked at last; another one starts anew."""

    def __init__(self) -> None:
        self._source: Source | None = None
        self._epochs: dict[int, EpochAnswers | None] = {}  # None where an epoch cannot be read
        self._wanted: Wanted | None = None  # until it is read
        self._course: Course | None = None

    def wants(self, run: RunDirectory | None, answers: Answers | None) -> bool:
        """Whether epochs are there that were not read yet: then `read` is to be called.

        While `read` is under way for the same answers it is not: what is new is to be asked for after it.
        """
        source = _source(run, answers)
        if source is None or answers is None or (self._wanted and self._wanted.source == source):
            return False
        kept = predictions.epochs(source.folder)
        self._keep(source, kept)
        missing = [epoch for epoch in kept if epoch not in self._epochs]
        self._wanted = Wanted(source, missing, answers.labels) if missing else None
        return bool(missing)

    async def read(self) -> None:
        """Read what `wants` found missing, as long as no other source is looked at."""
        wanted = self._wanted
        if wanted is None:
            return
        try:
            found = await asyncio.to_thread(_read, wanted, lambda: self._wanted is wanted)
            if self._wanted is wanted:
                self._epochs.update(found)
                self._course = None
        finally:
            if self._wanted is wanted:
                self._wanted = None

    def course(self, run: RunDirectory | None, answers: Answers | None) -> Course | None:
        """What is known by now of these answers; the same object as long as nothing is new."""
        source = _source(run, answers)
        if source is None or answers is None or source != self._source:
            return None
        if self._course is None or self._course.labels is not answers.labels:
            known = {epoch: found for epoch, found in sorted(self._epochs.items()) if found is not None}
            self._course = Course(tuple(known), tuple(known.values()), answers.labels)
        return self._course

    def _keep(self, source: Source, kept: Sequence[int]) -> None:
        """Forget another source, and the epochs of this one that are no longer kept."""
        staying = {epoch: found for epoch, found in self._epochs.items() if epoch in kept}
        if source != self._source:
            self._source, staying, self._course = source, {}, None
        if len(staying) < len(self._epochs):
            self._course = None
        self._epochs = staying


def _source(run: RunDirectory | None, answers: Answers | None) -> Source | None:
    """Where the answers lie; None where no epoch's are kept."""
    if run is None or answers is None or answers.set_name == "train":
        return None
    return Source(run.predictions_path, answers.set_name, len(answers))


def _read(wanted: Wanted, is_wanted: Callable[[], bool]) -> dict[int, EpochAnswers | None]:
    """Read from the disk while it is wanted; None where an epoch is gone or is of other images. Blocks."""
    found: dict[int, EpochAnswers | None] = {}
    for epoch in wanted.epochs:
        if not is_wanted():
            break
        try:
            probabilities = predictions.load(wanted.source.folder, epoch).get(wanted.source.set_name)
        except TensorFileError:
            probabilities = None
        found[epoch] = None
        if probabilities is not None and len(probabilities) == len(wanted.labels):
            found[epoch] = EpochAnswers.of(probabilities)
    return found
