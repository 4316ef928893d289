"""A data set: training and test images with their labels, checked once and never changed.

Images stay uint8 (n, 28, 28) in memory, 0 is background and 255 ink; labels are uint8 (n,), 0 to 9.
"""

import dataclasses
import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mnist_data.errors import DatasetError, printable

Bytes = NDArray[np.uint8]
SIDE = 28
CLASSES = 10
SYNTHETIC = "synthetic digits"  # the name of a data set that a program drew, wherever it is read from


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels with the name and the origin that the screen shows.

    `name` is "MNIST", "synthetic digits" or a folder's name; `origin` one phrase that says where it really
    came from. Raises `DatasetError` unless images are uint8 (n, 28, 28), n >= 1, with as many labels
    from 0 to 9.
    """

    name: str
    origin: str
    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes
    is_mnist: bool = False
    is_synthetic: bool = False

    def __post_init__(self) -> None:
        check_pair(self.train_images, self.train_labels, f"training set of {self.origin}")
        check_pair(self.test_images, self.test_labels, f"test set of {self.origin}")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over shapes and bytes of the four arrays: the same data give the same fingerprint."""
        digest = hashlib.sha256()
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            digest.update(repr(array.shape).encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def limited(self, limit: int) -> "Dataset":
        """Return the data set with the first `limit` training images only; 0 is all.

        Raises `DatasetError` if `limit` is negative or more than there are.
        """
        count = len(self.train_images)
        if not 0 <= limit <= count:
            raise DatasetError(f"the limit is {limit} training images; allowed is 0 (all) to {count}")
        if limit in (0, count):
            return self
        return dataclasses.replace(
            self, train_images=self.train_images[:limit], train_labels=self.train_labels[:limit]
        )

    def split(self, validation: int) -> tuple[Bytes, Bytes, Bytes, Bytes]:
        """Hold out the last `validation` training images; 0 holds out none.

        Returns training images, training labels, validation images, validation labels (views, not copies).
        Raises `DatasetError` if `validation` is negative or leaves nothing to train on.
        """
        count = len(self.train_images)
        if not 0 <= validation < count:
            raise DatasetError(
                f"holding out {validation} images for validation leaves nothing to train on; "
                f"with {count} training images, 0 to {count - 1} are allowed"
                if validation >= count
                else f"the number of validation images is {validation}; allowed is 0 to {count - 1}"
            )
        kept = count - validation
        images, labels = self.train_images, self.train_labels
        return images[:kept], labels[:kept], images[kept:], labels[kept:]


def check_pair(images: NDArray[np.generic], labels: NDArray[np.generic], what: str) -> None:
    """Raise `DatasetError`, calling the pair `what`, unless images and labels fit each other."""
    what = printable(what)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise DatasetError(
            f"the images of the {what} are {images.dtype.name} {images.shape}; allowed is uint8 (n, 28, 28)"
        )
    if labels.dtype != np.uint8 or labels.ndim != 1:
        raise DatasetError(
            f"the labels of the {what} are {labels.dtype.name} {labels.shape}; allowed is uint8 (n,)"
        )
    if len(images) != len(labels):
        raise DatasetError(
            f"the {what} has {len(images)} images and {len(labels)} labels; one for each is needed"
        )
    if len(images) == 0:
        raise DatasetError(f"the {what} holds no images; at least one is needed")
    largest = int(labels.max())
    if largest >= CLASSES:
        raise DatasetError(f"the {what} has the label {largest}; allowed are 0 to 9")
