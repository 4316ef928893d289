"""The four IDX files in a folder, under the names and in the nestings that people and archives give them.

A folder serves when all four files lie in it, or all four in one of its sub-folders; beside or in place of a
file there may be a folder of the file's own name that holds it, as some archives unpack.
"""

import dataclasses
from pathlib import Path

from mnist_data.dataset import SYNTHETIC, Dataset, check_pair
from mnist_data.errors import DatasetError, printable, reason
from mnist_data.idx import idx_digest, read_idx
from mnist_data.published import PUBLISHED

_MARK = "synthetic.txt"  # stands beside the files of a folder with synthetic digits


@dataclasses.dataclass(frozen=True)
class FourFiles:
    """Where the training images, training labels, test images and test labels lie."""

    train_images: Path
    train_labels: Path
    test_images: Path
    test_labels: Path


def find_files(folder: Path) -> FourFiles | None:
    """Return the four files in `folder` or in the first of its sub-folders that has all of them, else None.

    Raises `OSError` (or `ValueError` for a path that no system accepts) if the folder cannot be listed.
    """
    subfolders = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    for root in (folder, *subfolders):
        paths = [_find_file(root, published.name) for published in PUBLISHED]
        if not any(path is None for path in paths):
            return FourFiles(*(path for path in paths if path is not None))
    return None


def missing_files(folder: Path) -> list[str]:
    """Return the names of the four files that are not in `folder` itself."""
    return [published.name for published in PUBLISHED if _find_file(folder, published.name) is None]


def mark_synthetic(folder: Path, *, is_synthetic: bool) -> None:
    """Leave a mark in a folder with synthetic digits, in any other none; raises `OSError`."""
    if is_synthetic:
        (folder / _MARK).write_text("Digits drawn by a program, not MNIST.\n")
    else:
        (folder / _MARK).unlink(missing_ok=True)


def read_folder(folder: Path, origin: str) -> Dataset:
    """Read the data set in a folder that a person named; `origin` is the phrase that says where it is from.

    It is called MNIST only if all four files have MNIST's hashes, synthetic digits if it is marked so, and
    otherwise by the folder's name.
    Raises `DatasetError` if the folder cannot be listed, lacks a file, or a file is not what it should be.
    """
    try:
        files = find_files(folder)
        missing = missing_files(folder)
    except (OSError, ValueError) as error:
        raise DatasetError(f"the folder {printable(folder)} cannot be read: {reason(error)}") from error
    if files is None:
        names = ", ".join(missing)
        raise DatasetError(
            f"the folder {printable(folder)} lacks {names}; the four IDX files are needed, raw or .gz"
        )
    return read_files(files, name=printable(folder.resolve().name or folder), origin=origin)


def read_files(files: FourFiles, *, name: str, origin: str) -> Dataset:
    """Read the four files into a data set called `name`, or "MNIST" or "synthetic digits" if they hold that.

    Raises `DatasetError`, naming the file, if one of them is damaged or does not fit the others.
    """
    train_images, train_labels = read_idx(files.train_images), read_idx(files.train_labels)
    check_pair(
        train_images, train_labels, f"training set {files.train_images} with {files.train_labels.name}"
    )
    test_images, test_labels = read_idx(files.test_images), read_idx(files.test_labels)
    check_pair(test_images, test_labels, f"test set {files.test_images} with {files.test_labels.name}")
    arrays = (train_images, train_labels, test_images, test_labels)
    is_mnist = all(
        idx_digest(array) == published.sha256 for array, published in zip(arrays, PUBLISHED, strict=True)
    )
    is_synthetic = not is_mnist and (files.train_images.parent / _MARK).is_file()
    called = "MNIST" if is_mnist else SYNTHETIC if is_synthetic else name
    return Dataset(called, printable(origin), *arrays, is_mnist=is_mnist, is_synthetic=is_synthetic)


def _find_file(folder: Path, name: str) -> Path | None:
    dotted = name.replace("-idx", ".idx")
    for place in (folder, folder / name, folder / dotted):
        for candidate in (name, dotted, f"{name}.gz", f"{dotted}.gz"):
            path = place / candidate
            if path.is_file():
                return path
    return None
