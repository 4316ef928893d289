"""Shuffled mini-batches: images stay uint8 and are gathered by an index array, a batch at a time.

The index array depends on (seed, epoch) alone, so any batch of any epoch can be had again.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nn.arrays import ByteArray, FloatArray
from nn.augmentation import Augmentation
from nn.randomness import Purpose, generator

MNIST_MEAN = 0.1307
MNIST_DEVIATION = 0.3081


class Images(NamedTuple):
    """Images uint8 (n, 28, 28) in 0..255 and their labels uint8 (n,) in 0..9."""

    images: ByteArray
    labels: ByteArray


class PixelScale(NamedTuple):
    """x * scale + offset, from bytes to what the network sees."""

    scale: float
    offset: float

    @classmethod
    def of(cls, *, standardise: bool) -> "PixelScale":
        """To [0, 1], or further to mean 0 and deviation 1 over MNIST's training images."""
        if standardise:
            return cls(1 / 255 / MNIST_DEVIATION, -MNIST_MEAN / MNIST_DEVIATION)
        return cls(1 / 255, 0.0)

    def convert(self, images: ByteArray, out: FloatArray) -> FloatArray:
        """Bytes into `out`, which is as large but may have another shape, as (batch, 28, 28, 1)."""
        np.copyto(out, images.reshape(out.shape))  # faster alone than as a part of the product
        out *= self.scale
        if self.offset:
            out += self.offset
        return out


class Batches:
    """The mini-batches of a training set; the last of an epoch may be smaller."""

    def __init__(
        self,
        data: Images,
        *,
        batch_size: int,
        seed: int,
        shuffle: bool,
        augmentation: Augmentation | None = None,
    ) -> None:
        """`batch_size` 0 is the full batch, never shuffled: its gradient is a sum over all images.

        With an `augmentation` every batch is distorted anew.
        """
        self.data = data
        self.count = len(data.labels)
        self.size = min(batch_size or self.count, self.count)
        self.seed = seed
        self.augmentation = augmentation
        self.shuffle = shuffle and self.size < self.count
        self._gathered = np.empty((self.size, *data.images.shape[1:]), np.uint8)

    def __len__(self) -> int:
        """Batches an epoch."""
        return -(-self.count // self.size)

    def order(self, epoch: int) -> npt.NDArray[np.int64]:
        """The order in which an epoch (from 0) visits the images: (count,)."""
        if not self.shuffle:
            return np.arange(self.count)
        return generator(self.seed, Purpose.SHUFFLE, epoch).permutation(self.count)

    def epoch(self, epoch: int, first: int = 0) -> Iterator[tuple[ByteArray, ByteArray]]:
        """Batches of an epoch from its `first`-th on: images uint8 (batch, 28, 28), labels (batch,).

        The images' memory is lent: the next batch overwrites it.
        """
        order = self.order(epoch)
        for start in range(first * self.size, self.count, self.size):
            chosen = order[start : start + self.size]
            gathered = self._gathered[: len(chosen)]
            np.take(self.data.images, chosen, axis=0, out=gathered, mode="clip")
            if self.augmentation is not None:
                self.augmentation.apply(gathered, epoch, start // self.size, out=gathered)
            yield gathered, self.data.labels[chosen]
