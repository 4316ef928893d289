"""The images that a command works on: those a config names, those a run began with, or two IDX files."""

import os
from pathlib import Path

from mnist_data import Dataset, DatasetError, DatasetMissing, load, read_idx
from mnist_data.dataset import check_pair
from nn.batches import Images
from nn.config import Config
from nn.runs.images import cache_folder, load_for
from nn.runs.store import RunDirectory
from tui.cli.live import LiveLine


def of_config(config: Config) -> Dataset:
    """The data set that a config names; raises `DatasetError`, `DatasetMissing` where MNIST is not here."""
    return load(config.data.source, environment=os.environ, cwd=Path.cwd(), cache=cache_folder())


def of_run(run: RunDirectory, config: Config) -> Dataset:
    """The data set of a run, looked for where its first worker looked; raises `DatasetError`."""
    source, cache = config.data.source, cache_folder()
    return load_for(run.record(), source, environment=os.environ, cwd=Path.cwd(), cache=cache)


def of_files(images: Path, labels: Path) -> Images:
    """Images and labels from two IDX files that fit each other; raises `DatasetError`."""
    found = Images(read_idx(images), read_idx(labels))
    check_pair(found.images, found.labels, f"set {images} with {labels}")
    return found


def download() -> None:
    """Bring MNIST from the mirrors into the cache, with a bar on a terminal.

    Raises `DatasetError` with what to do instead.
    """
    # What speaks https takes a while to import, so only who downloads waits for it.
    from mnist_data import download as mirrors

    try:
        with LiveLine() as line:
            line.bar(0.0, "MNIST is not on this machine; trying the mirrors")
            mirrors.download(
                cache_folder(),
                progress=lambda name, done, total: line.bar(done / total, f"{name} {done / 1e6:.1f} MB"),
            )
    except DatasetError as error:
        raise DatasetError(
            f"{error}; bring it with 'mnist-tui data import DIR', "
            "or train on drawn digits with '--data synthetic'"
        ) from None


def of_config_or_mirrors(config: Config) -> Dataset:
    """The data set that a config names; MNIST is downloaded where it is not here. Raises `DatasetError`."""
    try:
        return of_config(config)
    except DatasetMissing:
        download()
        return of_config(config)
