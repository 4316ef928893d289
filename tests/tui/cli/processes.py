"""The command line as a process of its own, and as a call in this one."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SMALL = ("--set", "data.validation=100", "--set", "training.threads=1")
QUICK = (*SMALL, "--set", "training.epochs=1")
LONG = (*SMALL, "--set", "training.epochs=100000", "--set", "training.batch_size=5")
WAIT_SECONDS = 60


class Command:
    """A `mnist-tui ... --json` that runs; standard error goes to a file, so nobody need read it meanwhile."""

    def __init__(self, *arguments: str | Path) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (open for as long as the process)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui", *map(str, arguments), "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=dict(os.environ),
        )

    def next_event(self, name: str) -> dict[str, Any]:
        """Read JSON lines up to the first event of this name."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == name:
                return event
        raise AssertionError(f"no {name}: {self._read_errors()}")

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def end(self) -> tuple[int, list[dict[str, Any]], str]:
        """Wait for the end: the exit code, the events still unread, and standard error."""
        assert self.process.stdout is not None
        with self.process.stdout as output:
            events = [json.loads(line) for line in output if line.endswith("\n")]
        code = self.process.wait(WAIT_SECONDS)
        errors = self._read_errors()
        self._errors.close()
        return code, events, errors

    def kill(self) -> None:
        """End it without a word, if it has not ended; nothing of it is left open."""
        if self.process.poll() is None:
            self.process.kill()
        if not self._errors.closed:
            self.end()

    def _read_errors(self) -> str:
        self._errors.seek(0)
        return self._errors.read()


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
