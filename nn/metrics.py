"""Figures computed from answers: confusion, scores of each digit, loss and margin.

Everything takes probabilities (n, 10) and labels uint8 (n,); nothing knows a network.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from nn.arrays import ByteArray, FloatArray
from nn.config import CLASSES

IntArray = npt.NDArray[np.int64]
# Below these a probability counts as them: 1e-7 is about the least that float16, in which answers are kept,
# tells from 0; 1e-30 is a floor for wider floats, so that a loss stays finite.
LEAST_HALF, LEAST = 1e-7, 1e-30


class DigitScore(msgspec.Struct, frozen=True):
    """How well one digit is read; a figure whose divisor is zero is 0."""

    digit: int
    precision: float
    recall: float
    f1: float
    support: int


def accuracy(probabilities: FloatArray, labels: ByteArray) -> float:
    """The share of images whose most probable digit is the label."""
    return float((probabilities.argmax(axis=1) == labels).mean())


def confusion(predicted: npt.NDArray[np.integer], labels: ByteArray) -> IntArray:
    """Counts (10, 10): rows are true digits, columns predicted ones."""
    pairs = labels.astype(np.int64) * CLASSES + predicted
    return np.bincount(pairs, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def per_digit(matrix: IntArray) -> list[DigitScore]:
    """Precision, recall and F1 of each digit, from a confusion matrix."""
    right = np.diag(matrix)
    precision = _ratio(right, matrix.sum(axis=0))
    recall = _ratio(right, matrix.sum(axis=1))
    f1 = _ratio(2 * precision * recall, precision + recall)
    return [
        DigitScore(
            digit, float(precision[digit]), float(recall[digit]), float(f1[digit]), int(matrix[digit].sum())
        )
        for digit in range(CLASSES)
    ]


def least_known(probabilities: FloatArray) -> float:
    """The least probability whose logarithm is taken: 1e-7 in half floats, 1e-30 in wider ones."""
    return LEAST_HALF if probabilities.dtype == np.float16 else LEAST


def losses(probabilities: FloatArray, labels: ByteArray) -> FloatArray:
    """-ln p(label) of each image; where p is below `least_known`, -ln of that, which it is at least."""
    of_label = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return -np.log(np.maximum(of_label, least_known(probabilities)))


def margins(probabilities: FloatArray) -> FloatArray:
    """The first probability minus the second of each image: how close the decision was."""
    two = np.partition(probabilities.astype(np.float64), CLASSES - 2, axis=1)[:, -2:]
    return two[:, 1] - two[:, 0]


def _ratio(above: npt.NDArray[np.number], below: npt.NDArray[np.number]) -> npt.NDArray[np.float64]:
    return np.divide(above, below, out=np.zeros(CLASSES), where=below > 0, casting="unsafe")
