"""The few images of these tests: a config for them, and the same ones under another name."""

from pathlib import Path
from typing import Any

from mnist_data import Dataset
from nn.config import Config
from nn.presets import find
from nn.settings import with_settings

VALIDATION = 50  # images held out of the 200 for training


def config_of(source: Path | str, **training: Any) -> Config:
    """The first preset on a folder of few images."""
    settings = {"data.source": str(source), "data.validation": VALIDATION}
    return with_settings(
        find("first-minute").config,
        settings | {f"training.{name}": value for name, value in training.items()},
    )


def renamed(dataset: Dataset, source: str) -> Dataset:
    """The same few images under another name."""
    return Dataset(
        source,
        "few",
        dataset.train_images,
        dataset.train_labels,
        dataset.test_images,
        dataset.test_labels,
        is_synthetic=source == "synthetic",
    )
