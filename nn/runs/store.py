"""The run directory: create, describe, lock, list and find; a run is alive while its event log is locked.

A pid proves nothing (an unreaped child still answers), so life is an flock that the kernel frees with its holder.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from nn import tensors, weights
from nn.config import Config
from nn.files import write_atomically
from nn.network import Network
from nn.settings import ConfigError, from_toml, to_toml

LONGEST_NAME = 60
ENDED = ("finished", "stopped", "diverged", "failed")


class RunError(Exception):
    """A run that is not there, or cannot do what was asked; one sentence."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """`run.json`: what a run is and how far it came, for listings and for going on in the same environment.

    `epochs_wanted` asks the next worker for another number of epochs, `pause_after` (step or epoch) to pause soon;
    `working_folder` and `mnist_data` are where the
    first worker looked for MNIST.
    """

    name: str
    state: str
    created: str
    seed: int
    network: str
    parameters: int
    epochs: int
    epoch: int = 0
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    best_epoch: int | None = None
    data: str | None = None
    fingerprint: str | None = None
    host: str | None = None
    pid: int | None = None
    versions: dict[str, str] = {}
    blas: str | None = None
    threads: int | None = None
    steered: bool = False
    reason: str | None = None
    epochs_wanted: int | None = None
    pause_after: str | None = None
    working_folder: str | None = None
    mnist_data: str | None = None


class RunDirectory:
    """The files of one run; methods read and write them, nothing is kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config_path = path / "config.toml"
        self.record_path = path / "run.json"
        self.events_path = path / "events.jsonl"
        self.checkpoint_path = path / "checkpoint.safetensors"
        self.best_path = path / "best.safetensors"
        self.predictions_path = path / "predictions"
        self.log_path = path / "worker.log"

    def config(self) -> Config:
        """What was asked; raises `RunError`."""
        try:
            return from_toml(self.config_path.read_text(), str(self.config_path))
        except (OSError, UnicodeDecodeError, ConfigError) as error:
            raise RunError(f"{self.path} is not a readable run: {error}") from None

    def record(self) -> RunRecord:
        """The state last written; raises `RunError`. A dead worker cannot write that it is dead: see `state`."""
        try:
            return msgspec.json.decode(self.record_path.read_bytes(), type=RunRecord)
        except (OSError, msgspec.DecodeError) as error:
            raise RunError(f"{self.path} is not a readable run: {error}") from None

    def write_record(self, record: RunRecord) -> None:
        """Replace `run.json`."""
        write_atomically(self.record_path, msgspec.json.format(msgspec.json.encode(record)) + b"\n")

    def state(self) -> str:
        """The run's state as it is: what a worker left behind as running counts as failed once it is gone."""
        recorded = self.record().state
        return recorded if recorded in ENDED or self.is_alive() else "failed"

    def is_alive(self) -> bool:
        """Whether a worker holds the lock."""
        try:
            descriptor = os.open(self.events_path, os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def last_words(self) -> str:
        """The last line of the worker's log, which is where a crash leaves its reason."""
        try:
            lines = self.log_path.read_text(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""

    def load_network(self, which: str) -> Network:
        """The network with its `last` or its `best` weights; raises `RunError`."""
        try:
            if which == "best":
                return weights.read(self.best_path)[0]
            network = Network(self.config().network)
            arrays, _ = tensors.read(self.checkpoint_path, "position")
            network.parameters[...] = arrays["parameters"]
        except (tensors.TensorFileError, KeyError, ValueError) as error:
            raise RunError(f"the run {self.path.name} has no {which} weights: {error}") from None
        return network

    def remove(self) -> None:
        """Delete the directory; raises `RunError` while a worker is at work in it."""
        if self.is_alive():
            raise RunError(f"the run {self.path.name} is still training; stop it before it is removed")
        shutil.rmtree(self.path)


def create(runs_dir: Path, config: Config, name: str, *, network: str, parameters: int) -> RunDirectory:
    """Make a new run's directory, private to its owner; raises `RunError` where the name or the place will not do."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise RunError(f"the name {name!r} will not do; allowed: 1 to {LONGEST_NAME} printable characters")
    now = datetime.now().astimezone()
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "run"
    path = runs_dir / f"{now:%Y-%m-%d-%H%M%S}-{slug}-{secrets.token_hex(2)}"
    try:
        path.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise RunError(f"the runs folder {runs_dir} cannot be written: {error.strerror}") from None
    run = RunDirectory(path.resolve())
    run.predictions_path.mkdir()
    write_atomically(run.config_path, to_toml(config).encode())
    run.events_path.touch()
    run.write_record(
        RunRecord(
            name=name,
            state="starting",
            created=now.isoformat(timespec="seconds"),
            seed=config.seed,
            network=network,
            parameters=parameters,
            epochs=config.training.epochs,
        )
    )
    return run


def list_runs(runs_dir: Path) -> Iterator[RunDirectory]:
    """The runs in a folder, newest first; what is not a readable run is passed over."""
    try:
        paths = sorted(runs_dir.iterdir(), reverse=True)
    except OSError:
        return
    for path in paths:
        run = RunDirectory(path)
        try:
            run.record()
        except RunError:
            continue
        yield run


def find(runs_dir: Path, text: str) -> RunDirectory:
    """The run that a person names by path, by directory name or by its own exact name; raises `RunError`."""
    for path in (runs_dir / text, Path(text).expanduser()):
        if (path / "run.json").is_file():
            return RunDirectory(path.resolve())
    named = [run for run in list_runs(runs_dir) if run.record().name == text]
    if not named:
        raise RunError(f"run {text!r} does not exist in {runs_dir}; 'mnist-tui runs' lists those there are")
    if len(named) > 1:
        names = ", ".join(run.path.name for run in named)
        raise RunError(f"{len(named)} runs are called {text!r}; name one by its directory: {names}")
    return named[0]
