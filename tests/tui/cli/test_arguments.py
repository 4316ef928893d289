"""Wrong usage is one sentence and exit code 2; help is instant and imports nothing heavy."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.cli.processes import Call, is_one_sentence, refusal
from tui.cli.arguments import parse
from tui.cli.errors import UsageError


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lunch"], "invalid choice: 'lunch'"),
        (["train", "--bogus"], "'--bogus'; 'mnist-tui train --help'"),
        (["presets", "foo"], "unexpected argument 'foo'; 'mnist-tui presets --help'"),
        (["data"], "ACTION"),
        (["evaluate"], "RUN|FILE.safetensors"),
        (["predict", "lunch"], "IMAGE"),
        (["export", "lunch"], "-o"),
        (["export", "lunch", "-o", "x", "--format", "onnx"], "invalid choice: 'onnx'"),
        (["evaluate", "lunch", "--weights", "worst"], "worst"),
        (["--color", "pink"], "pink"),
        (["--color", "256", "train"], "--color before 'train'"),
        (["--data", "synthetic", "train"], "--data before 'train'"),
        (["train", "--prese", "first-minute"], "--prese"),
    ],
)
def test_wrong_usage_is_one_sentence(call: Call, arguments: list[str], words: str) -> None:
    assert words in refusal(call, arguments)


def test_runs_dir_may_stand_before_and_behind_a_command() -> None:
    assert parse(["--runs-dir", "a", "runs"]).runs_dir == "a"
    assert parse(["runs", "--runs-dir", "b"]).runs_dir == "b"
    assert parse(["--runs-dir", "a", "runs", "--runs-dir", "b"]).runs_dir == "b"
    assert parse(["runs", "--runs-dir", "a", "rm", "x"]).runs_dir == "a"
    assert parse(["runs", "rm", "x", "--runs-dir", "b"]).runs_dir == "b"
    assert parse(["runs"]).runs_dir is None


@pytest.mark.parametrize(
    "command",
    [
        "train",
        "evaluate R",
        "predict R I",
        "runs",
        "data status",
        "data download",
        "presets",
        "check",
        "export R -o F",
    ],
)
def test_every_command_takes_runs_dir(command: str) -> None:
    assert parse([*command.split(), "--runs-dir", "d"]).runs_dir == "d"


def test_the_app_takes_its_options() -> None:
    arguments = parse(["--data", "synthetic", "--color", "16", "--ascii", "--low-bandwidth"])
    assert (arguments.app_data, arguments.color, arguments.ascii, arguments.low_bandwidth) == (
        "synthetic",
        "16",
        True,
        True,
    )
    assert parse([]).ascii is None


def test_without_a_terminal_the_app_refuses_before_it_is_imported(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tui.app", None)  # importing it would raise
    assert "needs a terminal" in refusal(call, [])


def test_the_app_refuses_a_folder_that_is_not_there(call: Call) -> None:
    assert "'nowhere'" in refusal(call, ["--data", "nowhere"])


@pytest.mark.parametrize(
    "command", ["", "train", "evaluate", "predict", "runs", "runs rm", "data", "presets", "check", "export"]
)
def test_help_explains(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "--runs-dir" in capsys.readouterr().out


def test_help_imports_neither_textual_nor_arrays() -> None:
    code = (
        "import sys; sys.argv = ['mnist-tui', '--help']\n"
        "from tui.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('textual', 'numpy', 'PIL', 'pooch', 'msgspec') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_training_imports_neither_textual_nor_pictures() -> None:
    code = (
        "import sys, tui.cli.train, tui.cli.evaluate, tui.cli.runs\n"
        "print([name for name in ('textual', 'rich', 'PIL', 'pooch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_reader_that_has_left_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "presets"], stdout=gone, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_sentence() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "presets"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert is_one_sentence(done.stderr)
    assert "No space left" in done.stderr


def test_usage_errors_are_raised_by_the_parser() -> None:
    with pytest.raises(UsageError, match="not-a-command"):
        parse(["not-a-command"])
