"""A worker that cannot begin, or breaks, says why in one sentence and overwrites nothing."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from run_samples import (
    PATIENCE,
    change_record,
    create,
    history_of,
    last_event,
    parameters,
    small_config,
    work,
)

from mnist_data import save, synthesize
from nn.config import SGDConfig
from nn.runs import store, worker
from nn.runs.store import RunDirectory, RunError

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
from nn.parallel import part, team
from nn.runs import worker
from nn.runs.gathering import StepGatherer

part.LEAST_WORK = 0.0  # small as the steps are, they are shared
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


def test_what_is_no_run_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    log = tmp_path / "log"
    (tmp_path / "empty").mkdir()
    with log.open("w+") as file:
        assert worker.main([], log=file) == 2
        assert worker.main([str(tmp_path / "none")], log=file) == 1
        assert worker.main([str(tmp_path / "empty")], log=file) == 1
    assert log.read_text().count("\n") == 3
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_full_disk_at_the_start_fails_with_a_reason(
    short_run: RunDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(run: RunDirectory, *arguments: object) -> None:
        raise OSError(28, "No space left on device", "run.json")

    monkeypatch.setattr(worker, "_train", full)
    log = tmp_path / "log"
    with log.open("w+") as file:
        assert worker.main([str(short_run.path)], log=file) == 1
    assert last_event(short_run).reason == "run.json: No space left on device"
    assert store.find(tmp_path, str(short_run.path)).state() == "failed"
    assert log.read_text() == "run.json: No space left on device\n"


def test_a_fault_of_ours_leaves_its_traceback_in_the_log(
    short_run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run: RunDirectory, *arguments: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(worker, "_train", broken)
    with short_run.log_path.open("w") as file:
        assert worker.main([str(short_run.path)], log=file) == 1
    assert last_event(short_run).reason == "KeyError: 'oops'"
    assert "Traceback" in short_run.log_path.read_text()
    assert short_run.last_words() == "KeyError: 'oops'"


def test_a_failure_that_cannot_be_recorded_is_told_in_the_log(
    short_run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run: RunDirectory, *arguments: object) -> None:
        raise RunError("no images")

    def refuse(*arguments: object) -> None:
        raise OSError("the disk is gone")  # without an errno, so that the system has no words for it

    monkeypatch.setattr(worker, "_train", broken)
    monkeypatch.setattr(worker.EventWriter, "write", refuse)
    with short_run.log_path.open("w") as file:
        assert worker.main([str(short_run.path)], log=file) == 1
    assert short_run.last_words() == "no images; and that could not be written: the disk is gone"


def test_a_fault_in_mid_run_is_told_with_how_far_it_came(short_run: RunDirectory) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN_AT_7, str(short_run.path)], timeout=PATIENCE, cwd=short_run.path
    )
    assert done.returncode == 1
    finished = last_event(short_run)
    assert (finished.state, finished.reason, finished.step) == ("failed", "no more", 7)
    assert finished.seconds > 0


def test_a_killed_helper_is_one_sentence(short_run: RunDirectory) -> None:
    change_record(short_run, threads=2)
    script = [sys.executable, "-c", HELPER_KILLED_AT_7, str(short_run.path)]
    done = subprocess.run(script, timeout=PATIENCE, cwd=short_run.path, capture_output=True, text=True)
    assert done.returncode == 1
    finished = last_event(short_run)
    assert (finished.state, finished.step) == ("failed", 7)
    assert (finished.reason or "").startswith("a helper process of the training has ended")
    assert done.stderr == f"{finished.reason}\n"
