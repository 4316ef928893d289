"""The app in a real terminal: how it ends, what it shows on any terminal, and how it bears a stall."""

import os
import re
import shlex
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from app_terminal import ON_AT_FIRST, Terminal, app, step_on_screen, train_on, walk
from long_run import Watched
from real_terminal import LONGEST_BURST

from nn.runs.store import RunDirectory, list_runs
from tui.terminal.restore import RESTORE

pytestmark = pytest.mark.pty

COLOR = re.compile(rb"\x1b\[[\d;]*?\b(3[0-8]|4[0-8]|9[0-7]|10[0-7])\b[\d;]*m")
STALLED_STEPS = 3000

# It raises in the middle of a training, where the app draws its first line.
CRASHING = textwrap.dedent("""
    import sys
    import tui.headline
    from tui.__main__ import main

    headline = tui.headline.headline

    def crash(session, display):
        if session.history.state == "running":
            raise RuntimeError("crashed on purpose")
        return headline(session, display)

    tui.headline.headline = crash
    sys.exit(main())
""")


# how it ends


def test_quitting_leaves_everything_as_it_was(busy_runs_dir: Path, learnable_digits: Path) -> None:
    with Terminal(app(busy_runs_dir, "--data", learnable_digits)) as terminal:
        terminal.wait_for("space trains", "2 Train")
        assert not terminal.is_as_before
        terminal.press("q")
        assert terminal.wait_until_ended() == 0
        assert terminal.is_as_before


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)],
)
def test_a_signal_leaves_everything_as_it_was(
    busy_runs_dir: Path, learnable_digits: Path, number: signal.Signals, code: int
) -> None:
    with Terminal(app(busy_runs_dir, "--data", learnable_digits)) as terminal:
        terminal.wait_for("space trains", "2 Train")
        terminal.send_signal(number)
        assert terminal.wait_until_ended() == code
        assert terminal.output.endswith(RESTORE)
        assert terminal.is_as_before


def test_a_crash_is_told_on_the_persons_own_screen_and_the_run_goes_on(
    stopped_run: RunDirectory, tmp_path: Path
) -> None:
    script = tmp_path / "crashing.py"
    script.write_text(CRASHING)
    command = [sys.executable, str(script), "--runs-dir", str(stopped_run.path.parent)]
    with Terminal(command, variables={"PYTHONPATH": str(Path(__file__).parents[2])}) as terminal:
        terminal.wait_for("stopped")
        terminal.press(" ")
        assert terminal.wait_until_ended() == 1
        assert terminal.is_as_before
        own_screen = terminal.output[terminal.output.rindex(b"\x1b[?1049l") :]
        assert b"crashed on purpose" in own_screen
        assert b"RuntimeError" in own_screen
    Watched(stopped_run).wait_for_steps(20)
    assert stopped_run.is_alive()


def test_a_source_that_cannot_be_read_is_told_in_a_sentence(busy_runs_dir: Path, tmp_path: Path) -> None:
    with Terminal(app(busy_runs_dir, "--data", tmp_path / "nothing")) as terminal:
        assert terminal.wait_until_ended() == 2
        assert terminal.modes == ON_AT_FIRST
        assert b"Traceback" not in terminal.output
        assert b"nothing" in terminal.output


@pytest.mark.parametrize("stream", ["input", "output"])
def test_without_a_terminal_it_says_so_in_a_sentence(busy_runs_dir: Path, stream: str) -> None:
    master, slave = os.openpty()
    try:
        result = subprocess.run(
            app(busy_runs_dir),
            stdin=subprocess.DEVNULL if stream == "input" else slave,
            stdout=subprocess.PIPE if stream == "output" else slave,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(master)
        os.close(slave)
    assert result.returncode == 2
    assert not result.stdout
    assert result.stderr.startswith(b"mnist-tui: ")
    assert result.stderr.count(b"\n") == 1
    assert f"standard {stream}".encode() in result.stderr


def test_a_redirected_standard_error_does_not_take_the_screen_away(
    busy_runs_dir: Path, learnable_digits: Path, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.txt"
    words = f"exec {shlex.join(app(busy_runs_dir, '--data', learnable_digits))} 2> {shlex.quote(str(errors))}"
    with Terminal(["/bin/sh", "-c", words]) as terminal:
        terminal.wait_for("space trains", "2 Train")
        terminal.press("q")
        assert terminal.wait_until_ended() == 0
        assert terminal.is_as_before
    assert errors.read_text() == ""


# what it shows


def test_every_size_gets_its_arrangement(busy_runs_dir: Path, learnable_digits: Path) -> None:
    with Terminal(app(busy_runs_dir, "--data", learnable_digits), columns=50, rows=15) as terminal:
        terminal.wait_for("50x15", "60x20")
        assert "Train ─" not in terminal.text
        terminal.resize(80, 24)
        terminal.wait_for("2 Train ─", "space trains", "? help", "q quit")
        assert "1 Configure ─" not in terminal.text
        terminal.resize(120, 36)
        terminal.wait_for("1 Configure ─", "2 Train ─", "? help", "q quit")
        assert terminal.text.count("╭") == 2
        terminal.resize(59, 24)
        terminal.wait_for("59x24", "60x20")
        terminal.resize(60, 20)
        terminal.wait_for("2 Train ─", "? help", "q quit")
        terminal.press("q")
        assert terminal.wait_until_ended() == 0


@pytest.mark.parametrize(
    ("arguments", "variables", "wanted", "unwanted"),
    [
        ((), {}, rb"[34]8;2;", None),
        (("--color", "256"), {}, rb"[34]8;5;", rb"[34]8;2;"),
        ((), {"COLORTERM": ""}, rb"[34]8;5;", rb"[34]8;2;"),
        (("--color", "16"), {}, COLOR.pattern, rb"[34]8;[25];"),
        ((), {"TERM": "linux", "COLORTERM": ""}, COLOR.pattern, rb"[34]8;[25];"),
        (("--color", "none"), {}, None, COLOR.pattern),
        ((), {"NO_COLOR": "1"}, None, COLOR.pattern),
        ((), {"TERM": "dumb", "COLORTERM": ""}, None, COLOR.pattern),
    ],
    ids=["24bit", "256", "no COLORTERM", "16", "TERM=linux", "none", "NO_COLOR", "TERM=dumb"],
)
def test_colours_are_those_that_the_terminal_has(
    stopped_run: RunDirectory,
    arguments: Sequence[str],
    variables: Mapping[str, str],
    wanted: bytes | None,
    unwanted: bytes | None,
) -> None:
    # RealTerminal takes NO_COLOR away, so env gives it back.
    command = ["/usr/bin/env", *(f"{name}={value}" for name, value in variables.items())]
    with Terminal([*command, *app(stopped_run.path.parent, *arguments)]) as terminal:
        terminal.wait_for("stopped")
        walk(terminal)
        terminal.press("q")
        assert terminal.wait_until_ended() == 0
        assert terminal.is_as_before
        assert wanted is None or re.search(wanted, terminal.output)
        found = re.search(unwanted, terminal.output) if unwanted else None
        assert found is None, found.group()


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [(("--ascii",), {}), ((), {"LANG": "C", "LC_ALL": ""}), ((), {"LC_ALL": "POSIX"})],
    ids=["--ascii", "LANG=C", "LC_ALL=POSIX"],
)
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_ascii_is_nothing_but_ascii(
    stopped_run: RunDirectory, arguments: Sequence[str], variables: Mapping[str, str], columns: int, rows: int
) -> None:
    command = app(stopped_run.path.parent, *arguments)
    with Terminal(command, columns=columns, rows=rows, variables=variables) as terminal:
        train_on(terminal, stopped_run)
        walk(terminal)
        terminal.press("q")
        assert terminal.wait_until_ended() == 0
        found = re.search(rb".{0,40}[\x80-\xff]+.{0,40}", terminal.output)
        assert found is None, found.group().decode(errors="replace")


# how it bears what happens


def test_keys_that_arrive_in_one_burst_reach_the_field_they_open(
    busy_runs_dir: Path, learnable_digits: Path
) -> None:
    with Terminal(app(busy_runs_dir, "--data", learnable_digits)) as terminal:
        terminal.wait_for("space trains", "2 Train")
        terminal.press("1")
        terminal.wait_for("1 Configure", "128")
        terminal.press("j\t\r64\r")  # down to the first layer, its units, over them 64: one write
        terminal.wait_for("784-64-10")
        assert "1 Configure" in terminal.text  # the 4 did not go to Errors


def test_a_terminal_that_does_not_read_stalls_nobody_but_itself(stopped_run: RunDirectory) -> None:
    with Terminal(app(stopped_run.path.parent), columns=120, rows=36) as terminal:
        watched = train_on(terminal, stopped_run)
        left = watched.wait_for_steps(STALLED_STEPS)  # meanwhile nothing is read
        terminal.when(lambda: step_on_screen(terminal) > left, pause=LONGEST_BURST)
        terminal.press("7")
        terminal.wait_for("7 Runs ─", "running")
        terminal.press("q")
        assert terminal.wait_until_ended() == 0
        assert terminal.is_as_before
    assert stopped_run.is_alive()


def test_two_terminals_steer_the_same_run(stopped_run: RunDirectory) -> None:
    command = app(stopped_run.path.parent)
    with Terminal(command) as first:
        train_on(first, stopped_run)
        worker = stopped_run.record().pid
        with Terminal(command, columns=120, rows=36) as second:
            second.wait_for("training")
            second.press(" ")
            second.wait_for("paused")
            first.wait_for("paused")
            first.press(" ")
            first.wait_for("training")
            second.wait_for("training")
            second.press("q")
            assert second.wait_until_ended() == 0
        left = Watched(stopped_run).step
        first.when(lambda: step_on_screen(first) > left)
    assert stopped_run.record().pid == worker
    assert [found.path for found in list_runs(stopped_run.path.parent)] == [stopped_run.path]
