"""A data set is checked once, limited and split without copies, and has one fingerprint."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_data import Dataset, DatasetError
from mnist_data.folder import read_folder
from tests.mnist_data.folders import drop, small_dataset


@pytest.fixture
def dataset() -> Dataset:
    return small_dataset()


def test_limit_keeps_the_first_training_images(dataset: Dataset) -> None:
    limited = dataset.limited(7)
    np.testing.assert_array_equal(limited.train_images, dataset.train_images[:7])
    np.testing.assert_array_equal(limited.train_labels, dataset.train_labels[:7])
    assert len(limited.test_images) == 10
    assert limited.fingerprint != dataset.fingerprint
    assert dataset.limited(0) is dataset
    assert len(dataset.limited(30).train_images) == 30


@pytest.mark.parametrize("limit", [-1, 31])
def test_limit_out_of_range(dataset: Dataset, limit: int) -> None:
    with pytest.raises(DatasetError, match=f"limit is {limit} training images; allowed is 0 .* to 30"):
        dataset.limited(limit)


@pytest.mark.parametrize("validation", [0, 1, 29])
def test_split_holds_out_the_last(dataset: Dataset, validation: int) -> None:
    train_images, train_labels, images, labels = dataset.split(validation)
    assert len(train_images) == len(train_labels) == 30 - validation
    assert len(images) == len(labels) == validation
    np.testing.assert_array_equal(np.concatenate([train_images, images]), dataset.train_images)
    np.testing.assert_array_equal(np.concatenate([train_labels, labels]), dataset.train_labels)


def test_split_needs_something_to_train_on(dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match="leaves nothing to train on; with 30 training images, 0 to 29"):
        dataset.split(30)
    with pytest.raises(DatasetError, match="is -1; allowed is 0 to 29"):
        dataset.split(-1)


def test_fingerprint_is_of_the_bytes_alone(dataset: Dataset, tmp_path: Path) -> None:
    raw = read_folder(drop(tmp_path / "raw"), "raw")
    packed = read_folder(drop(tmp_path / "packed", "{}.gz".format), "packed")
    assert raw.fingerprint == packed.fingerprint == dataset.fingerprint
    changed = dataset.test_labels.copy()
    changed[0] = (changed[0] + 1) % 10
    assert dataclasses.replace(dataset, test_labels=changed).fingerprint != dataset.fingerprint


@pytest.mark.parametrize(
    ("field", "array", "said"),
    [
        ("train_images", np.zeros((30, 32, 32), np.uint8), r"uint8 \(30, 32, 32\); allowed is uint8"),
        ("train_images", np.zeros((30, 28, 28), np.float32), "are float32"),
        ("train_images", np.zeros((29, 28, 28), np.uint8), "has 29 images and 30 labels"),
        ("train_labels", np.zeros(30, np.int32), r"are int32 \(30,\); allowed is uint8"),
        ("train_labels", np.zeros((30, 1), np.uint8), r"are uint8 \(30, 1\)"),
        ("test_labels", np.full(10, 10, np.uint8), "test set of origin has the label 10; allowed are 0 to 9"),
    ],
)
def test_what_does_not_fit_is_refused(
    dataset: Dataset, field: str, array: NDArray[np.generic], said: str
) -> None:
    with pytest.raises(DatasetError, match=said):
        dataclasses.replace(dataset, **{field: array})


def test_an_empty_set_is_refused(dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match="holds no images"):
        dataclasses.replace(dataset, test_images=dataset.test_images[:0], test_labels=dataset.test_labels[:0])
