"""Joins the two sides that do not know each other: the images a config names, in the arrays a trainer takes.

It never downloads: what is not on the machine is an error, told before anything is trained.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import platformdirs

from mnist_data import Dataset, DatasetError, load
from nn.batches import Images
from nn.config import DataConfig
from nn.runs.record import RunRecord
from nn.trainer import Data


def cache_folder() -> Path:
    """The folder that MNIST is downloaded to: the same for the commands, the app and the worker."""
    return Path(platformdirs.user_cache_dir("mnist-tui"))


def load_for(
    record: RunRecord, source: str, *, environment: Mapping[str, str], cwd: Path, cache: Path
) -> Dataset:
    """The data set of a run, looked for where its first worker looked; raises `DatasetError`."""
    recorded = {"MNIST_DATA": record.mnist_data} if record.mnist_data else {}
    folder = Path(record.working_folder) if record.working_folder else cwd
    return load(source, environment={**environment, **recorded}, cwd=folder, cache=cache)


def check(dataset: Dataset, config: DataConfig) -> None:
    """Raise `DatasetError` where a data set has not so many images as a config wants, or none to train on."""
    count = len(dataset.train_images)
    if config.limit > count:
        raise DatasetError(f"data.limit is {config.limit}; allowed: 0 (all) to {count}")
    used = config.limit or count
    if config.validation >= used:
        raise DatasetError(
            f"data.validation is {config.validation}, which leaves nothing to train on of {used} images; "
            f"allowed: 0 to {used - 1}"
        )


def split(dataset: Dataset, config: DataConfig) -> Data:
    """Limit and split a data set as a config says.

    Raises `DatasetError` where it has not so many images, or none would be left to train on.
    """
    check(dataset, config)
    parts = dataset.limited(config.limit).split(config.validation)
    training = Images(parts[0], parts[1])
    if config.sorted:
        order = np.argsort(training.labels, kind="stable")
        training = Images(training.images[order], training.labels[order])
    return Data(
        training,
        Images(parts[2], parts[3]),
        Images(dataset.test_images, dataset.test_labels),
    )
