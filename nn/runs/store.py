"""The run directory: create, describe, lock, list and find; a run is alive while its event log is locked.

A pid proves nothing (an unreaped child still answers); the kernel frees a lock with the last who holds it.
"""

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nn import checkpoint, weights
from nn.building import describe, parameter_count
from nn.config import NAMED_SOURCES, Config
from nn.files import reason, write_atomically
from nn.network import Network
from nn.runs.record import ENDED, RunError, RunRecord
from nn.settings import ConfigError, from_toml, to_toml
from nn.tensors import TensorFileError

__all__ = [
    "ENDED",
    "RunDirectory",
    "RunError",
    "RunRecord",
    "create",
    "find",
    "list_records",
    "list_runs",
    "lock",
]

LONGEST_NAME = 60
LOCK_SECONDS = 2.0
LOG_HEADER = "--- worker "  # begins the line that parts one worker's words from the next one's


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

    @property
    def deleted(self) -> str:
        """That the whole directory is gone, in words; empty while it is there."""
        return "" if self.path.is_dir() else f"the run {self.path.name} is not there any more"

    def config(self) -> Config:
        """What was asked; raises `RunError`."""
        try:
            return from_toml(self.config_path.read_text(encoding="utf-8"), str(self.config_path))
        except (OSError, UnicodeDecodeError, ConfigError) as error:
            raise self._error(f"{self.path} is not a readable run: {error}") from None

    def record(self) -> RunRecord:
        """The state last written; raises `RunError`. A worker that died could not write that: see `state`."""
        try:
            return msgspec.json.decode(self.record_path.read_bytes(), type=RunRecord)
        except (OSError, ValueError, RecursionError) as error:
            raise self._error(f"{self.path} is not a readable run: {error}") from None

    def write_record(self, record: RunRecord) -> None:
        """Replace `run.json`."""
        write_atomically(self.record_path, msgspec.json.format(msgspec.json.encode(record)) + b"\n")

    def state(self, record: RunRecord | None = None) -> str:
        """The run's state as it is: what a worker left behind as running counts as failed once it is gone.

        Of `record` where it was read already; else raises `RunError`.
        """
        recorded = (record or self.record()).state
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
        """The last line of its worker's log, which is where a crash leaves its reason; empty without one."""
        try:
            lines = self.log_path.read_text(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1] if lines and not lines[-1].startswith(LOG_HEADER) else ""

    def load_network(self, which: str, *, fuse: bool = True) -> Network:
        """The network with its `last` weights, or their mean where EMA is on, or its `best`.

        Without `fuse` each layer of the config is one of the network's, to be looked into. Raises `RunError`.
        """
        if which != "best":
            return self.load_last(fuse=fuse)[0]
        try:
            return weights.read(self.best_path, fuse=fuse)[0]
        except TensorFileError as error:
            raise self._error(f"the run {self.path.name} has no best weights: {error}") from None

    def load_last(self, *, fuse: bool = True) -> tuple[Network, int]:
        """`load_network` of the last weights, and the step after which that checkpoint was saved."""
        try:
            network = Network(self.config().network, fuse=fuse)
            return network, checkpoint.load_answering(network, self.checkpoint_path)
        except (TensorFileError, ConfigError) as error:
            raise self._error(f"the run {self.path.name} has no last weights: {error}") from None

    def checkpoint_version(self) -> int:
        """A number that is another one whenever a newer checkpoint is there; 0 while there is none."""
        try:
            return self.checkpoint_path.stat().st_mtime_ns
        except OSError:
            return 0

    def remove(self) -> None:
        """Delete the directory; raises `RunError` while a worker is at work in it."""
        if self.is_alive():
            raise RunError(
                f"the run {self.path.name} has a worker, training or paused; stop it before it is removed"
            )
        try:
            shutil.rmtree(self.path)
        except OSError as error:
            raise RunError(f"the run {self.path.name} cannot be removed: {reason(error)}") from None

    def _error(self, words: str) -> RunError:
        """What is wrong with a file; or that all are gone."""
        return RunError(self.deleted or words)


def lock(events_path: Path) -> int:
    """Lock a run by its event log; the descriptor, and every process that inherits it, keeps it alive.

    Raises `RunError` where it is locked already, or is no run.
    """
    run = events_path.parent.name
    try:
        descriptor = os.open(events_path, os.O_RDWR | os.O_APPEND)
    except OSError as error:
        raise RunError(f"the run {run} has no event log to write: {reason(error)}") from None
    # Whoever asks whether the run is alive holds the lock for an instant.
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise RunError(f"the run {run} has a worker already") from None
            time.sleep(0.02)
        else:
            return descriptor


def create(runs_dir: Path, config: Config, name: str) -> RunDirectory:
    """Make a new run's directory, private to its owner.

    Raises `RunError` where the name or the place will not do, and `ConfigError` for a network that cannot be.
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise RunError(f"the name {name!r} will not do; allowed: 1 to {LONGEST_NAME} printable characters")
    now = datetime.now().astimezone()
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "run"
    path = runs_dir / f"{now:%Y-%m-%d-%H%M%S}-{slug}-{secrets.token_hex(2)}"
    record = RunRecord(
        name=name,
        state="starting",
        created=now.isoformat(timespec="milliseconds"),
        seed=config.seed,
        network=describe(config.network),
        parameters=parameter_count(config.network),
        epochs=config.training.epochs,
    )
    try:
        path.mkdir(mode=0o700, parents=True)
        run = RunDirectory(path.resolve())
        run.predictions_path.mkdir()
        write_atomically(run.config_path, to_toml(_with_absolute_source(config)).encode())
        run.events_path.touch()
        run.write_record(record)
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)
        raise RunError(f"the runs folder {runs_dir} cannot be written: {reason(error)}") from None
    return run


def list_runs(runs_dir: Path) -> Iterator[RunDirectory]:
    """The runs in a folder, newest first; what is not a readable run is passed over."""
    for run, _ in list_records(runs_dir):
        yield run


def find(runs_dir: Path, text: str) -> RunDirectory:
    """The run that a person names by path, by directory name or by its own exact name; raises `RunError`."""
    with contextlib.suppress(OSError, ValueError, RuntimeError):  # a name need not be possible as a path
        for path in (runs_dir / text, Path(text).expanduser()):
            if (path / "run.json").is_file():
                return RunDirectory(path.resolve())
    named = [run for run, record in list_records(runs_dir) if record.name == text]
    if not named:
        raise RunError(f"run {text!r} does not exist in {runs_dir}; 'mnist-tui runs' lists those there are")
    if len(named) > 1:
        names = ", ".join(run.path.name for run in named)
        raise RunError(f"{len(named)} runs are called {text!r}; name one by its directory: {names}")
    return named[0]


def list_records(runs_dir: Path) -> Iterator[tuple[RunDirectory, RunRecord]]:
    """The runs in a folder with their records, each read once, as `list_runs` lists them."""
    try:
        # Without links, as `create` and `find` name them: one run has one path.
        paths = {Path(os.path.realpath(path)) for path in runs_dir.iterdir()}
    except OSError:
        return
    found: list[tuple[RunDirectory, RunRecord]] = []
    for path in paths:
        run = RunDirectory(path)
        with contextlib.suppress(RunError):
            found.append((run, run.record()))
    # Names tell seconds only, and two runs may begin in one.
    yield from sorted(found, key=lambda each: (_born(each[1]), each[0].path.name), reverse=True)


def _born(record: RunRecord) -> datetime:
    """When a run was created; long ago, where its record does not tell."""
    with contextlib.suppress(ValueError, OverflowError):
        return datetime.fromisoformat(record.created).astimezone(UTC)
    return datetime.min.replace(tzinfo=UTC)


def _with_absolute_source(config: Config) -> Config:
    """The config as the run keeps it: a relative data folder would mean another one elsewhere."""
    if config.data.source in NAMED_SOURCES:
        return config
    try:
        source = str(Path(config.data.source).expanduser().absolute())
    except RuntimeError:  # ~somebody who does not exist: the worker will say so
        return config
    return msgspec.structs.replace(config, data=msgspec.structs.replace(config.data, source=source))
