"""How far a network's confidence can be trusted: reliability, temperature scaling, and refusing to answer.

Everything takes probabilities (n, 10) and labels uint8 (n,); nothing knows a network, and what is fitted is
meant to be fitted on validation images.
"""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from nn.arrays import ByteArray, FloatArray
from nn.metrics import SMALLEST

Floats = npt.NDArray[np.float64]

COLDEST, HOTTEST = 0.05, 20.0  # temperatures; beyond these the answers are all but one-hot, or all but even
_PRECISION = 1e-9  # of 1 / temperature
_MOST_STEPS = 60


class CalibrationBin(msgspec.Struct, frozen=True):
    """The answers with confidence in [low, high): how many, how sure they are, how many are right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


class Refusal(msgspec.Struct, frozen=True):
    """Answering where confidence is at least so high: the share answered, and how much of it is right."""

    confidence: float
    answered: float
    accuracy: float


def reliability(probabilities: FloatArray, labels: ByteArray, bins: int = 10) -> list[CalibrationBin]:
    """Answers grouped by confidence, for a reliability diagram; bins of equal width, empty ones left out."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    numbers = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    found: list[CalibrationBin] = []
    for number in range(bins):
        members = numbers == number
        if count := int(np.count_nonzero(members)):
            found.append(
                CalibrationBin(
                    number / bins,
                    (number + 1) / bins,
                    count,
                    float(confidence[members].mean()),
                    float(right[members].mean()),
                )
            )
    return found


def expected_calibration_error(groups: list[CalibrationBin]) -> float:
    """The mean distance of confidence and accuracy, weighted by count (Guo et al., 2017, equation 3)."""
    total = sum(group.count for group in groups)
    return (
        sum(group.count * abs(group.confidence - group.accuracy) for group in groups) / total
        if total
        else 0.0
    )


def negative_log_likelihood(probabilities: FloatArray, labels: ByteArray) -> float:
    """The mean of -ln p(label), 0 without images; p is kept above 1e-7, as `metrics.losses` does."""
    if not len(labels):
        return 0.0
    of_label = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(of_label, SMALLEST)).mean())


def with_temperature(probabilities: FloatArray, temperature: float) -> Floats:
    """softmax(logits / T), float64 (n, 10): T above 1 makes answers less sure, below 1 surer.

    Logits need not be known: p = softmax(z) means ln p = z - ln(sum of exp z), and softmax does not see a
    constant added to a row, so softmax(z / T) = softmax(ln p / T). The order in a row stays, and with it
    every answer (Guo et al., "On Calibration of Modern Neural Networks", 2017, section 4.2). Probabilities
    of 0 count as 1e-7, about the smallest that float16 tells from 0.
    """
    return _softmax(_logits(probabilities) / temperature)


def best_temperature(probabilities: FloatArray, labels: ByteArray) -> float:
    """The temperature that makes the labels most likely, within 0.05 to 20; 1 without images.

    With b = 1 / T, logits z and the label y, the mean negative log-likelihood of an image is
    ln(sum of exp b z_k) - b z_y. Its derivative in b is E[z] - z_y and its second derivative Var[z], both
    under softmax(b z): never negative, so there is one minimum. Newton's steps find it; where a step leaves
    the bracket in which the derivative changes its sign, the bracket is halved instead.
    """
    if not len(labels):
        return 1.0
    logits = _logits(probabilities)
    of_label = logits[np.arange(len(labels)), labels]
    low, high = 1 / HOTTEST, 1 / COLDEST
    sharpness = 1.0
    for _ in range(_MOST_STEPS):
        slope, curvature = _slope(logits, of_label, sharpness)
        low, high = (sharpness, high) if slope < 0 else (low, sharpness)
        newton = sharpness - slope / curvature if curvature > 0 else math.inf
        following = newton if low < newton < high else (low + high) / 2
        if abs(following - sharpness) < _PRECISION:
            break
        sharpness = following
    return min(max(1 / sharpness, COLDEST), HOTTEST)


def refusals(probabilities: FloatArray, labels: ByteArray) -> list[Refusal]:
    """Accuracy against the share answered when the least sure are refused, from few answered to all.

    One entry a distinct confidence, because equally sure answers are given or refused together. It is the
    risk-coverage curve (El-Yaniv and Wiener, 2010) with accuracy in place of risk. Empty without images.
    """
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    right = np.cumsum((probabilities.argmax(axis=1) == labels)[order])
    falling = confidence[order]
    total = len(order)
    last_of_equals = [*(np.flatnonzero(falling[1:] != falling[:-1]).tolist()), total - 1] if total else []
    return [
        Refusal(float(falling[place]), (place + 1) / total, float(right[place]) / (place + 1))
        for place in last_of_equals
    ]


def refusing(curve: Sequence[Refusal], share: float) -> Refusal:
    """The most careful entry of `refusals`, of which there is one, that refuses at most `share` in [0, 1]."""
    return next(entry for entry in curve if 1 - entry.answered <= share + 1e-12)


def answering_most(curve: Sequence[Refusal], accuracy: float) -> Refusal | None:
    """The entry of `refusals` that answers most with at least `accuracy`; None if there is none."""
    return next((entry for entry in reversed(curve) if entry.accuracy >= accuracy), None)


def _logits(probabilities: FloatArray) -> Floats:
    """ln p, (n, 10): the logits but for a constant in each row."""
    return np.log(np.maximum(probabilities.astype(np.float64), SMALLEST))


def _softmax(logits: Floats) -> Floats:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def _slope(logits: Floats, of_label: Floats, sharpness: float) -> tuple[float, float]:
    """The first and the second derivative of the mean negative log-likelihood in b = `sharpness`."""
    shares = _softmax(logits * sharpness)
    mean = (shares * logits).sum(axis=1)
    variance = (shares * (logits - mean[:, None]) ** 2).sum(axis=1)
    return float((mean - of_label).mean()), float(variance.mean())
