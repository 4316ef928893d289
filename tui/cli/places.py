"""Where this program keeps things on a machine: runs in the user's data, downloaded images in the cache."""

import argparse
from pathlib import Path

import platformdirs

NAME = "mnist-tui"


def cache() -> Path:
    """The folder that MNIST is downloaded to; the worker looks in the same one."""
    return Path(platformdirs.user_cache_dir(NAME))


def runs_directory(arguments: argparse.Namespace) -> Path:
    """The folder of run directories: `--runs-dir`, made absolute, or the one among the user's data."""
    if arguments.runs_dir is None:
        return Path(platformdirs.user_data_dir(NAME)) / "runs"
    return Path(arguments.runs_dir).absolute()
