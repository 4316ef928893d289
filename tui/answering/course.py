"""How the answers to a set of images went over the kept epochs of a run: what was learned, what forgotten.

An image is forgotten where an answer that was right is wrong after the next kept epoch (Toneva et al., 2019,
"An empirical study of example forgetting", section 3). Before training nothing is known: epoch 0 counts not.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nn.arrays import BoolArray, ByteArray, FloatArray
from nn.config import CLASSES
from nn.metrics import IntArray


class EpochAnswers(NamedTuple):
    """After one epoch: the answers (n,), and the probabilities float16 (n, 10)."""

    predicted: ByteArray
    probabilities: FloatArray

    @classmethod
    def of(cls, probabilities: FloatArray) -> "EpochAnswers":
        """The most probable digits are the answers."""
        return cls(probabilities.argmax(axis=1).astype(np.uint8), probabilities)


class Turn(NamedTuple):
    """An image was learned, or forgotten, after `epoch`; `before` is the kept epoch before that."""

    epoch: int
    before: int
    is_learned: bool


@dataclass(frozen=True, eq=False)
class Course:
    """Answers after each of `epochs`, which rise, to images with `labels` (n,)."""

    epochs: tuple[int, ...]
    answers: tuple[EpochAnswers, ...]
    labels: ByteArray

    @cached_property
    def right(self) -> BoolArray:
        """Whether each image was answered right after each epoch: (epochs, n)."""
        rows = [answers.predicted == self.labels for answers in self.answers]
        return np.stack(rows) if rows else np.zeros((0, len(self.labels)), np.bool_)

    @cached_property
    def forgotten(self) -> IntArray:
        """How often each image was forgotten: (n,)."""
        trained = self.right[self.first :]
        return np.count_nonzero(trained[:-1] & ~trained[1:], axis=0)

    @cached_property
    def accuracies(self) -> npt.NDArray[np.float64]:
        """The share of each digit's images answered right after each epoch: (epochs, 10); NaN of none."""
        counts = np.bincount(self.labels, minlength=CLASSES)
        right = [np.bincount(self.labels[row], minlength=CLASSES) for row in self.right]
        found = np.full((len(self.epochs), CLASSES), np.nan)
        return np.divide(right, counts, out=found, where=counts > 0) if right else found

    def newly(self, epoch: int | None) -> tuple[BoolArray, BoolArray] | None:
        """Which images (n,) are right after `epoch` and were not after the kept one before, and the reverse.

        None where either epoch is not known.
        """
        if epoch not in self.epochs[1:]:
            return None
        place = self.epochs.index(epoch)
        before, now = self.right[place - 1], self.right[place]
        return now & ~before, before & ~now

    def shares(self, index: int) -> npt.NDArray[np.float64]:
        """The ten probabilities of one image after each epoch: (epochs, 10)."""
        rows = [answers.probabilities[index] for answers in self.answers]
        return np.array(rows, np.float64).reshape(-1, CLASSES)

    def turns(self, index: int) -> list[Turn]:
        """When one image was learned and forgotten, in order."""
        found: list[Turn] = []
        knew = False
        for place in range(self.first, len(self.epochs)):
            knows = bool(self.right[place, index])
            if knows != knew:
                found.append(Turn(self.epochs[place], self.epochs[place - 1] if place else 0, knows))
            knew = knows
        return found

    @property
    def is_trained(self) -> bool:
        """Whether any epoch but the untrained one is known."""
        return self.first < len(self.epochs)

    @property
    def first(self) -> int:
        """The place in `epochs` of the first after which something can be known."""
        return 1 if self.epochs[:1] == (0,) else 0
