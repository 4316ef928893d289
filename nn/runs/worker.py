"""The training process: `python -P -m nn.runs.worker RUN_DIRECTORY`, detached from whoever started it.

It ends on TERM or INT after saving. Where its standard input is a pipe, somebody follows it in the
foreground: when that pipe closes without a word the worker saves and stops, so that no orphan eats a machine.
"""

import os
import signal
import socket
import stat
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TextIO

import msgspec
import numpy as np

from mnist_data import Dataset, DatasetError
from nn import checkpoint, files
from nn.config import Config
from nn.events import Note, Resumed, RunFinished, RunStarted
from nn.parallel.link import TeamError
from nn.runs import environment, predictions
from nn.runs.control import LET_GO, LOCK, Change, ControlServer, Epoch, Step, Stop
from nn.runs.images import cache_folder, load_for, split
from nn.runs.log import EventWriter
from nn.runs.loop import RunLoop, changed
from nn.runs.store import RunDirectory, RunError, RunRecord
from nn.settings import ConfigError
from nn.tensors import TensorFileError
from nn.trainer import Trainer

EXPECTED = (DatasetError, RunError, ConfigError, TensorFileError, TeamError, OSError, MemoryError)


def main(arguments: list[str], log: TextIO = sys.stderr) -> int:
    """Train the run in the directory that is the only argument; the exit code is 0, or 1 where it failed."""
    if len(arguments) != 1:
        log.write("usage: python -P -m nn.runs.worker RUN_DIRECTORY\n")
        return 2
    run = RunDirectory(Path(arguments[0]).resolve())
    inherited = os.environ.pop(LOCK, None)
    try:
        started_in = Path.cwd()
        events = EventWriter.open(run.events_path, int(inherited) if inherited else None)
    except (RunError, OSError) as error:
        log.write(f"{error}\n")
        return 1
    begun: list[Trainer] = []  # the trainer, once there is one, for a failure to be told with how far it came
    try:
        finished = _train(run, events, started_in, begun)
    except EXPECTED as error:
        finished = _fail(run, events, begun, files.sentence(error), log)
    except Exception as error:
        traceback.print_exc(file=log)
        finished = _fail(run, events, begun, f"{type(error).__name__}: {error}", log)
    finally:
        events.close()
    return 0 if finished.state in ("finished", "stopped") else 1


def _train(run: RunDirectory, events: EventWriter, started_in: Path, begun: list[Trainer]) -> RunFinished:
    """Listen for commands and signals, then train on the threads that the run began with."""
    os.chdir(run.path)
    np.seterr(all="ignore")  # a diverging run overflows; the trainer looks at every loss
    controls = ControlServer()
    try:
        _obey_signals(controls)
        _watch_follower(controls)
        config, record = run.config(), run.record()
        if record.working_folder is None:
            record = msgspec.structs.replace(
                record, working_folder=str(started_in), mnist_data=os.environ.get("MNIST_DATA")
            )
        threads = record.threads or environment.allowed_threads(config.training.threads)
        with environment.limit_threads(1):  # the trainer's helpers share the work: see nn/parallel
            dataset = _dataset(config, record, started_in)
            trainer = Trainer(config, split(dataset, config.data), threads=threads)
            if run.checkpoint_path.exists():
                checkpoint.load(trainer, run.checkpoint_path)
            begun.append(trainer)
            _tidy(run, trainer)
            _tell_start(run, record, trainer, events, f"{dataset.name}, {dataset.origin}", threads)
            run.write_record(_running(record, trainer, dataset, threads))
            return _loop(run, record, trainer, events, controls).train()
    finally:
        controls.close()


def _dataset(config: Config, record: RunRecord, started_in: Path) -> Dataset:
    """The run's images, looked for where its first worker looked; raises `RunError` if they have changed."""
    dataset = load_for(
        record, config.data.source, environment=os.environ, cwd=started_in, cache=cache_folder()
    )
    if record.fingerprint not in (None, dataset.fingerprint):
        raise RunError(f"the images are not those the run began with: {dataset.origin} has changed")
    return dataset


def _tidy(run: RunDirectory, trainer: Trainer) -> None:
    """Take away what a killed worker left half written, or wrote past the checkpoint."""
    files.sweep_temporaries(run.path)
    run.predictions_path.mkdir(exist_ok=True)
    files.sweep_temporaries(run.predictions_path)
    predictions.forget_after(run.predictions_path, trainer.epoch)


def _tell_start(
    run: RunDirectory, record: RunRecord, trainer: Trainer, events: EventWriter, data: str, threads: int
) -> None:
    """Tell where the run begins or goes on, and what is different from when it was recorded."""
    step = trainer.step
    if record.pid is not None:
        events.write(Resumed(step=step, epochs=trainer.epoch))
    events.write(
        RunStarted(
            step=step,
            run=str(run.path),
            pid=os.getpid(),
            data=data,
            images=len(trainer.data.training.labels),
            validation_images=len(trainer.data.validation.labels),
            batches=len(trainer.batches),
            parameters=len(trainer.network.parameters),
            threads=threads,
            resumed_from_step=step,
            time=time.time(),
        )
    )
    if record.steered:
        # A change may have been told and lost, or be told before this checkpoint: here is what holds.
        events.write(changed(trainer.position))
    for text in environment.differences(record.blas, record.versions):
        events.write(Note(step=step, text=text))


def _running(record: RunRecord, trainer: Trainer, dataset: Dataset, threads: int) -> RunRecord:
    return msgspec.structs.replace(
        record,
        state="running",
        reason=None,
        epoch=trainer.epoch,
        epochs=trainer.position.epochs,
        best_epoch=trainer.position.best_epoch,
        data=dataset.name,
        fingerprint=dataset.fingerprint,
        host=socket.gethostname(),
        pid=os.getpid(),
        versions=environment.versions(),
        blas=environment.blas(),
        threads=threads,
    )


def _loop(
    run: RunDirectory, record: RunRecord, trainer: Trainer, events: EventWriter, controls: ControlServer
) -> RunLoop:
    """The loop, with what its starter wished carried out; a wish is forgotten only when that is saved."""
    loop = RunLoop(run, trainer, events, controls)
    try:
        if record.epochs_wanted not in (None, trainer.position.epochs):
            loop.begin_with(Change(epochs=record.epochs_wanted))
    except ValueError as error:
        raise RunError(str(error)) from None
    finally:
        if (record.epochs_wanted, record.pause_after) != (None, None):
            loop.keeper.note(epochs_wanted=None, pause_after=None)
    if record.pause_after is not None:
        loop.begin_with(Step() if record.pause_after == "step" else Epoch())
    return loop


def _fail(
    run: RunDirectory, events: EventWriter, begun: list[Trainer], reason: str, log: TextIO
) -> RunFinished:
    """Tell that the run failed, from the record and the trainer: each may be missing."""
    log.write(f"{reason}\n")
    try:
        record = run.record()
    except RunError:
        record = None
    step, seconds = 0, 0.0
    for trainer in begun:
        step = trainer.step
        seconds = trainer.position.seconds_before + trainer.position.learning_seconds
    finished = RunFinished(
        step=step,
        state="failed",
        run=str(run.path),
        epochs=record.epoch if record else 0,
        seconds=seconds,
        best_epoch=record.best_epoch if record else None,
        validation_accuracy=record.validation_accuracy if record else None,
        test_accuracy=record.test_accuracy if record else None,
        parameters=record.parameters if record else 0,
        reason=reason,
    )
    try:
        events.write(finished)
        if record:
            run.write_record(msgspec.structs.replace(record, state="failed", reason=reason))
    except OSError as error:
        log.write(f"{reason}; and that could not be written: {files.reason(error)}\n")
    return finished


def _obey_signals(controls: ControlServer) -> None:
    """TERM and INT end the run after the step under way, saved; a hang-up is nothing to a worker."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            number, lambda received, _: controls.put(Stop(f"{signal.Signals(received).name} received"))
        )


def _watch_follower(controls: ControlServer) -> None:
    """Where standard input is a pipe, stop when it closes, unless its writer let go of the worker first."""
    try:
        if not stat.S_ISFIFO(os.fstat(0).st_mode):
            return
    except OSError:  # closed, so nobody follows
        return

    def watch() -> None:
        if os.read(0, 1) != LET_GO:
            controls.put(Stop("the command that followed it ended without a word"))

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    environment.let_go_first()
    sys.exit(main(sys.argv[1:]))
