import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from nn.batches import Images
from nn.runs import predictions
from nn.runs.store import RunDirectory
from tui.answering.answers import Answers
from tui.answering.course_reader import CourseReader
from tui.choices import SetName

LABELS = np.array([4, 7], np.uint8)


def answers_to(set_name: SetName, labels: np.ndarray = LABELS) -> Answers:
    return Answers(set_name, Images(np.zeros((len(labels), 28, 28), np.uint8), labels))


TEST, VALIDATION = answers_to("test"), answers_to("validation")


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    run = RunDirectory(tmp_path)
    run.predictions_path.mkdir()
    for epoch, digits in enumerate([(9, 7), (9, 1), (4, 7)]):
        save_epoch(run, epoch, digits)
    return run


def save_epoch(run: RunDirectory, epoch: int, digits: tuple[int, int]) -> None:
    shares = np.eye(10, dtype=np.float32)[list(digits)]
    predictions.save(run.predictions_path, epoch, {"test": shares, "validation": shares})


class Reads:
    """Reads of an epoch's answers: each is noted, and waits while the test has shut the gate."""

    def __init__(self) -> None:
        self.epochs: list[int] = []
        self.begun, self.gate = threading.Event(), threading.Event()
        self.gate.set()
        self._load = predictions.load

    def load(self, folder: Path, epoch: int) -> dict[str, np.ndarray]:
        self.epochs.append(epoch)
        self.begun.set()
        self.gate.wait(20)
        return self._load(folder, epoch)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    reads = Reads()
    monkeypatch.setattr(predictions, "load", reads.load)
    return reads


async def filled(run: RunDirectory, answers: Answers) -> CourseReader:
    reader = CourseReader()
    assert reader.wants(run, answers)
    await reader.read()
    return reader


async def test_epochs_are_known_once_read(run: RunDirectory) -> None:
    reader = await filled(run, TEST)
    assert not reader.wants(run, TEST)
    course = reader.course(run, TEST)
    assert course is not None
    assert course.epochs == (0, 1, 2)
    assert [answers.predicted.tolist() for answers in course.answers] == [[9, 7], [9, 1], [4, 7]]
    assert reader.course(run, TEST) is course  # what hangs on it is computed once


async def test_what_is_asked_for_already_is_not_asked_for_again(run: RunDirectory) -> None:
    reader = CourseReader()
    assert reader.wants(run, TEST)
    assert not reader.wants(run, TEST)


async def test_a_new_epoch_waits_for_the_read_under_way(run: RunDirectory, reads: Reads) -> None:
    reads.gate.clear()
    reader = CourseReader()
    assert reader.wants(run, TEST)
    reading = asyncio.create_task(reader.read())
    await asyncio.sleep(0)  # it has begun
    save_epoch(run, 3, (4, 4))
    assert not reader.wants(run, TEST)
    reads.gate.set()
    await reading
    assert reader.wants(run, TEST)
    await reader.read()
    assert reads.epochs == [0, 1, 2, 3]


async def test_what_nobody_wants_any_more_is_not_read_on(run: RunDirectory, reads: Reads) -> None:
    reads.gate.clear()
    reader = CourseReader()
    assert reader.wants(run, TEST)
    reading = asyncio.create_task(reader.read())
    assert await asyncio.to_thread(reads.begun.wait, 20)
    assert reader.wants(run, VALIDATION)
    reads.gate.set()
    await reading
    assert reads.epochs == [0]


async def test_other_labels_have_another_course(run: RunDirectory) -> None:
    reader = await filled(run, TEST)
    others = answers_to("test", np.array([9, 1], np.uint8))
    before, after = reader.course(run, TEST), reader.course(run, others)
    assert before is not None
    assert after is not None
    assert [course.right[1].tolist() for course in (before, after)] == [[False, False], [True, True]]


async def test_only_what_is_new_is_read(run: RunDirectory, reads: Reads) -> None:
    reader = await filled(run, TEST)
    before = reader.course(run, TEST)
    save_epoch(run, 3, (4, 4))
    reads.epochs.clear()
    assert reader.wants(run, TEST)
    await reader.read()
    assert reads.epochs == [3]
    course = reader.course(run, TEST)
    assert course is not None
    assert course is not before
    assert course.epochs == (0, 1, 2, 3)


async def test_what_is_no_longer_kept_is_forgotten(run: RunDirectory) -> None:
    reader = await filled(run, TEST)
    (run.predictions_path / "0001.safetensors").unlink()
    assert not reader.wants(run, TEST)
    course = reader.course(run, TEST)
    assert course is not None
    assert course.epochs == (0, 2)


async def test_another_set_starts_anew_and_late_reads_of_the_old_are_dropped(run: RunDirectory) -> None:
    reader = CourseReader()
    assert reader.wants(run, TEST)
    reading = asyncio.create_task(reader.read())
    await asyncio.sleep(0)  # it has begun
    assert reader.wants(run, VALIDATION)
    await reading
    nothing = reader.course(run, VALIDATION)
    assert nothing is not None
    assert nothing.epochs == ()
    await reader.read()
    course = reader.course(run, VALIDATION)
    assert course is not None
    assert course.epochs == (0, 1, 2)
    assert reader.course(run, TEST) is None


async def test_an_epoch_that_cannot_be_read_is_asked_for_once(run: RunDirectory) -> None:
    (run.predictions_path / "0009.safetensors").write_bytes(b"nothing")
    reader = await filled(run, TEST)
    assert not reader.wants(run, TEST)
    course = reader.course(run, TEST)
    assert course is not None
    assert course.epochs == (0, 1, 2)


async def test_answers_to_other_images_are_left_out(run: RunDirectory) -> None:
    others = answers_to("test", np.zeros(3, np.uint8))
    course = (await filled(run, others)).course(run, others)
    assert course is not None
    assert course.epochs == ()


def test_nothing_is_kept_of_training_images_and_without_a_run(run: RunDirectory) -> None:
    reader = CourseReader()
    train = answers_to("train")
    assert not reader.wants(run, train)
    assert not reader.wants(None, TEST)
    assert not reader.wants(run, None)
    assert reader.course(run, train) is None
    assert reader.course(None, TEST) is None
