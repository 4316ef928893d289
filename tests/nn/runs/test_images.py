"""From a config's data table to the arrays that a trainer takes."""

import numpy as np

from mnist_data import Dataset
from nn.config import DataConfig
from nn.runs.images import split


def test_sorted_training_images_are_the_same_in_the_order_of_their_labels(dataset: Dataset) -> None:
    plain = split(dataset, DataConfig(validation=100, limit=500))
    by_label = split(dataset, DataConfig(validation=100, limit=500, sorted=True))
    assert (np.diff(by_label.training.labels.astype(int)) >= 0).all()
    assert len(set(by_label.training.labels.tolist())) == 10
    order = np.argsort(plain.training.labels, kind="stable")
    np.testing.assert_array_equal(by_label.training.images, plain.training.images[order])
    for name in ("validation", "test"):
        for ours, theirs in zip(getattr(by_label, name), getattr(plain, name), strict=True):
            np.testing.assert_array_equal(ours, theirs)
