"""`train` and `train --resume` to their end: exact JSON, one sentence for what cannot be."""

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nn.events import Note
from nn.runs import store
from nn.runs.log import READ_BYTES
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import QUICK, Call, refusal

EPOCH_KEYS = [
    "event",
    "epoch",
    "step",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "test_loss",
    "test_accuracy",
    "learning_rate",
    "images_per_second",
    "seconds",
]
FINISHED_KEYS = [
    "event",
    "state",
    "run",
    "epochs",
    "seconds",
    "best_epoch",
    "validation_accuracy",
    "test_accuracy",
    "parameters",
]


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def trained(call: Call, *arguments: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    code, output, errors = call("train", *arguments, "--json")
    return code, [json.loads(line) for line in output.splitlines()], errors


def test_json_has_exactly_the_promised_lines(call: Call, digits: Path, runs_dir: Path) -> None:
    code, events, errors = trained(call, "--data", digits, *QUICK, "--runs-dir", runs_dir)
    assert code == 0, errors
    started, epoch, finished = events
    (run,) = store.list_runs(runs_dir)
    assert started == {
        "event": "run_started",
        "run": str(run.path),
        "pid": started["pid"],
        "data": f"synthetic digits, the folder {digits}",
        "images": 500,
        "parameters": 101_770,
        "resumed_from_step": 0,
    }
    assert list(epoch) == EPOCH_KEYS
    assert (epoch["event"], epoch["epoch"], epoch["step"]) == ("epoch_finished", 1, 4)
    assert list(finished) == FINISHED_KEYS
    assert (finished["state"], finished["epochs"], finished["best_epoch"]) == ("finished", 1, 1)
    assert finished["test_accuracy"] == epoch["test_accuracy"] == run.record().test_accuracy


def test_people_get_lines_beside_and_a_summary_as_the_result(
    call: Call, digits: Path, runs_dir: Path
) -> None:
    code, output, errors = call("train", "--data", digits, *QUICK, "--runs-dir", runs_dir, "--name", "[red]")
    (run,) = store.list_runs(runs_dir)
    start, epoch = errors.splitlines()
    assert code == 0
    assert start == f"run {run.path}: 500 images of synthetic digits, the folder {digits}; 101,770 parameters"
    assert epoch.startswith("epoch 1/1  train ")
    assert output.startswith("finished: 1 epoch in ")
    assert output.count("\n") == 1
    assert run.record().name == "[red]"


def test_without_validation_figures_are_null(call: Call, digits: Path, runs_dir: Path) -> None:
    settings = ("--set", "data.validation=0", "--set", "training.epochs=1")
    code, (_, epoch, finished), _ = trained(call, "--data", digits, *settings, "--runs-dir", runs_dir)
    assert code == 0
    assert (epoch["validation_loss"], finished["validation_accuracy"], finished["best_epoch"]) == (None,) * 3


def test_no_epochs_is_a_run_too(call: Call, digits: Path, runs_dir: Path) -> None:
    settings = ("--set", "data.validation=100", "--set", "training.epochs=0")
    code, events, _ = trained(call, "--data", digits, *settings, "--runs-dir", runs_dir)
    assert code == 0
    assert [event["event"] for event in events] == ["run_started", "run_finished"]
    assert events[-1]["epochs"] == 0


def test_a_run_that_diverges_is_exit_code_1(call: Call, digits: Path, runs_dir: Path) -> None:
    rate = ("--set", "training.optimizer={type='sgd', learning_rate=1000}", "--set", "training.loss=mse")
    steady = ("--set", "training.schedule={type='constant'}", "--set", "training.epochs=30")
    settings = (*rate, *steady, "--set", "data.validation=100")
    code, events, _ = trained(call, "--data", digits, *settings, "--runs-dir", runs_dir)
    assert code == 1
    assert events[-1]["state"] == "diverged"
    assert "diverged at step" in events[-1]["reason"]
    assert list(events[-1]) == [*FINISHED_KEYS, "reason"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "data.validation=600"], "data.validation is 600, which leaves nothing to train on"),
        (["--set", "data.limit=601"], "allowed: 0 (all) to 600"),
        (["--set", "network.layers.1.units=9"], "gives 9 outputs"),
        (["--set", "data.source=nowhere"], "'nowhere', which is no folder"),
        (["--set", "data.validation=100", "--name", ""], "the name ''"),
        (["--set", "data.validation=100", "--name", "a\x1b"], "the name"),
    ],
)
def test_what_cannot_be_is_refused_before_there_is_a_run(
    call: Call, digits: Path, runs_dir: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal(call, ["train", "--data", digits, *arguments, "--runs-dir", runs_dir])
    assert not list(store.list_runs(runs_dir))


def test_a_file_that_was_cut_short_is_named(call: Call, digits: Path, runs_dir: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in digits.iterdir():
        content = file.read_bytes()
        (broken / file.name).write_bytes(content[:-50] if "train-images" in file.name else content)
    assert "train-images-idx3-ubyte.gz" in refusal(call, ["train", "--data", broken, "--runs-dir", runs_dir])


def test_a_named_source_that_cannot_be_read_is_never_replaced(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DATA", "nowhere")
    assert "MNIST_DATA is nowhere" in refusal(call, ["train"])


def test_a_folder_for_runs_that_cannot_be_is_named(call: Call, digits: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sentence = refusal(call, ["train", "--data", digits, *QUICK, "--runs-dir", tmp_path / "file"])
    assert str(tmp_path / "file") in sentence


def test_resuming_a_finished_run_repeats_how_it_ended(call: Call, finished_run: RunDirectory) -> None:
    for more in ([], ["--set", "training.epochs=2"]):
        code, (event,), errors = trained(call, "--resume", finished_run.path, *more)
        assert (code, errors) == (0, "")
        assert list(event) == FINISHED_KEYS
        assert (event["event"], event["state"], event["epochs"]) == ("run_finished", "finished", 2)


def test_resuming_repeats_how_it_ended_however_long_the_log(
    call: Call, finished_run: RunDirectory, tmp_path: Path
) -> None:
    run = RunDirectory(tmp_path / "long")
    shutil.copytree(finished_run.path, run.path)
    *lines, last = run.events_path.read_bytes().splitlines(keepends=True)
    notes = [msgspec.json.encode(Note(step=4, text="x" * 1000)) + b"\n"] * (READ_BYTES // 1000)
    run.events_path.write_bytes(b"".join([*lines, *notes, last]))
    code, (event,), errors = trained(call, "--resume", run.path)
    assert (code, errors) == (0, "")
    assert (event["event"], event["state"]) == ("run_finished", "finished")


def test_more_epochs_go_on_where_it_ended(call: Call, digits: Path, runs_dir: Path) -> None:
    assert call("train", "--data", digits, *QUICK, "--runs-dir", runs_dir)[0] == 0
    more = ("--resume", "first-minute", "--set", "training.epochs=3", "--runs-dir", runs_dir)
    code, events, errors = trained(call, *more)
    assert code == 0, errors
    assert [event["event"] for event in events] == [
        "run_started",
        "epoch_finished",
        "epoch_finished",
        "run_finished",
    ]
    assert events[0]["resumed_from_step"] == 4
    assert [events[1]["epoch"], events[2]["epoch"], events[3]["epochs"]] == [2, 3, 3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.toml"], "CONFIG.toml a.toml and --resume"),
        (["--preset", "first-minute"], "--preset first-minute and --resume"),
        (["--data", "mnist"], "--data mnist and --resume"),
        (["--name", "soup"], "--name soup and --resume"),
        (["--set", "seed=3"], "allowed: training.epochs"),
        (["--set", "training.epochs=-1"], "training.epochs is -1"),
        (["--set", "training.epochs=1"], "allowed: at least 2"),
    ],
)
def test_a_resumed_run_keeps_its_config(
    call: Call, finished_run: RunDirectory, arguments: list[str], words: str
) -> None:
    assert words in refusal(call, ["train", "--resume", finished_run.path, *arguments])


def test_a_run_that_is_not_there_is_named(call: Call, runs_dir: Path) -> None:
    assert "run 'soup' does not exist" in refusal(call, ["train", "--resume", "soup", "--runs-dir", runs_dir])
