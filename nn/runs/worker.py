"""The training process: `python -P -m nn.runs.worker RUN_DIRECTORY`, detached from whoever started it.

It ends on TERM or INT after saving. Where its standard input is a pipe, somebody follows it in the foreground: when
that pipe closes without a word the worker saves and stops, so that no orphan eats a machine.
"""

import os
import signal
import socket
import stat
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import platformdirs
from threadpoolctl import threadpool_limits

from mnist_data import DatasetError
from nn import checkpoint
from nn.events import Note, Resumed, RunFinished, RunStarted
from nn.files import sweep_temporaries
from nn.runs import environment, predictions
from nn.runs.control import Change, ControlServer, Epoch, Step, Stop
from nn.runs.images import load_dataset, split
from nn.runs.log import EventWriter
from nn.runs.loop import RunLoop
from nn.runs.store import RunDirectory, RunError, RunRecord
from nn.tensors import TensorFileError
from nn.trainer import Trainer

LET_GO = b"d"  # what a follower writes into the pipe before it leaves a worker to itself


def main(arguments: list[str]) -> int:
    """Train the run in the directory that is the only argument; the exit code is 0, or 1 where it failed."""
    (directory,) = arguments
    run = RunDirectory(Path(directory).resolve())
    started_in = Path.cwd()
    try:
        events = EventWriter.open(run.events_path)
    except (RunError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201  (the worker's log)
        return 1
    os.chdir(run.path)
    np.seterr(all="ignore")  # a diverging run overflows; the trainer looks at every loss
    try:
        finished = _train(run, events, started_in)
    except (DatasetError, RunError, TensorFileError, OSError, MemoryError) as error:
        finished = _fail(run, events, str(error) or type(error).__name__)
    except Exception as error:
        traceback.print_exc()
        finished = _fail(run, events, f"{type(error).__name__}: {error}")
    finally:
        events.close()
    return 0 if finished.state in ("finished", "stopped") else 1


def _train(run: RunDirectory, events: EventWriter, started_in: Path) -> RunFinished:
    controls = ControlServer()
    try:
        _obey_signals(controls)
        _watch_follower(controls)
        config = run.config()
        record = _recorded(run, started_in, os.environ)
        threads = record.threads or environment.allowed_threads(config.training.threads)
        with threadpool_limits(threads):
            dataset = load_dataset(
                config.data.source,
                environment=dict(os.environ)
                | ({"MNIST_DATA": record.mnist_data} if record.mnist_data else {}),
                cwd=Path(record.working_folder or started_in),
                cache=Path(platformdirs.user_cache_dir("mnist-tui")),
            )
            if record.fingerprint not in (None, dataset.fingerprint):
                raise RunError(f"the images are not those the run began with: {dataset.origin} has changed")
            trainer = Trainer(config, split(dataset, config.data))
            resumed = run.checkpoint_path.exists()
            if resumed:
                checkpoint.load(trainer, run.checkpoint_path)
            sweep_temporaries(run.path)
            predictions.forget_after(run.predictions_path, trainer.epoch)
            if record.pid is not None:
                events.write(Resumed(step=trainer.step, epochs=trainer.epoch))
            events.write(_started(run, trainer, f"{dataset.name}, {dataset.origin}", threads))
            for text in _differences(record):
                events.write(Note(step=trainer.step, text=text))
            run.write_record(
                msgspec.structs.replace(
                    record,
                    state="running",
                    reason=None,
                    epochs_wanted=None,
                    pause_after=None,
                    epochs=trainer.position.epochs,
                    data=dataset.name,
                    fingerprint=dataset.fingerprint,
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    versions=environment.versions(),
                    blas=environment.blas(),
                    threads=threads,
                )
            )
            loop = RunLoop(run, trainer, events, controls)
            if record.epochs_wanted is not None:
                loop.begin_with(Change(epochs=record.epochs_wanted))
            if record.pause_after is not None:
                loop.begin_with(Step() if record.pause_after == "step" else Epoch())
            return loop.train()
    finally:
        controls.close()


def _recorded(run: RunDirectory, started_in: Path, variables: Mapping[str, str]) -> RunRecord:
    """The run's record, with where its first worker looked for MNIST."""
    record = run.record()
    if record.working_folder is not None:
        return record
    return msgspec.structs.replace(
        record, working_folder=str(started_in), mnist_data=variables.get("MNIST_DATA")
    )


def _started(run: RunDirectory, trainer: Trainer, data: str, threads: int) -> RunStarted:
    return RunStarted(
        step=trainer.step,
        run=str(run.path),
        pid=os.getpid(),
        data=data,
        images=len(trainer.data.training.labels),
        validation_images=len(trainer.data.validation.labels),
        batches=len(trainer.batches),
        parameters=len(trainer.network.parameters),
        threads=threads,
        resumed_from_step=trainer.step,
        time=time.time(),
    )


def _differences(record: RunRecord) -> list[str]:
    """Sentences on what has changed since the run was recorded, and may change its last bits."""
    now = {"blas": environment.blas(), **environment.versions()}
    before = {"blas": record.blas, **record.versions}
    return [
        f"{name} was {before[name]} and is {value} now: the last bits may differ from an unbroken run"
        for name, value in now.items()
        if before.get(name) not in (None, value)
    ]


def _fail(run: RunDirectory, events: EventWriter, reason: str) -> RunFinished:
    """Tell that the run failed, from the record alone: the trainer may not exist."""
    record = run.record()
    finished = RunFinished(
        step=0,
        state="failed",
        run=str(run.path),
        epochs=record.epoch,
        seconds=0.0,
        best_epoch=record.best_epoch,
        validation_accuracy=record.validation_accuracy,
        test_accuracy=record.test_accuracy,
        parameters=record.parameters,
        reason=reason,
    )
    events.write(finished)
    run.write_record(msgspec.structs.replace(record, state="failed", reason=reason))
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
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return

    def watch() -> None:
        if os.read(0, 1) != LET_GO:
            controls.put(Stop("the command that followed it ended without a word"))

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
