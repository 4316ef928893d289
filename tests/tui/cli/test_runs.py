"""The list of runs: harmless whatever they are called, exact in JSON; an alive one is not removed."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from nn.runs import store
from nn.runs.log import EventWriter
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import Call, refusal


@pytest.fixture
def copied_run(finished_run: RunDirectory, tmp_path: Path) -> RunDirectory:
    """A run that may be changed, alone in its folder."""
    path = tmp_path / "copied" / finished_run.path.name
    shutil.copytree(finished_run.path, path)
    return RunDirectory(path)


def test_an_empty_folder_has_no_runs(call: Call, tmp_path: Path) -> None:
    assert call("runs", "--json", "--runs-dir", tmp_path) == (0, "", "")
    code, output, errors = call("runs", "--runs-dir", tmp_path)
    assert (code, output) == (0, "")
    assert errors.startswith("no runs in ")


def test_the_table_has_a_line_for_each(call: Call, finished_run: RunDirectory) -> None:
    code, output, _ = call("runs", "--runs-dir", finished_run.path.parent)
    header, line = output.splitlines()
    assert code == 0
    assert header.split() == [
        "name",
        "state",
        "network",
        "data",
        "epoch",
        "validation",
        "test",
        "age",
        "directory",
    ]
    assert line.startswith("[red]lunch  finished  784-128-10  synthetic digits  ")
    assert line.split()[5] == "2/2"
    assert line.endswith(finished_run.path.name)


def test_json_has_exactly_the_promised_keys(call: Call, finished_run: RunDirectory) -> None:
    _, output, _ = call("runs", "--json", "--runs-dir", finished_run.path.parent)
    record = finished_run.record()
    assert json.loads(output) == {
        "run": str(finished_run.path),
        "name": "[red]lunch",
        "state": "finished",
        "epoch": 2,
        "epochs": 2,
        "validation_accuracy": record.validation_accuracy,
        "test_accuracy": record.test_accuracy,
    }


def test_control_characters_of_a_name_are_harmless(call: Call, copied_run: RunDirectory) -> None:
    copied_run.write_record(msgspec.structs.replace(copied_run.record(), name="\x1b[2J\nlunch\u202e"))
    _, output, _ = call("runs", "--runs-dir", copied_run.path.parent)
    assert "\x1b" not in output
    assert len(output.splitlines()) == 2
    assert "?[2J lunch?" in output


def test_a_run_is_removed_by_its_name(call: Call, copied_run: RunDirectory) -> None:
    code, output, _ = call("runs", "rm", "[red]lunch", "--runs-dir", copied_run.path.parent)
    assert (code, output) == (0, f"removed {copied_run.path}\n")
    assert not copied_run.path.exists()


def test_an_alive_run_is_not_removed(call: Call, copied_run: RunDirectory) -> None:
    writer = EventWriter.open(copied_run.events_path)
    try:
        assert "has a worker" in refusal(call, ["runs", "rm", copied_run.path])
    finally:
        writer.close()
    assert copied_run.path.exists()


def test_a_run_that_is_not_there_is_named(call: Call, tmp_path: Path) -> None:
    assert "run 'soup' does not exist" in refusal(call, ["runs", "rm", "soup", "--runs-dir", tmp_path])
    assert list(store.list_runs(tmp_path)) == []
