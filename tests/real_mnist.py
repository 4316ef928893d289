"""The real MNIST for the tests that need it; they are skipped where it is not."""

import os
from pathlib import Path

import pytest

import mnist_data


def real_mnist() -> mnist_data.Dataset:
    """The data set that MNIST_DATA names; skips the test that asks where it is not there."""
    try:
        # The checkout's own mnist_data is the package, so the current folder is one without it.
        dataset = mnist_data.load("mnist", environment=os.environ, cwd=Path("/"), cache=Path("/nonexistent"))
    except mnist_data.DatasetMissing:
        pytest.skip("needs the real MNIST: set MNIST_DATA to the folder with its four files")
    if not dataset.is_mnist:
        pytest.skip("MNIST_DATA holds other images than MNIST's")
    return dataset
