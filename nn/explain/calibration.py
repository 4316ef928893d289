"""How far a network's confidence can be trusted: reliability, temperature scaling, and refusing to answer.

Confidence is the largest probability of an answer. Nothing here knows a network, and what is fitted is meant
to be fitted on validation images.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from nn.arrays import BoolArray, ByteArray, FloatArray
from nn.metrics import least_known

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


def reliability(confidence: FloatArray, right: BoolArray, bins: int = 10) -> list[CalibrationBin]:
    """Answers (n,) grouped by confidence in [0, 1], in bins of equal width, empty ones left out.

    Drawn as bars they are a reliability diagram (DeGroot and Fienberg, 1983).
    """
    numbers = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    counts = np.bincount(numbers, minlength=bins)
    confidences = np.bincount(numbers, confidence, minlength=bins)
    rights = np.bincount(numbers, right, minlength=bins)
    return [
        CalibrationBin(
            number / bins,
            (number + 1) / bins,
            int(counts[number]),
            float(confidences[number] / counts[number]),
            float(rights[number] / counts[number]),
        )
        for number in np.flatnonzero(counts).tolist()
    ]


def expected_calibration_error(groups: Sequence[CalibrationBin]) -> float:
    """The mean distance of confidence and accuracy, weighted by count (Guo et al., 2017, equation 3)."""
    total = sum(group.count for group in groups)
    return (
        sum(group.count * abs(group.confidence - group.accuracy) for group in groups) / total
        if total
        else 0.0
    )


@dataclass(frozen=True, eq=False)
class TemperatureScaling:
    """A set of n answers, ready to be looked at with their logits divided by any temperature T.

    `logits` (10, n) are ln p minus the largest of each image, so that the winner has 0; `of_label` (n,) are
    those of the true digits; `right` (n,) says which answers are right, `sure` (n,) how sure they are as they
    stand. `capped` counts the true digits whose probability is below `least`, where it is not told from 0:
    their losses are those of `least`.

    Logits need not be known: p = softmax(z) means ln p = z - ln(sum of exp z), and softmax does not see a
    constant added to all logits of an image, so softmax(z / T) = softmax(ln p / T). T above 1 makes answers
    less sure, below 1 surer; their order stays, and with it which are right (Guo et al., "On Calibration of
    Modern Neural Networks", 2017, section 4.2).
    """

    logits: Floats
    of_label: Floats
    right: BoolArray
    sure: Floats
    capped: int
    least: float

    @classmethod
    def of(cls, probabilities: FloatArray, labels: ByteArray) -> "TemperatureScaling":
        """From probabilities (n, 10) and labels (n,); what is below `least_known` counts as that."""
        least, images = least_known(probabilities), np.arange(len(labels))
        capped = int(np.count_nonzero(probabilities[images, labels] < least))
        logits = np.log(np.maximum(probabilities.T.astype(np.float64), least))
        logits -= logits.max(axis=0)
        right = probabilities.argmax(axis=1) == labels
        sure = probabilities.max(axis=1).astype(np.float64)
        return cls(logits, logits[labels, images], right, sure, capped, least)

    def confidence(self, temperature: float) -> Floats:
        """The largest probability of each answer, (n,): exp(0 / T) over the sum of exp(z / T).

        At 1 it is what was given: probabilities that are rounded, as float16 are, do not sum to 1, and one
        beside 0.9 would change its bin.
        """
        if temperature == 1:
            return self.sure
        return 1 / np.exp(self.logits / temperature).sum(axis=0)

    def negative_log_likelihood(self, temperature: float) -> float:
        """The mean of -ln p(label) = ln(sum of exp(z / T)) - z_label / T; 0 without images."""
        if not len(self.right):
            return 0.0
        totals = np.exp(self.logits / temperature).sum(axis=0)
        return float((np.log(totals) - self.of_label / temperature).mean())

    def groups(self, temperature: float) -> list[CalibrationBin]:
        """The reliability diagram."""
        return reliability(self.confidence(temperature), self.right)

    def best(self) -> float:
        """The temperature that makes the labels most likely, within 0.05 to 20; 1 without images.

        With b = 1 / T the negative log-likelihood of an image is ln(sum of exp b z_k) - b z_label. Its
        derivative in b is E[z] - z_label and its second derivative Var[z], both under softmax(b z): never
        negative, so there is one minimum. Newton's steps find it; where a step leaves the bracket in which
        the derivative changes its sign, the bracket is halved instead.
        """
        if not len(self.right):
            return 1.0
        low, high = 1 / HOTTEST, 1 / COLDEST
        sharpness = 1.0
        for _ in range(_MOST_STEPS):
            slope, curvature = self._slope(sharpness)
            low, high = (sharpness, high) if slope < 0 else (low, sharpness)
            newton = sharpness - slope / curvature if curvature > 0 else math.inf
            following = newton if low < newton < high else (low + high) / 2
            if abs(following - sharpness) < _PRECISION:
                break
            sharpness = following
        return min(max(1 / sharpness, COLDEST), HOTTEST)

    def _slope(self, sharpness: float) -> tuple[float, float]:
        """The first and the second derivative of the mean negative log-likelihood in b = `sharpness`."""
        shares = np.exp(self.logits * sharpness)
        shares /= shares.sum(axis=0)
        mean = (shares * self.logits).sum(axis=0)
        variance = (shares * (self.logits - mean) ** 2).sum(axis=0)
        return float((mean - self.of_label).mean()), float(variance.mean())


def refusals(confidence: FloatArray, right: BoolArray) -> list[Refusal]:
    """Accuracy against the share answered when the least sure (n,) are refused, from few answered to all.

    One entry a distinct confidence, because equally sure answers are given or refused together. It is the
    risk-coverage curve (El-Yaniv and Wiener, 2010) with accuracy in place of risk. Empty without images.
    """
    total = len(confidence)
    if not total:
        return []
    order = np.argsort(-confidence, kind="stable")
    falling, rights = confidence[order], np.cumsum(right[order])
    last_of_equals = np.append(np.flatnonzero(falling[1:] != falling[:-1]), total - 1)
    return [
        Refusal(float(falling[place]), (place + 1) / total, int(rights[place]) / (place + 1))
        for place in last_of_equals.tolist()
    ]


def refusing(curve: Sequence[Refusal], share: float) -> Refusal:
    """The most careful entry of `refusals`, of which there is one, that refuses at most `share` in [0, 1]."""
    return next(entry for entry in curve if 1 - entry.answered <= share + 1e-12)


def answering_most(curve: Sequence[Refusal], accuracy: float) -> Refusal | None:
    """The entry of `refusals` that answers most with at least `accuracy`; None if there is none."""
    return next((entry for entry in reversed(curve) if entry.accuracy >= accuracy), None)
