"""The training process by its command line: signals, failures at the start, two at once."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from run_samples import (
    ENDLESS,
    PATIENCE,
    change_record,
    create,
    history_of,
    parameters,
    small_config,
    start_worker,
    told,
    wait_for,
)

from mnist_data import save, synthesize
from nn.config import SGDConfig
from nn.events import EpochFinished, Note, RunFinished
from nn.runs import store, worker
from nn.runs.store import RunDirectory

BROKEN_AT_7 = """
import sys
from nn.runs import worker
from nn.runs.gathering import StepGatherer

def add(self, event):
    if event.step == 7:
        raise MemoryError("no more")

StepGatherer.add = add
sys.exit(worker.main(sys.argv[1:]))
"""

HELPER_KILLED_AT_7 = """
import sys
from nn.parallel import team
from nn.runs import worker
from nn.runs.gathering import StepGatherer

started = []
take, start = StepGatherer.add, team.subprocess.Popen

def popen(*arguments, **options):
    started.append(start(*arguments, **options))
    return started[-1]

def add(self, event):
    take(self, event)
    if event.step == 7:
        started[0].kill()

team.subprocess.Popen, StepGatherer.add = popen, add
sys.exit(worker.main(sys.argv[1:]))
"""


@pytest.fixture
def run(tmp_path: Path, folder: Path) -> RunDirectory:
    """Two epochs, done in no time."""
    return create(tmp_path / "runs", small_config(folder, epochs=2))


@pytest.fixture
def endless(tmp_path: Path, folder: Path) -> RunDirectory:
    return create(tmp_path / "runs", small_config(folder, epochs=ENDLESS))


def is_training(run: RunDirectory) -> bool:
    return len(history_of(run).epochs) > 0


def work(run: RunDirectory, cwd: Path | None = None) -> int:
    """A worker from its start to its end: its exit code."""
    with start_worker(run, cwd=cwd) as process:
        return process.wait(PATIENCE)


def last_event(run: RunDirectory) -> RunFinished:
    event = told(run)[-1]
    assert isinstance(event, RunFinished)
    return event


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
    endless: RunDirectory, number: signal.Signals
) -> None:
    change_record(endless, threads=2)
    with start_worker(endless) as process:
        wait_for(lambda: is_training(endless))
        os.killpg(process.pid, number)
        assert process.wait(PATIENCE) == 0
    finished = last_event(endless)
    assert (finished.state, finished.reason) == ("stopped", f"{number.name} received")
    assert endless.record().threads == 2
    assert parameters(endless)
    assert endless.last_words() == ""


def test_a_hang_up_is_nothing_to_a_worker(endless: RunDirectory) -> None:
    with start_worker(endless) as process:
        wait_for(lambda: is_training(endless))
        process.send_signal(signal.SIGHUP)
        epochs = len(history_of(endless).epochs)
        wait_for(lambda: len(history_of(endless).epochs) > epochs)
        process.terminate()
        assert process.wait(PATIENCE) == 0


def missing_data(run: RunDirectory, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def changed_data(run: RunDirectory, folder: Path) -> None:
    save(synthesize(train=600, test=200, seed=8), folder)


def corrupt_checkpoint(run: RunDirectory, folder: Path) -> None:
    content = run.checkpoint_path.read_bytes()
    run.checkpoint_path.write_bytes(content[: len(content) // 2])


def foreign_checkpoint(run: RunDirectory, folder: Path) -> None:
    text = run.config_path.read_text()
    run.config_path.write_text(text.replace("units = 16", "units = 17"))


def unreadable_config(run: RunDirectory, folder: Path) -> None:
    run.config_path.write_text("seed = [")


def impossible_network(run: RunDirectory, folder: Path) -> None:
    text = run.config_path.read_text()
    run.config_path.write_text(text.replace("units = 10", "units = 11"))


def unreadable_record(run: RunDirectory, folder: Path) -> None:
    run.record_path.write_bytes(b"{")


def too_few_images(run: RunDirectory, folder: Path) -> None:
    text = run.config_path.read_text()
    run.config_path.write_text(text.replace("validation = 100", "validation = 600"))


def too_few_epochs(run: RunDirectory, folder: Path) -> None:
    change_record(run, epochs_wanted=1)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunDirectory, Path]:
    """A finished run and its own data folder, to be broken in copies."""
    home = tmp_path_factory.mktemp("ended")
    save(synthesize(train=600, test=200), home / "digits")
    run = create(home / "runs", small_config(home / "digits", epochs=2))
    assert work(run) == 0
    return run, home / "digits"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (missing_data, "is not a folder"),
        (changed_data, "the images are not those the run began with"),
        (corrupt_checkpoint, "checkpoint.safetensors is not a readable"),
        (foreign_checkpoint, "does not fit the run's config"),
        (unreadable_config, "config.toml: not TOML"),
        (impossible_network, "gives 11 outputs"),
        (unreadable_record, "is not a readable run"),
        (too_few_images, "leaves nothing to train on"),
        (too_few_epochs, "epochs is 1; allowed"),
    ],
)
def test_a_worker_that_cannot_begin_says_why_and_overwrites_nothing(
    ended: tuple[RunDirectory, Path],
    tmp_path: Path,
    spoil: Callable[[RunDirectory, Path], None],
    words: str,
) -> None:
    original, digits = ended
    run = RunDirectory(tmp_path / "run")
    shutil.copytree(original.path, run.path)
    shutil.copytree(digits, tmp_path / "digits")
    run.config_path.write_text(run.config_path.read_text().replace(str(digits), str(tmp_path / "digits")))
    spoil(run, tmp_path / "digits")
    kept = (run.checkpoint_path, run.best_path, run.config_path)
    before = [path.read_bytes() for path in kept]
    assert work(run) == 1
    finished = last_event(run)
    assert finished.state == "failed"
    assert words in (finished.reason or "")
    assert "\n" not in (finished.reason or "")
    assert "Traceback" not in run.log_path.read_text()
    assert [path.read_bytes() for path in kept] == before
    if spoil is not unreadable_record:
        assert (run.record().state, run.record().reason) == ("failed", finished.reason)
        assert run.record().epochs_wanted is None or spoil is not too_few_epochs
        assert finished.test_accuracy == original.record().test_accuracy


def test_a_run_that_failed_for_want_of_data_goes_on_when_it_is_back(tmp_path: Path) -> None:
    run = create(tmp_path / "runs", small_config(tmp_path / "digits", epochs=1))
    assert work(run) == 1
    save(synthesize(train=600, test=200), tmp_path / "digits")
    assert work(run) == 0
    assert history_of(run).state == "finished"


def test_a_diverged_run_exits_with_1(tmp_path: Path, folder: Path) -> None:
    config = small_config(folder, optimizer=SGDConfig(1000.0), activation="none", epochs=50)
    run = create(tmp_path, config)
    assert work(run) == 1
    finished = last_event(run)
    assert finished.state == run.record().state == "diverged"
    assert (finished.reason or "").startswith(f"diverged at step {finished.step + 1} in ")
    assert parameters(run)


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


def test_what_is_no_run_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    log = tmp_path / "log"
    (tmp_path / "empty").mkdir()
    with log.open("w+") as file:
        assert worker.main([], log=file) == 2
        assert worker.main([str(tmp_path / "none")], log=file) == 1
        assert worker.main([str(tmp_path / "empty")], log=file) == 1
    assert log.read_text().count("\n") == 3
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_worker_tidies_what_a_killed_one_left(run: RunDirectory) -> None:
    leftovers = [
        run.path / ".checkpoint.safetensors.4194305.abcd1234",
        run.predictions_path / ".0001.safetensors.4194305.abcd1234",
    ]
    for leftover in leftovers:
        leftover.write_bytes(b"half")
    (run.path / "control.sock").touch()
    (run.predictions_path / "0077.safetensors").touch()  # of a future that never was
    with run.events_path.open("ab") as file:
        file.write(b'{"event":"note","st')
    assert work(run) == 0
    assert not any(leftover.exists() for leftover in leftovers)
    assert not (run.predictions_path / "0077.safetensors").exists()
    assert not (run.path / "control.sock").exists()
    assert run.events_path.read_bytes().startswith(b'{"event":"run_started"')
    assert history_of(run).state == "finished"


def test_a_folder_called_nn_in_the_working_directory_is_not_ours(run: RunDirectory, tmp_path: Path) -> None:
    (tmp_path / "nn").mkdir()
    (tmp_path / "nn" / "__init__.py").write_text("raise SystemExit(9)")
    assert work(run, cwd=tmp_path) == 0
    assert run.record().working_folder == str(tmp_path)


def test_threads_are_recorded_and_kept_and_what_differs_is_announced(run: RunDirectory) -> None:
    assert work(run) == 0
    record = run.record()
    assert record.threads == 1
    assert record.versions["numpy"]
    assert record.blas
    assert not [event for event in told(run) if isinstance(event, Note)]
    change_record(
        run, threads=2, blas="another 1.0", versions={**record.versions, "numpy": "0.1"}, epochs_wanted=3
    )
    assert work(run) == 0
    history = history_of(run)
    assert history.started is not None
    assert history.started.threads == run.record().threads == 2
    assert [note.text.split(":")[0] for note in history.notes] == [
        f"blas was another 1.0 and is {record.blas} now",
        f"numpy was 0.1 and is {record.versions['numpy']} now",
    ]
    assert len(history.epochs) == 3  # more epochs than were asked for at first
    assert run.record().steered
    assert run.record().epochs_wanted is None


def test_a_finished_run_resumed_as_it_is_stays_as_it_is(run: RunDirectory) -> None:
    assert work(run) == 0
    before, told_before = parameters(run), history_of(run)
    assert work(run) == 0
    assert parameters(run) == before
    assert history_of(run).epochs == told_before.epochs
    assert last_event(run).test_accuracy == (told_before.finished and told_before.finished.test_accuracy)
    assert not run.record().steered


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


def test_a_full_disk_at_the_start_fails_with_a_reason(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(run: RunDirectory, *arguments: object) -> None:
        raise OSError(28, "No space left on device", "run.json")

    monkeypatch.setattr(worker, "_train", full)
    log = tmp_path / "log"
    with log.open("w+") as file:
        assert worker.main([str(run.path)], log=file) == 1
    assert last_event(run).reason == "run.json: No space left on device"
    assert store.find(tmp_path, str(run.path)).state() == "failed"
    assert log.read_text() == "run.json: No space left on device\n"


def test_a_fault_of_ours_leaves_its_traceback_in_the_log(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(run: RunDirectory, *arguments: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(worker, "_train", broken)
    with run.log_path.open("w") as file:
        assert worker.main([str(run.path)], log=file) == 1
    assert last_event(run).reason == "KeyError: 'oops'"
    assert "Traceback" in run.log_path.read_text()
    assert run.last_words() == "KeyError: 'oops'"


def test_a_fault_in_mid_run_is_told_with_how_far_it_came(run: RunDirectory) -> None:
    done = subprocess.run([sys.executable, "-c", BROKEN_AT_7, str(run.path)], timeout=PATIENCE, cwd=run.path)
    assert done.returncode == 1
    finished = last_event(run)
    assert (finished.state, finished.reason, finished.step) == ("failed", "no more", 7)
    assert finished.seconds > 0


def test_a_killed_helper_is_one_sentence(run: RunDirectory) -> None:
    change_record(run, threads=2)
    script = [sys.executable, "-c", HELPER_KILLED_AT_7, str(run.path)]
    done = subprocess.run(script, timeout=PATIENCE, cwd=run.path, capture_output=True, text=True)
    assert done.returncode == 1
    finished = last_event(run)
    assert (finished.state, finished.step) == ("failed", 7)
    assert (finished.reason or "").startswith("a helper process of the training has ended")
    assert done.stderr == f"{finished.reason}\n"


def test_a_lock_that_is_passed_on_leaves_no_gap(run: RunDirectory) -> None:
    lock = store.lock(run.events_path)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "nn.runs.worker", str(run.path)],
        pass_fds=(lock,),
        env={**os.environ, worker.LOCK: str(lock)},
    )
    os.close(lock)
    with process:
        assert run.is_alive()
        assert process.wait(PATIENCE) == 0
    assert not run.is_alive()
    assert any(isinstance(event, EpochFinished) for event in told(run))
