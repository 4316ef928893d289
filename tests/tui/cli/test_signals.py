"""What becomes of the worker when `train` is interrupted, hung up or killed, and the other way round."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nn.runs.client import AsyncTrainer
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import LONG, WAIT_SECONDS, command, end, next_event

Process = subprocess.Popen[str]


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def training(digits: Path, runs_dir: Path) -> Iterator[tuple[Process, dict[str, Any]]]:
    """A `train --json` under way, past its first epoch, and its `run_started`."""
    process = command("train", "--data", digits, *LONG, "--runs-dir", runs_dir, "--json")
    started = next_event(process, "run_started")
    next_event(process, "epoch_finished")
    yield process, started
    if process.poll() is None:
        process.kill()
        process.communicate()
    wait_for_end(RunDirectory(Path(started["run"])))


def wait_for_end(run: RunDirectory) -> None:
    """Follow a run until its worker is gone."""

    async def follow() -> None:
        async for _ in (await AsyncTrainer.attach(run)).events():
            pass

    asyncio.run(asyncio.wait_for(follow(), WAIT_SECONDS))


def stop(run: RunDirectory) -> None:
    async def ask() -> None:
        await (await AsyncTrainer.attach(run)).stop("the test is over")

    asyncio.run(ask())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_stops_and_is_the_exit_code(
    training: tuple[Process, dict[str, Any]], number: signal.Signals, code: int
) -> None:
    process, started = training
    process.send_signal(number)
    process.send_signal(number)  # a second one changes nothing
    events, errors = end(process)
    run = RunDirectory(Path(started["run"]))
    assert process.returncode == code
    assert (events[-1]["event"], events[-1]["state"]) == ("run_finished", "stopped")
    assert events[-1]["reason"] == f"{number.name} received"
    assert not run.is_alive()
    assert run.checkpoint_path.exists()
    assert f"mnist-tui train --resume {run.path}" in errors
    assert "Traceback" not in errors


def test_a_stopped_run_goes_on_where_it_stopped(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    process.send_signal(signal.SIGINT)
    end(process)
    again = command("train", "--resume", started["run"], "--json")
    resumed = next_event(again, "run_started")
    assert resumed["run"] == started["run"]
    assert resumed["resumed_from_step"] >= 4
    epoch = next_event(again, "epoch_finished")
    assert epoch["step"] > resumed["resumed_from_step"]
    again.send_signal(signal.SIGTERM)
    end(again)
    assert again.returncode == 143


def test_after_a_hang_up_the_worker_goes_on(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    process.send_signal(signal.SIGHUP)
    _, errors = end(process)
    run = RunDirectory(Path(started["run"]))
    assert (process.returncode, errors.count("Traceback")) == (129, 0)

    async def see_two_epochs() -> None:
        trainer = await AsyncTrainer.attach(run)
        before = run.record().epoch
        async for _ in trainer.events():
            if run.record().epoch >= before + 2:
                return

    asyncio.run(asyncio.wait_for(see_two_epochs(), WAIT_SECONDS))
    assert run.is_alive()
    stop(run)


def test_when_train_is_killed_the_worker_saves_and_stops(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    process.kill()
    process.communicate()
    run = RunDirectory(Path(started["run"]))
    wait_for_end(run)
    assert run.state() == "stopped"
    assert run.record().reason == "the command that followed it ended without a word"


def test_a_worker_that_is_killed_is_told_at_once(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    os.kill(started["pid"], signal.SIGKILL)
    events, errors = end(process)
    assert process.returncode == 1
    assert (events[-1]["event"], events[-1]["state"]) == ("run_finished", "failed")
    assert "the worker is gone" in events[-1]["reason"]
    assert events[-1]["epochs"] >= 1
    assert f"mnist-tui train --resume {started['run']}" in errors


def test_a_run_whose_worker_was_killed_can_be_resumed(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    os.kill(started["pid"], signal.SIGKILL)
    end(process)
    again = command("train", "--resume", started["run"], "--json")
    next_event(again, "run_started")
    next_event(again, "epoch_finished")
    again.send_signal(signal.SIGINT)
    events, _ = end(again)
    assert (again.returncode, events[-1]["state"]) == (130, "stopped")


def test_a_worker_that_somebody_else_stops_is_exit_code_1(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    stop(RunDirectory(Path(started["run"])))
    events, _ = end(process)
    assert (process.returncode, events[-1]["state"]) == (1, "stopped")
    assert events[-1]["reason"] == "the test is over"


def test_a_running_run_is_attached_to_and_told_from_its_start(
    training: tuple[Process, dict[str, Any]],
) -> None:
    process, started = training
    viewer = command("train", "--resume", started["run"], "--json")
    assert next_event(viewer, "run_started") == started
    assert next_event(viewer, "epoch_finished")["epoch"] == 1
    viewer.send_signal(signal.SIGINT)
    assert end(viewer)[0][-1]["state"] == "stopped"
    assert end(process)[0][-1]["reason"] == "SIGINT received"
    assert (viewer.returncode, process.returncode) == (130, 1)


def test_a_viewer_that_is_killed_leaves_the_worker_alone(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    viewer = command("train", "--resume", started["run"], "--json")
    next_event(viewer, "run_started")
    viewer.kill()
    viewer.communicate()
    next_event(process, "epoch_finished")
    assert RunDirectory(Path(started["run"])).is_alive()


def test_a_running_run_gets_another_number_of_epochs(training: tuple[Process, dict[str, Any]]) -> None:
    process, started = training
    run = RunDirectory(Path(started["run"]))
    epochs = run.record().epoch + 50
    viewer = command("train", "--resume", started["run"], "--set", f"training.epochs={epochs}", "--json")
    events, _ = end(viewer)
    assert viewer.returncode == 0
    assert (events[-1]["state"], events[-1]["epochs"]) == ("finished", epochs)
    end(process)
    assert process.returncode == 0


def test_an_interrupt_while_the_worker_starts_is_heard(digits: Path, runs_dir: Path) -> None:
    process = command("train", "--data", digits, *LONG, "--runs-dir", runs_dir, "--json")
    while not list(runs_dir.glob("*/worker.log")):
        assert process.poll() is None
        os.sched_yield()
    process.send_signal(signal.SIGTERM)
    events, errors = end(process)
    assert process.returncode == 143, errors
    assert (events[-1]["event"], events[-1]["state"]) == ("run_finished", "stopped")
    assert "Traceback" not in errors
