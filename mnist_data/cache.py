"""The user's cache of MNIST: four raw IDX files, each published whole or not at all.

A file counts only with MNIST's hash, so neither a half file nor another data set is ever taken for MNIST.
"""

import fcntl
import os
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from mnist_data.dataset import Dataset
from mnist_data.errors import DatasetError, DownloadCancelled, printable, reason
from mnist_data.idx import encode_idx, idx_digest, read_idx
from mnist_data.published import PUBLISHED, PublishedFile

_TEMPORARY = ".part"
_LOCK_POLL_SECONDS = 0.1


def mnist_folder(cache: Path) -> Path:
    """Return the folder in the cache that holds MNIST's four raw files."""
    return cache / "mnist"


def read_cached(cache: Path, published: PublishedFile) -> NDArray[Any] | None:
    """Return the array in the cached file, or None if it is absent, damaged or not the published one."""
    try:
        array = read_idx(mnist_folder(cache) / published.name)
    except DatasetError:
        return None
    return array if idx_digest(array) == published.sha256 else None


def load_cached(cache: Path) -> Dataset | None:
    """Return MNIST from the cache, or None unless all four files are there and whole."""
    arrays: list[NDArray[Any]] = []
    for published in PUBLISHED:
        array = read_cached(cache, published)
        if array is None:
            return None
        arrays.append(array)
    return Dataset("MNIST", f"the cache {printable(mnist_folder(cache))}", *arrays, is_mnist=True)


def missing_from_cache(cache: Path, files: Sequence[PublishedFile]) -> list[PublishedFile]:
    """Return those of `files` that the cache does not hold whole."""
    return [published for published in files if read_cached(cache, published) is None]


def publish(cache: Path, name: str, array: NDArray[Any]) -> None:
    """Write `array` as the cached file `name` so that it is there whole or not at all, even after a crash.

    Hold `locked_cache`. Raises `DatasetError` if the cache cannot be written.
    """
    folder = mnist_folder(cache)
    temporary = folder / f"{name}.{os.getpid()}{_TEMPORARY}"
    try:
        with temporary.open("wb") as file:
            file.write(encode_idx(array))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / name)
        _sync_folder(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise DatasetError(f"{printable(folder / name)} cannot be written: {reason(error)}") from error


@contextmanager
def locked_cache(cache: Path, cancelled: Callable[[], bool]) -> Generator[None]:
    """Hold the cache alone, across processes and threads; leftovers of a killed writer are swept.

    Waits for another holder, asking `cancelled` ten times a second. Raises `DownloadCancelled` when it says
    so, and `DatasetError` if the cache cannot be written.
    """
    folder = mnist_folder(cache)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("ab")
    except OSError as error:
        raise DatasetError(f"the cache {printable(folder)} cannot be written: {reason(error)}") from error
    with lock:  # closing the file frees the lock, and so does the death of the process
        while not _try_lock(lock.fileno()):
            if cancelled():
                raise DownloadCancelled("the download was cancelled while another one was running")
            time.sleep(_LOCK_POLL_SECONDS)
        for leftover in folder.glob(f"*{_TEMPORARY}"):
            leftover.unlink(missing_ok=True)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
