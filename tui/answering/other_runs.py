"""The other runs that have answered the images on screen, to compare with, and what they answered.

Everything here reads files, so it belongs in a thread.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nn.arrays import ByteArray
from nn.runs import predictions
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory, RunError, list_records
from nn.tensors import TensorFileError
from tui.answering.answers import Answers
from tui.choices import SetName

_Listed = tuple[RunDirectory, RunRecord]  # a run with its record, as `list_records` reads them


@dataclass(frozen=True)
class Field:
    """The run on screen, the folder with the others, and those of them to begin with, by `run_label`."""

    run: RunDirectory
    runs_dir: Path
    first: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class OtherRun:
    """Another run's answers (n,) to the same images, after its last epoch; it is the `place`th of `count`."""

    label: str
    epoch: int
    predicted: ByteArray
    place: int
    count: int


def run_label(run: RunDirectory, record: RunRecord) -> str:
    """A run's name with the end of its directory's, because names may repeat; overlays are called so too."""
    return f"{record.name} {run.path.name[-4:]}"


def read_other(field: Field, answers: Answers, place: int) -> OtherRun | None:
    """The answers of the other run at `place`, counted in a circle; None where there is no other."""
    others = _others(field, answers.set_name)
    for step in range(len(others)):
        number = (place + step) % len(others)
        run, label = others[number]
        found = _answers_of(run, answers)
        if found is not None:
            return OtherRun(label, *found, number, len(others))
    return None


def _others(field: Field, set_name: SetName) -> list[tuple[RunDirectory, str]]:
    """The other runs on the same images, those to begin with first, then the newest."""
    found: list[tuple[RunDirectory, str]] = []
    try:
        here = field.run, field.run.record()
    except RunError:  # it is being deleted
        return []
    for run, record in list_records(field.runs_dir):
        with contextlib.suppress(RunError):  # one that is being deleted
            is_other = run.path != field.run.path and predictions.epochs(run.predictions_path)
            if is_other and _same_images(here, (run, record), set_name):
                found.append((run, run_label(run, record)))
    return sorted(found, key=lambda other: _rank(other[1], field.first))


def _same_images(one: _Listed, another: _Listed, set_name: SetName) -> bool:
    """Whether both are about one data set, and held out the same validation images where those are meant."""
    (run, record), (other, other_record) = one, another
    fingerprint = record.fingerprint
    if other_record.fingerprint != fingerprint:
        return False
    if fingerprint is not None and set_name == "test":
        return True
    here, there = run.config().data, other.config().data
    if set_name == "validation" and (here.validation, here.limit) != (there.validation, there.limit):
        return False
    return fingerprint is not None or here.source == there.source


def _answers_of(run: RunDirectory, answers: Answers) -> tuple[int, ByteArray] | None:
    """The last epoch kept and the answers after it; None where they are not about these images."""
    epoch = max(predictions.epochs(run.predictions_path), default=None)
    if epoch is None:
        return None
    try:
        probabilities = predictions.load(run.predictions_path, epoch).get(answers.set_name)
    except TensorFileError:
        return None
    if probabilities is None or len(probabilities) != len(answers):
        return None
    return epoch, probabilities.argmax(axis=1).astype(np.uint8)


def _rank(label: str, first: Sequence[str]) -> int:
    return first.index(label) if label in first else len(first)
