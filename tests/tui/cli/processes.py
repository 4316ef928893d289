"""The command line as a process of its own, and as a call in this one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

QUICK = ("--set", "data.validation=100", "--set", "training.epochs=1")
LONG = ("--set", "data.validation=100", "--set", "training.epochs=100000")
WAIT_SECONDS = 60


def command(*arguments: str | Path, **environment: str) -> "subprocess.Popen[str]":
    """Start `mnist-tui`, its standard output and error piped."""
    return subprocess.Popen(
        [sys.executable, "-m", "tui", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def next_event(process: "subprocess.Popen[str]", name: str) -> dict[str, Any]:
    """Read JSON lines up to the first event of this name."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == name:
            return event
    raise AssertionError(f"no {name}: {process.stderr.read() if process.stderr else ''}")


def end(process: "subprocess.Popen[str]") -> tuple[list[dict[str, Any]], str]:
    """Wait for the end: the events still unread, and standard error."""
    output, errors = process.communicate(timeout=WAIT_SECONDS)
    return [json.loads(line) for line in output.splitlines()], errors


Call = Callable[..., tuple[int, str, str]]


def is_one_sentence(errors: str) -> bool:
    """Whether standard error is the one line that exit code 2 comes with."""
    return errors.startswith("mnist-tui: ") and errors.count("\n") == 1 and errors.endswith("\n")


def refusal(call: Call, arguments: Sequence[str | Path]) -> str:
    """The sentence with which a command refuses: exit code 2, nothing on standard output."""
    code, output, errors = call(*arguments)
    assert (code, output) == (2, "")
    assert is_one_sentence(errors)
    return errors.removeprefix("mnist-tui: ").strip()
