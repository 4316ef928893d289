"""Where images and labels come from: MNIST from the first place that serves, synthetic digits, or a folder.

Nothing here touches the network; environment, current folder and cache are arguments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_data.cache import load_cached, locked_cache, mnist_folder, publish
from mnist_data.dataset import Dataset
from mnist_data.errors import DatasetError, DatasetMissing, printable, reason
from mnist_data.folder import find_files, mark_synthetic, missing_files, read_files, read_folder
from mnist_data.idx import write_idx
from mnist_data.published import PUBLISHED
from mnist_data.synthetic import synthesize

VARIABLE = "MNIST_DATA"
DROP_FOLDER = "mnist_data"


@dataclass(frozen=True)
class Place:
    """A place where MNIST may be: what it is called, what it holds in words, and whether it serves."""

    name: str
    holds: str
    serves: bool


def load(source: str, *, environment: Mapping[str, str], cwd: Path, cache: Path) -> Dataset:
    """Return the data set that `source` names: "mnist", "synthetic", or a folder with the four IDX files.

    A relative folder is taken from `cwd`. Never downloads. Raises `DatasetMissing` if MNIST is not on this
    machine and `DatasetError` if a source that was named cannot be read.
    """
    if source == "synthetic":
        return synthesize()
    if source != "mnist":
        return _load_named(source, cwd)
    found = locate(environment=environment, cwd=cwd, cache=cache)
    if found is None:
        raise DatasetMissing(
            "MNIST is not on this machine; get it with 'mnist-tui data download' or "
            "'mnist-tui data import DIR', or train on synthetic digits with '--data synthetic'"
        )
    return found


def locate(*, environment: Mapping[str, str], cwd: Path, cache: Path) -> Dataset | None:
    """Return MNIST from the first place that serves, or None if it is not on this machine.

    The places are the folder in `MNIST_DATA`, `mnist_data` in `cwd`, and `cache`. The first two may hold
    other data in MNIST's form, which is then described as that folder's.
    Raises `DatasetError` if `MNIST_DATA` is set and cannot be read, or a file dropped in `mnist_data` is
    damaged.
    """
    return _from_variable(environment, cwd) or _from_drop_folder(cwd) or load_cached(cache)


def status(*, environment: Mapping[str, str], cwd: Path, cache: Path) -> tuple[Place, ...]:
    """Return every place where MNIST may be, in the order of `locate`, with what it holds in words."""
    return (
        _place(VARIABLE, lambda: _from_variable(environment, cwd), "not set"),
        _place(f"./{DROP_FOLDER}", lambda: _from_drop_folder(cwd), _drop_folder_lacks(cwd)),
        _place(f"cache {printable(mnist_folder(cache))}", lambda: load_cached(cache), _cache_lacks(cache)),
    )


def import_folder(source: Path, cache: Path) -> None:
    """Check that `source` holds MNIST, and copy it into the cache, each file whole or not at all.

    Raises `DatasetError` if the folder cannot be read, is not MNIST, or the cache cannot be written.
    """
    dataset = read_folder(source, f"the folder {source}")
    if not dataset.is_mnist:
        raise DatasetError(
            f"the folder {printable(source)} holds other data than MNIST, which is all that can be imported; "
            f"use it in place with '--data {printable(source)}'"
        )
    with locked_cache(cache, cancelled=lambda: False):
        for published, array in zip(PUBLISHED, _arrays(dataset), strict=True):
            publish(cache, published.name, array)


def save(dataset: Dataset, folder: Path) -> None:
    """Write `dataset` as four gzip IDX files into `folder`, which then is a source of its own.

    Synthetic digits are marked there, to be called so also when they are read again.
    Raises `DatasetError` if a file cannot be written; existing files of those names are replaced.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for published, array in zip(PUBLISHED, _arrays(dataset), strict=True):
            with (folder / f"{published.name}.gz").open("wb") as file:
                write_idx(file, array, compress=True)
        mark_synthetic(folder, is_synthetic=dataset.is_synthetic)
    except (OSError, ValueError) as error:
        raise DatasetError(f"the folder {printable(folder)} cannot be written: {reason(error)}") from error


def _arrays(dataset: Dataset) -> tuple[np.ndarray, ...]:
    return dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels


def _load_named(source: str, cwd: Path) -> Dataset:
    if not source:
        raise DatasetError("the data source is empty; allowed are mnist, synthetic, or a folder")
    try:
        folder = cwd / Path(source).expanduser()
        exists = folder.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise DatasetError(f"the folder {printable(source)} cannot be read: {reason(error)}") from error
    if not exists:
        raise DatasetError(
            f"the data source {printable(source)} is not a folder; allowed are mnist, synthetic, "
            "or a folder with the four IDX files"
        )
    return read_folder(folder, f"the folder {folder}")


def _from_variable(environment: Mapping[str, str], cwd: Path) -> Dataset | None:
    value = environment.get(VARIABLE, "")
    if not value:
        return None
    try:
        folder = cwd / Path(value).expanduser()
        if folder.is_dir():
            return read_folder(folder, f"the folder {folder} ({VARIABLE})")
    except DatasetError as error:
        raise DatasetError(f"{VARIABLE}: {error}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise DatasetError(
            f"{VARIABLE} is {printable(value)}, which cannot be read: {reason(error)}"
        ) from error
    raise DatasetError(
        f"{VARIABLE} is {printable(value)}, which is not a folder; a folder with the four IDX files is needed"
    )


def _from_drop_folder(cwd: Path) -> Dataset | None:
    folder = cwd / DROP_FOLDER
    try:
        files = find_files(folder)
    except OSError:  # no such folder, or another person's: nobody named it, so it just does not serve
        return None
    return files and read_files(files, name=f"./{DROP_FOLDER}", origin=f"the folder {folder}")


def _drop_folder_lacks(cwd: Path) -> str:
    folder = cwd / DROP_FOLDER
    try:
        names = missing_files(folder) if folder.is_dir() else []
    except OSError as error:
        return f"cannot be read: {reason(error)}"
    if len(names) == len(PUBLISHED):
        return "none of the four files"  # as in the package of that name, in a copy of this project
    return f"lacks {', '.join(names)}" if names else "no such folder"


def _cache_lacks(cache: Path) -> str:
    folder = mnist_folder(cache)
    there = [published.name for published in PUBLISHED if (folder / published.name).is_file()]
    return f"only {', '.join(there)}, or a damaged file" if there else "empty"


def _place(name: str, find: Callable[[], Dataset | None], nothing: str) -> Place:
    try:
        dataset = find()
    except DatasetError as error:
        return Place(name, str(error), serves=False)
    if dataset is None:
        return Place(name, nothing, serves=False)
    train, test = len(dataset.train_images), len(dataset.test_images)
    what = "MNIST" if dataset.is_mnist else "other data than MNIST"
    return Place(
        name, f"{what}: {train:,} training and {test:,} test images in {dataset.origin}", serves=True
    )
