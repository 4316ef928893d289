"""A set of images with the network's answers to them: who is right, how sure, how wrong. Plain arrays, no screen."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from nn import metrics
from nn.arrays import ByteArray, FloatArray
from nn.batches import Images

SetName = Literal["test", "validation", "train"]


@dataclass(frozen=True, eq=False)
class Answers:
    """Images, labels and, once there is a network, probabilities (n, 10) after `epoch`; 0 is before the first."""

    set_name: SetName
    data: Images
    probabilities: FloatArray | None = None
    epoch: int | None = None

    @property
    def images(self) -> ByteArray:
        """Images uint8 (n, 28, 28)."""
        return self.data.images

    @property
    def labels(self) -> ByteArray:
        """True digits (n,)."""
        return self.data.labels

    @cached_property
    def predicted(self) -> npt.NDArray[np.int64] | None:
        """The most probable digit of each image."""
        return None if self.probabilities is None else self.probabilities.argmax(axis=1)

    @cached_property
    def losses(self) -> FloatArray | None:
        """-ln p(true digit) of each image."""
        return None if self.probabilities is None else metrics.losses(self.probabilities, self.labels)
