"""The training process by its command line: signals, followers, two at once, what it records."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from run_samples import (
    ENDLESS,
    PATIENCE,
    change_record,
    create,
    history_of,
    last_event,
    parameters,
    small_config,
    start_worker,
    told,
    wait_for,
    work,
)
from samples import lone_part

from nn.events import EpochFinished, Note
from nn.parallel.part import LEAST_WORK
from nn.runs import environment, store, worker
from nn.runs.store import RunDirectory

UNITS_TO_SHARE = 400


@pytest.fixture
def endless(tmp_path: Path, folder: Path) -> RunDirectory:
    return create(tmp_path / "runs", small_config(folder, epochs=ENDLESS))


def is_training(run: RunDirectory) -> bool:
    return len(history_of(run).epochs) > 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_end_saves_and_stops(endless: RunDirectory, number: signal.Signals) -> None:
    with start_worker(endless) as process:
        wait_for(lambda: is_training(endless))
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    finished = last_event(endless)
    assert (finished.state, finished.reason) == ("stopped", f"{number.name} received")
    assert endless.record().state == "stopped"
    assert history_of(endless).step == finished.step
    assert parameters(endless)
    assert not (endless.path / "control.sock").exists()
    assert endless.last_words() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_group_of_a_team_saves_and_stops(
    tmp_path: Path, folder: Path, number: signal.Signals
) -> None:
    """With so many neurons a step is work enough to be shared."""
    run = create(tmp_path / "runs", small_config(folder, epochs=ENDLESS, units=UNITS_TO_SHARE))
    change_record(run, threads=2)
    with start_worker(run) as process:
        wait_for(lambda: is_training(run))
        os.killpg(process.pid, number)
        assert process.wait(PATIENCE) == 0
    finished = last_event(run)
    assert (finished.state, finished.reason) == ("stopped", f"{number.name} received")
    assert run.record().threads == 2
    assert parameters(run)
    assert run.last_words() == ""


def test_so_many_neurons_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.parallel.part.LEAST_WORK", LEAST_WORK)
    config = small_config(units=UNITS_TO_SHARE)
    part = lone_part(config.network.layers, np.float32, parts=2)
    assert part.members(config.training.batch_size) == 2


def test_a_hang_up_is_nothing_to_a_worker(endless: RunDirectory) -> None:
    with start_worker(endless) as process:
        wait_for(lambda: is_training(endless))
        process.send_signal(signal.SIGHUP)
        epochs = len(history_of(endless).epochs)
        wait_for(lambda: len(history_of(endless).epochs) > epochs)
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_a_second_worker_leaves_the_first_alone(
    endless: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.0)
    with start_worker(endless) as process:
        wait_for(lambda: is_training(endless))
        pid = endless.record().pid
        log = endless.path.parent / "second.log"
        with log.open("w+") as file:
            assert worker.main([str(endless.path)], log=file) == 1
        assert log.read_text() == f"the run {endless.path.name} has a worker already\n"
        assert (endless.record().pid, process.poll()) == (pid, None)
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_a_worker_tidies_what_a_killed_one_left(short_run: RunDirectory) -> None:
    leftovers = [
        short_run.path / ".checkpoint.safetensors.4194305.abcd1234",
        short_run.predictions_path / ".0001.safetensors.4194305.abcd1234",
    ]
    for leftover in leftovers:
        leftover.write_bytes(b"half")
    (short_run.path / "control.sock").touch()
    (short_run.predictions_path / "0077.safetensors").touch()  # of a future that never was
    with short_run.events_path.open("ab") as file:
        file.write(b'{"event":"note","st')
    assert work(short_run) == 0
    assert not any(leftover.exists() for leftover in leftovers)
    assert not (short_run.predictions_path / "0077.safetensors").exists()
    assert not (short_run.path / "control.sock").exists()
    assert short_run.events_path.read_bytes().startswith(b'{"event":"run_started"')
    assert history_of(short_run).state == "finished"


def test_a_folder_called_nn_in_the_working_directory_is_not_ours(
    short_run: RunDirectory, tmp_path: Path
) -> None:
    (tmp_path / "nn").mkdir()
    (tmp_path / "nn" / "__init__.py").write_text("raise SystemExit(9)")
    assert work(short_run, cwd=tmp_path) == 0
    assert short_run.record().working_folder == str(tmp_path)


def test_a_worker_lets_others_have_the_processor_first(endless: RunDirectory) -> None:
    with start_worker(endless) as process:
        wait_for(lambda: is_training(endless))
        expected = min(os.nice(0) + environment.NICE, 19)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == expected
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_threads_are_recorded_and_kept_and_what_differs_is_announced(short_run: RunDirectory) -> None:
    assert work(short_run) == 0
    record = short_run.record()
    assert record.threads == 1
    assert record.versions["numpy"]
    assert record.blas
    assert not [event for event in told(short_run) if isinstance(event, Note)]
    change_record(
        short_run,
        threads=2,
        blas="another 1.0",
        versions={**record.versions, "numpy": "0.1"},
        epochs_wanted=3,
    )
    assert work(short_run) == 0
    history = history_of(short_run)
    assert history.started is not None
    assert history.started.threads == short_run.record().threads == 2
    assert [note.text.split(":")[0] for note in history.notes] == [
        f"blas was another 1.0 and is {record.blas} now",
        f"numpy was 0.1 and is {record.versions['numpy']} now",
        "the schedule one_cycle has ended",
    ]
    assert len(history.epochs) == 3  # more epochs than were asked for at first
    assert short_run.record().steered
    assert short_run.record().epochs_wanted is None


def test_a_finished_run_resumed_as_it_is_stays_as_it_is(short_run: RunDirectory) -> None:
    assert work(short_run) == 0
    before, told_before = parameters(short_run), history_of(short_run)
    assert work(short_run) == 0
    assert parameters(short_run) == before
    assert history_of(short_run).epochs == told_before.epochs
    assert last_event(short_run).test_accuracy == (
        told_before.finished and told_before.finished.test_accuracy
    )
    assert not short_run.record().steered


def test_the_pipe_of_a_follower_that_closes_without_a_word_stops_the_worker(endless: RunDirectory) -> None:
    with start_worker(endless, stdin=subprocess.PIPE) as process:
        wait_for(lambda: is_training(endless))
        assert process.stdin
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
    assert last_event(endless).reason == "the command that followed it ended without a word"


def test_a_follower_that_lets_go_leaves_the_worker_at_work(endless: RunDirectory) -> None:
    with start_worker(endless, stdin=subprocess.PIPE) as process:
        wait_for(lambda: is_training(endless))
        assert process.stdin
        process.stdin.write(worker.LET_GO)
        process.stdin.close()
        epochs = len(history_of(endless).epochs)
        wait_for(lambda: len(history_of(endless).epochs) > epochs + 1)
        assert process.poll() is None
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_a_lock_that_is_passed_on_leaves_no_gap(short_run: RunDirectory) -> None:
    lock = store.lock(short_run.events_path)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "nn.runs.worker", str(short_run.path)],
        pass_fds=(lock,),
        env={**os.environ, worker.LOCK: str(lock)},
    )
    os.close(lock)
    with process:
        assert short_run.is_alive()
        assert process.wait(PATIENCE) == 0
    assert not short_run.is_alive()
    assert any(isinstance(event, EpochFinished) for event in told(short_run))
