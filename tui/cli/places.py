"""Where this program keeps its runs on a machine: where a person says, or in the user's data."""

import argparse
from pathlib import Path

import platformdirs

NAME = "mnist-tui"


def runs_directory(arguments: argparse.Namespace) -> Path:
    """The folder of run directories: `--runs-dir`, made absolute, or the one among the user's data."""
    if arguments.runs_dir is None:
        return Path(platformdirs.user_data_dir(NAME)) / "runs"
    return Path(arguments.runs_dir).absolute()


def drawings_directory() -> Path:
    """The folder of the drawings that the app saves, among the user's data."""
    return Path(platformdirs.user_data_dir(NAME)) / "drawings"
