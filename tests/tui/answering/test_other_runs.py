from pathlib import Path

import msgspec
import numpy as np
import pytest

from nn.batches import Images
from nn.config import Config, DataConfig
from nn.runs import predictions, store
from nn.runs.store import RunDirectory
from tui.answering.answers import Answers
from tui.answering.other_runs import Field, read_other
from tui.choices import SetName

TEST, VALIDATION = 12, 8


def run(
    runs_dir: Path,
    name: str,
    *,
    fingerprint: str | None = "same",
    validation: int = VALIDATION,
    test: int = TEST,
    epochs: int = 2,
) -> RunDirectory:
    """A run whose answer to every image is the number of its epoch."""
    config = Config(data=DataConfig(source="synthetic", validation=validation))
    made = store.create(runs_dir, config, name)
    made.write_record(msgspec.structs.replace(made.record(), fingerprint=fingerprint))
    for epoch in range(epochs):
        shares = np.eye(10, dtype=np.float32)
        answers = {"test": shares[[epoch] * test], "validation": shares[[epoch] * validation]}
        predictions.save(made.predictions_path, epoch, answers)
    return made


def answers_to(set_name: SetName) -> Answers:
    count = TEST if set_name == "test" else VALIDATION
    return Answers(set_name, Images(np.zeros((count, 28, 28), np.uint8), np.zeros(count, np.uint8)))


def labels_around(field: Field, set_name: SetName = "test") -> list[str]:
    """The names of all the others, in the order in which they come."""
    first = read_other(field, answers_to(set_name), 0)
    if first is None:
        return []
    others = [read_other(field, answers_to(set_name), place) for place in range(first.count)]
    return [other.label.rpartition(" ")[0] for other in others if other is not None]


@pytest.fixture
def here(tmp_path: Path) -> RunDirectory:
    return run(tmp_path, "here")


def test_the_last_epoch_of_the_other_run_is_read(tmp_path: Path, here: RunDirectory) -> None:
    run(tmp_path, "other", epochs=4)
    other = read_other(Field(here, tmp_path), answers_to("test"), 0)
    assert other is not None
    assert (other.epoch, other.place, other.count) == (3, 0, 1)
    assert other.predicted.tolist() == [3] * TEST
    again = read_other(Field(here, tmp_path), answers_to("test"), 1)
    assert again is not None
    assert again.label == other.label


def test_other_images_do_not_compare(tmp_path: Path, here: RunDirectory) -> None:
    run(tmp_path, "other data", fingerprint="another")
    run(tmp_path, "no data", fingerprint=None)
    run(tmp_path, "no answers", epochs=0)
    (tmp_path / "no run").mkdir()
    assert read_other(Field(here, tmp_path), answers_to("test"), 0) is None
    run(tmp_path, "another split", validation=VALIDATION - 1)
    assert labels_around(Field(here, tmp_path)) == ["another split"]
    assert labels_around(Field(here, tmp_path), "validation") == []


def test_overlays_come_first(tmp_path: Path, here: RunDirectory) -> None:
    runs = {name: run(tmp_path, name) for name in ("one", "two", "three")}
    usual = labels_around(Field(here, tmp_path))
    assert sorted(usual) == ["one", "three", "two"]
    overlay = f"{usual[-1]} {runs[usual[-1]].path.name[-4:]}"
    assert labels_around(Field(here, tmp_path, (overlay,))) == [usual[-1], *usual[:-1]]


def test_a_torn_file_and_one_about_other_images_are_passed_over(tmp_path: Path, here: RunDirectory) -> None:
    run(tmp_path, "fewer", test=TEST - 1)
    torn = run(tmp_path, "torn")
    (torn.predictions_path / "0001.safetensors").write_bytes(b"torn")
    assert read_other(Field(here, tmp_path), answers_to("test"), 0) is None
