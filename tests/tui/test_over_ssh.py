"""The whole way over a real ssh, by keys alone; and a connection that is cut while a run trains."""

import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import ssh_server
from app_terminal import step_on_screen, train_on
from real_terminal import LONGEST_WAIT, RealTerminal
from ssh_server import SshServer

from nn.runs.store import RunDirectory, list_runs

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.skipif(ssh_server.reason_without() is not None, reason=str(ssh_server.reason_without())),
]

APP = Path(sys.executable).with_name("mnist-tui")
COLUMNS, ROWS = 80, 24
PROMPT = "remote$ "
MOST_FIELDS = 40
ESCAPE, DOWN = "\x1b", "\x1b[B"
DRAWN = re.compile(r"as drawn \d +[\d.]+ %")
LOSS = re.compile(r"loss +train ([\d.e-]+)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with SshServer(tmp_path_factory.mktemp("sshd") / "server") as server:
        yield server


class RemoteShell(RealTerminal):
    """A shell on the far side, 80x24, in which a person types; of the colours only TERM crosses."""

    def __init__(self, server: SshServer, folder: Path) -> None:
        shell = f"cd {shlex.quote(str(folder))} && exec env PS1={shlex.quote(PROMPT)} sh -i"
        super().__init__(server.client(shell), columns=COLUMNS, rows=ROWS)
        self.wait_for(PROMPT)

    def enter_app(self, *arguments: str | Path) -> None:
        """Type it; the terminal's settings before and after go into files, its exit code on screen."""
        words = shlex.join(map(str, [APP, *arguments]))
        around = ("clear; stty -a > before; echo $$ > shell", "code=$?; stty -a > after; echo left=$code\r")
        self.press("; ".join([around[0], words, around[1]]))
        self.when(lambda: b"\x1b[?1049h" in self.output)

    def wait_until_left(self) -> int:
        """Read until the app has given the shell back; the app's exit code."""
        left = re.compile(rb"left=(\d+)\r\n")
        self.when(lambda: left.search(self.output) is not None)
        found = left.search(self.output)
        assert found is not None
        return int(found.group(1))

    def log_out(self) -> int:
        self.press("exit\r")
        return self.wait_until_ended()

    def number(self, pattern: re.Pattern[str]) -> float:
        """A number on the screen; infinite where it is not there yet."""
        found = pattern.search(self.text)
        return float(found.group(1).replace(",", "")) if found else float("inf")

    def select(self, field: re.Pattern[str]) -> None:
        """Tab from field to field in Configure until this one, in angle brackets, is selected."""
        for _ in range(MOST_FIELDS):
            if field.search(self.text):
                return
            before = self._selections()
            self.press("\t")
            self.when(lambda before=before: len(now := self._selections()) == 1 and now != before)
        raise AssertionError(f"{field.pattern} cannot be reached; the screen is:\n{self.text}")

    @property
    def marked_rows(self) -> list[bool]:
        """Of each run in the list, newest first, whether it is the one on screen."""
        rows = [line for line in self.text.splitlines() if "5/5" in line and "mnist-tui" not in line]
        return ["●" in line for line in rows]

    def _selections(self) -> list[int]:
        """Where on the screen something stands in angle brackets."""
        return [found.start() for found in re.finditer(r"<[^<>]+>", self.text)]


def configure(shell: RemoteShell) -> None:
    shell.press("1")
    shell.wait_for("1 Configure", "Optimizer", "101,770 parameters")
    shell.select(re.compile("1  dense +<128>"))
    shell.press("\r")
    shell.when(lambda: "<128>" not in shell.text)
    shell.press("64\r")
    shell.wait_for("784-64-10", "<64>", "50,890 parameters")


def train(shell: RemoteShell) -> None:
    shell.press("2")
    shell.wait_for("2 Train")
    shell.press("e")
    shell.wait_for("paused", " 20 %")
    shell.when(lambda: shell.number(LOSS) < float("inf"))
    first = shell.number(LOSS)
    shell.press(" ")
    shell.wait_for("finished  epoch 5/5", "100 %")
    assert shell.number(LOSS) < first


def browse(shell: RemoteShell) -> None:
    shell.press("3")
    shell.wait_for("1 of 200", "image 0:")
    shell.press("n")
    shell.wait_for("2 of 200", "image 1:")
    shell.press("\x1b[6~")  # page down
    shell.when(lambda: "2 of 200" not in shell.text and "of 200" in shell.text)
    shell.press("f")
    shell.wait_for("filter", "confidence 0.5-0.9")
    shell.press("wrong\r")
    shell.wait_for("only [wrong")


def look_at_errors(shell: RemoteShell) -> None:
    shell.press("4")
    shell.wait_for("4 Errors", "0 as 0:")
    shell.press("\x1b[C")  # right
    shell.wait_for("0 as 1:")
    shell.press("\x1b[B\x1b[D")  # down, left
    shell.wait_for("1 as 0:")
    shell.press("l")
    shell.wait_for("1 as 1:")
    shell.press("\r")
    shell.wait_for("3 Browse", "only [true 1] [predicted 1")
    shell.press(ESCAPE)
    shell.wait_for("4 Errors", "1 as 1:")


def look_inside(shell: RemoteShell) -> None:
    shell.press("5")
    shell.wait_for("5 Inside", "dense1: 784 -> 64")
    shell.press("j")
    shell.wait_for("dense2: 64 -> 10")
    shell.press("k")
    shell.wait_for("dense1: 784 -> 64")
    shell.press("t")
    shell.wait_for("One training step", "1/11")
    shell.press("n")
    shell.wait_for("2/11")
    shell.press(ESCAPE)
    shell.when(lambda: "5 Inside" in shell.text and "One training step" not in shell.text)


def draw(shell: RemoteShell) -> None:
    shell.press("6")
    shell.wait_for("6 Draw", "an empty pad", "pen up")
    shell.press(" ")
    shell.wait_for("pen down")
    shell.press(DOWN * 8)
    shell.when(lambda: DRAWN.search(shell.text) is not None)
    shell.press(" ")
    shell.wait_for("pen up")


def open_the_run_before(shell: RemoteShell, runs_dir: Path) -> None:
    shell.press("R")  # another run, which is then the newest; it may be over before its start is seen
    shell.when(lambda: len(list(list_runs(runs_dir))) == 2)  # a list without it would stay at the run before
    shell.press("7")
    shell.wait_for("7 Runs ─")
    shell.when(lambda: shell.marked_rows == [True, False])
    shell.wait_for("finished  epoch 5/5")
    shell.press("j\r")
    shell.when(lambda: shell.marked_rows == [False, True])


def test_the_whole_way_by_keys(
    server: SshServer, learnable_digits: Path, busy_runs_dir: Path, tmp_path: Path
) -> None:
    with RemoteShell(server, tmp_path) as shell:
        shell.enter_app("--data", learnable_digits, "--runs-dir", busy_runs_dir)
        shell.wait_for("2 Train", "space trains", "784-128-10")
        configure(shell)
        train(shell)
        browse(shell)
        look_at_errors(shell)
        look_inside(shell)
        draw(shell)
        open_the_run_before(shell, busy_runs_dir)
        shell.press("q")
        assert shell.wait_until_left() == 0
        assert (tmp_path / "before").read_text() == (tmp_path / "after").read_text()
        assert shell.log_out() == 0
        assert shell.is_given_back
    newer, run = list_runs(busy_runs_dir)
    assert run.record().state == newer.record().state == "finished"
    assert run.config().network.layers[0] != run.config().network.layers[1]
    assert newer.config().seed != run.config().seed


def test_a_cut_connection_leaves_the_run_training(
    server: SshServer, stopped_run: RunDirectory, busy_runs_dir: Path, tmp_path: Path
) -> None:
    with RemoteShell(server, tmp_path) as shell:
        shell.enter_app("--runs-dir", busy_runs_dir)
        watched = train_on(shell, stopped_run)
        remote_shell = int((tmp_path / "shell").read_text())
        shell.send_signal(signal.SIGKILL)
        assert shell.wait_until_ended() == -signal.SIGKILL
    wait_until_gone(remote_shell)
    left = watched.wait_for_steps(50)
    worker = stopped_run.record().pid

    with RemoteShell(server, tmp_path) as shell:
        shell.enter_app("--runs-dir", busy_runs_dir)
        shell.when(lambda: "training" in shell.text and step_on_screen(shell) > left)
        assert [found.path for found in list_runs(busy_runs_dir)] == [stopped_run.path]
        assert stopped_run.record().pid == worker
        shell.press("q")
        assert shell.wait_until_left() == 0
        shell.when(lambda: b"Training goes on in" in shell.output)
        assert shell.log_out() == 0
    assert stopped_run.is_alive()


def wait_until_gone(pid: int) -> None:
    """Until the far side has noticed that nobody is there any more."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        assert time.monotonic() < deadline, f"process {pid} outlives its connection"
        time.sleep(0.02)
