"""Small runs for the tests: a folder of drawn digits, a network that learns them soon, workers to kill."""

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from samples import Clock

from nn import checkpoint, tensors, weights
from nn.config import (
    ActivationName,
    AdamConfig,
    Config,
    DataConfig,
    DenseConfig,
    NetworkConfig,
    OptimizerConfig,
    TrainingConfig,
)
from nn.events import Note, RunEvent, RunFinished
from nn.runs import store
from nn.runs.control import AnyCommand, Request
from nn.runs.history import History
from nn.runs.log import EventWriter, read_all
from nn.runs.loop import RunLoop
from nn.runs.store import RunDirectory
from nn.trainer import Data, Trainer

ENDLESS = 10**5
PATIENCE = 30.0  # seconds until a test gives up waiting


def small_config(
    source: Path | str = "synthetic",
    *,
    epochs: int = 3,
    batch_size: int = 100,
    validation: int = 100,
    limit: int = 0,
    units: int = 16,
    optimizer: OptimizerConfig | None = None,
    activation: ActivationName = "relu",
) -> Config:
    """784-16-10 or as many `units`, Adam and one-cycle, shuffled."""
    return Config(
        data=DataConfig(source=str(source), validation=validation, limit=limit),
        network=NetworkConfig(layers=(DenseConfig(units, activation), DenseConfig(10))),
        training=TrainingConfig(
            optimizer=optimizer or AdamConfig(0.005), batch_size=batch_size, epochs=epochs, threads=1
        ),
    )


def create(folder: Path, config: Config, name: str = "test") -> RunDirectory:
    """A new run without a worker."""
    return store.create(folder, config, name)


def change_record(run: RunDirectory, **changes: object) -> None:
    run.write_record(msgspec.structs.replace(run.record(), **changes))


class Script(queue.SimpleQueue[Request]):
    """Commands that come at given steps, and those that come while the loop waits in a pause."""

    def __init__(
        self, trainer: Trainer, at: dict[int, list[AnyCommand]], paused: Iterable[AnyCommand] = ()
    ) -> None:
        super().__init__()
        self.trainer = trainer
        self.at = {step: list(commands) for step, commands in at.items()}
        self.paused = iter(paused)
        self.asked: list[Request] = []

    def get_nowait(self) -> Request:
        commands = self.at.get(self.trainer.step)
        if not commands:
            raise queue.Empty
        return self._ask(commands.pop(0))

    def get(self, block: bool = True, timeout: float | None = None) -> Request:
        return self._ask(next(self.paused))

    def _ask(self, command: AnyCommand) -> Request:
        self.asked.append(Request(command))
        return self.asked[-1]

    @property
    def errors(self) -> list[str]:
        return [error for request in self.asked if (error := request.answer.result(0).error)]


class Scripted:
    """The controls of a scripted loop."""

    def __init__(self, requests: queue.SimpleQueue[Request]) -> None:
        self.requests = requests


class InProcess:
    """A run whose loop is trained in the test's own process, under a scripted person and a scripted clock."""

    def __init__(
        self,
        run: RunDirectory,
        data: Data,
        *,
        at: dict[int, list[AnyCommand]] | None = None,
        paused: Sequence[AnyCommand] = (),
        clock: Clock | None = None,
    ) -> None:
        self.run = run
        self.clock = clock or Clock()
        self.trainer = Trainer(run.config(), data, clock=self.clock)
        self.events = EventWriter.open(run.events_path)
        self.script = Script(self.trainer, at or {}, paused)
        self.loop = RunLoop(run, self.trainer, self.events, Scripted(self.script), self.clock)

    def train(self) -> RunFinished:
        """Train to the end; the log is closed then."""
        try:
            return self.loop.train()
        finally:
            self.events.close()


def told(run: RunDirectory) -> list[RunEvent]:
    """Every event in the log."""
    return read_all(run.events_path)


def notes(run: RunDirectory) -> list[str]:
    return [event.text for event in told(run) if isinstance(event, Note)]


def last_event(run: RunDirectory) -> RunFinished:
    event = told(run)[-1]
    assert isinstance(event, RunFinished)
    return event


def history_of(run: RunDirectory) -> History:
    history = History()
    for event in told(run):
        history.feed(event)
    return history


def curves(history: History) -> tuple[object, ...]:
    """What of a history must not depend on kills: steps, losses, accuracies, epochs without times."""
    epochs = [
        (e.step, e.epoch, e.train_loss, e.train_accuracy, e.validation_loss, e.test_loss, e.learning_rate)
        for e in history.epochs
    ]
    loss, accuracy = history.training_loss(), history.training_accuracy()
    assert loss.x.tolist() == list(range(1, history.step + 1))
    return history.step, loss.y.tolist(), accuracy.y.tolist(), epochs


def parameters(run: RunDirectory) -> bytes:
    """The last weights, bit for bit."""
    arrays, _ = tensors.read(run.checkpoint_path, checkpoint.KEY)
    assert np.isfinite(arrays["parameters"]).all()
    return arrays["parameters"].tobytes()


def exported(run: RunDirectory) -> bytes:
    return weights.to_bytes(run.load_network("last"), run.config())


def go_on(run: RunDirectory, data: Data, clock: Clock | None = None) -> InProcess:
    """The same run in a new process, from its checkpoint."""
    process = InProcess(run, data, clock=clock)
    checkpoint.load(process.trainer, run.checkpoint_path)
    return process


@contextmanager
def start_worker(
    run: RunDirectory, *, cwd: Path | None = None, stdin: int = subprocess.DEVNULL
) -> Generator["subprocess.Popen[bytes]"]:
    """A worker by its plain command line; a test that fails leaves none behind."""
    with run.log_path.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nn.runs.worker", str(run.path)],
            cwd=cwd,
            stdin=stdin,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    with process:
        try:
            yield process
        finally:
            process.kill()


def work(run: RunDirectory, cwd: Path | None = None) -> int:
    """A worker from its start to its end: its exit code."""
    with start_worker(run, cwd=cwd) as process:
        return process.wait(PATIENCE)


@contextmanager
def none_left(run: RunDirectory) -> Generator[None]:
    """A test that fails leaves no worker of this run behind, whoever started it."""
    try:
        yield
    finally:
        pid = run.record().pid
        if pid and run.is_alive():
            os.kill(pid, signal.SIGKILL)


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until what another process does has come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
