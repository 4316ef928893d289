"""What becomes of the worker when `train` is interrupted, hung up or killed, and the other way round."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from nn.events import Changed, EpochFinished, Paused
from nn.runs.client import AsyncTrainer
from nn.runs.log import read_all
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import LONG, WAIT_SECONDS, Command


class Training(NamedTuple):
    """A `train` under way, past its first epoch; `pid` is the worker's."""

    command: Command
    run: RunDirectory
    pid: int


Start = Callable[..., Command]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts commands, and kills those that still run after the test."""
    started: list[Command] = []

    def begin(*arguments: str | Path) -> Command:
        started.append(Command(*arguments))
        return started[-1]

    yield begin
    for command in started:
        command.kill()


@pytest.fixture
def training(start: Start, digits: Path, tmp_path: Path) -> Iterator[Training]:
    command = start("train", "--data", digits, *LONG, "--runs-dir", tmp_path / "runs")
    started = command.next_event("run_started")
    command.next_event("epoch_finished")
    run = RunDirectory(Path(started["run"]))
    yield Training(command, run, started["pid"])
    command.kill()
    wait_for_end(run)


def wait_for_end(run: RunDirectory) -> None:
    """Follow a run until its worker is gone."""

    async def follow() -> None:
        async for _ in (await AsyncTrainer.attach(run)).events():
            pass

    asyncio.run(asyncio.wait_for(follow(), WAIT_SECONDS))


def epochs_told(run: RunDirectory) -> int:
    """The last epoch in the log; the record may lag behind it."""
    return max((e.epoch for e in read_all(run.events_path) if isinstance(e, EpochFinished)), default=0)


def stop(run: RunDirectory) -> None:
    async def ask() -> None:
        await (await AsyncTrainer.attach(run)).stop("the test is over")

    asyncio.run(ask())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_stops_and_is_the_exit_code(
    training: Training, number: signal.Signals, code: int
) -> None:
    training.command.send(number)
    training.command.send(number)  # a second one changes nothing
    ended, events, errors = training.command.end()
    assert ended == code
    assert (events[-1]["event"], events[-1]["state"]) == ("run_finished", "stopped")
    assert events[-1]["reason"] == f"{number.name} received"
    assert not training.run.is_alive()
    assert training.run.checkpoint_path.exists()
    assert f"mnist-tui train --resume {training.run.path}" in errors
    assert "Traceback" not in errors


def test_a_stopped_run_goes_on_where_it_stopped(training: Training, start: Start) -> None:
    training.command.send(signal.SIGINT)
    training.command.end()
    again = start("train", "--resume", training.run.path)
    started = again.next_event("run_started")
    assert started["run"] == str(training.run.path)
    assert started["resumed_from_step"] >= 100
    assert again.next_event("epoch_finished")["step"] > started["resumed_from_step"]
    again.send(signal.SIGTERM)
    assert again.end()[0] == 143


def test_after_a_hang_up_the_worker_goes_on(training: Training) -> None:
    training.command.send(signal.SIGHUP)
    code, _, errors = training.command.end()
    assert (code, "Traceback" in errors) == (129, False)

    async def see_an_epoch() -> None:
        trainer = await AsyncTrainer.attach(training.run)
        told = epochs_told(training.run)
        async for event in trainer.events():
            if isinstance(event, EpochFinished) and event.epoch > told + 1:
                return

    asyncio.run(asyncio.wait_for(see_an_epoch(), WAIT_SECONDS))
    assert training.run.is_alive()
    stop(training.run)


def test_when_train_is_killed_the_worker_saves_and_stops(training: Training) -> None:
    training.command.kill()
    wait_for_end(training.run)
    assert training.run.state() == "stopped"
    assert training.run.record().reason == "the command that followed it ended without a word"


def test_a_worker_that_is_killed_is_told(training: Training) -> None:
    os.kill(training.pid, signal.SIGKILL)
    code, events, errors = training.command.end()
    assert code == 1
    assert (events[-1]["event"], events[-1]["state"]) == ("run_finished", "failed")
    assert "the worker is gone: killed by SIGKILL" in events[-1]["reason"]
    assert events[-1]["epochs"] >= 1
    assert f"mnist-tui train --resume {training.run.path}" in errors


def test_a_run_whose_worker_was_killed_can_be_resumed(training: Training, start: Start) -> None:
    os.kill(training.pid, signal.SIGKILL)
    training.command.end()
    again = start("train", "--resume", training.run.path)
    again.next_event("run_started")
    again.next_event("epoch_finished")
    again.send(signal.SIGINT)
    code, events, _ = again.end()
    assert (code, events[-1]["state"]) == (130, "stopped")


def test_a_run_that_somebody_else_stops_is_exit_code_1(training: Training) -> None:
    stop(training.run)
    code, events, _ = training.command.end()
    assert (code, events[-1]["state"], events[-1]["reason"]) == (1, "stopped", "the test is over")


def test_an_attached_run_is_told_from_its_start_and_stopped_too(training: Training, start: Start) -> None:
    viewer = start("train", "--resume", training.run.path)
    assert viewer.next_event("run_started")["pid"] == training.pid
    assert viewer.next_event("epoch_finished")["epoch"] == 1
    viewer.send(signal.SIGINT)
    code, events, _ = viewer.end()
    assert (code, events[-1]["state"]) == (130, "stopped")
    code, events, _ = training.command.end()
    assert (code, events[-1]["reason"]) == (1, "SIGINT received")


def test_a_viewer_that_is_killed_leaves_the_worker_alone(training: Training, start: Start) -> None:
    viewer = start("train", "--resume", training.run.path)
    viewer.next_event("run_started")
    viewer.kill()
    told = epochs_told(training.run)
    while training.command.next_event("epoch_finished")["epoch"] <= told:
        pass
    assert training.run.is_alive()


def test_an_attached_run_gets_another_number_of_epochs(training: Training, start: Start) -> None:
    async def pause() -> int:
        trainer = await AsyncTrainer.attach(training.run)
        await trainer.pause()
        async for event in trainer.events():
            if isinstance(event, Paused):
                break
        return epochs_told(training.run) + 2

    async def go_on_once_changed() -> None:
        trainer = await AsyncTrainer.attach(training.run)
        async for event in trainer.events():
            if isinstance(event, Changed):
                await trainer.go_on()

    epochs = asyncio.run(pause())
    viewer = start("train", "--resume", training.run.path, "--set", f"training.epochs={epochs}")
    asyncio.run(asyncio.wait_for(go_on_once_changed(), WAIT_SECONDS))
    code, events, errors = viewer.end()
    assert code == 0, errors
    assert (events[-1]["state"], events[-1]["epochs"]) == ("finished", epochs)
    assert training.command.end()[0] == 0


def test_a_signal_while_the_worker_starts_is_heard(start: Start, digits: Path, tmp_path: Path) -> None:
    command = start("train", "--data", digits, *LONG, "--runs-dir", tmp_path)
    while not list(tmp_path.glob("*/worker.log")):
        assert command.process.poll() is None
    command.send(signal.SIGTERM)
    code, events, errors = command.end()
    assert code == 143, errors
    assert (events[-1]["event"], events[-1]["state"]) == ("run_finished", "stopped")
    assert "Traceback" not in errors
