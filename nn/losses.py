"""How wrong the outputs are, as one number to make small, and its gradient, where backpropagation begins.

A loss is the mean over the batch, so that the size of a batch does not change the size of a step.
"""

from abc import ABC, abstractmethod

import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.config import CLASSES, LossName, TrainingConfig

# e^-60 is 1e-26, which no sum of ten shares can tell from 0. Less could become a subnormal number (below
# 1.2e-38) on its way back through the layers, and arithmetic on those takes up to a hundred times as long.
LEAST_EXPONENT = -60.0


class Loss(ABC):
    """A function of outputs (batch, 10) and labels uint8 (batch,) in 0..9."""

    @abstractmethod
    def __call__(self, outputs: FloatArray, labels: ByteArray) -> tuple[float, FloatArray]:
        """The loss and dL/d outputs, (batch, 10); `outputs` is left as it is."""

    @abstractmethod
    def probabilities(self, outputs: FloatArray) -> FloatArray:
        """The outputs as ten shares that sum to 1 for each image, (batch, 10)."""


class CrossEntropy(Loss):
    """Softmax and cross-entropy in one: p_j = e^z_j / sum_k e^z_k, L = -mean_n log p_n,label.

    For one image L = log(sum_k e^z_k) - z_label, so dL/dz_j = p_j - [j = label]: the softmax's Jacobian and
    the logarithm's derivative cancel. The largest logit is taken from all first, which changes no p and
    cannot overflow; in the gradient, one more than 60 below the largest counts as 60 below it. (Bishop,
    Pattern Recognition and Machine Learning, section 4.3.4.)

    Label smoothing e (Szegedy et al., 2016, in PyTorch's form) takes e of the label's 1 and gives e / 10 to
    each digit: t_j = (1 - e) [j = label] + e / 10, L = -mean_n sum_j t_j log p_nj, dL/dz_j = p_j - t_j.
    """

    def __init__(self, label_smoothing: float = 0.0) -> None:
        """`label_smoothing` is e, from 0 to below 1."""
        self.label_smoothing = label_smoothing

    def __call__(self, outputs: FloatArray, labels: ByteArray) -> tuple[float, FloatArray]:
        """The mean cross-entropy in nats (ln 10 = 2.303 is a guess among ten) and (p - t) / batch."""
        # One row a digit: NumPy is fast along long rows, and these are as long as the batch.
        shifted = outputs.T.copy()
        shifted -= shifted.max(axis=0)
        columns = np.arange(len(labels))
        aims = shifted[labels, columns]
        if self.label_smoothing:
            aims = (1 - self.label_smoothing) * aims + self.label_smoothing * shifted.mean(axis=0)
        exponentials = np.exp(np.maximum(shifted, LEAST_EXPONENT, out=shifted), out=shifted)
        sums = exponentials.sum(axis=0)
        loss = float((np.log(sums) - aims).mean())
        gradient = np.divide(exponentials, sums, out=exponentials)
        gradient[labels, columns] -= 1.0 - self.label_smoothing
        if self.label_smoothing:
            gradient -= self.label_smoothing / CLASSES
        gradient *= 1.0 / len(labels)
        return loss, gradient.T

    def probabilities(self, outputs: FloatArray) -> FloatArray:
        """The softmax of the logits."""
        exponentials = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)


class MeanSquaredError(Loss):
    """L = mean over batch and outputs of (y - t)^2, where t is 1 for the digit and 0 for the others.

    dL/dy = 2 (y - t) / (batch * 10).
    """

    def __call__(self, outputs: FloatArray, labels: ByteArray) -> tuple[float, FloatArray]:
        """The mean squared error and its gradient."""
        difference = outputs.copy()
        difference[np.arange(len(labels)), labels] -= 1.0
        loss = float(np.mean(np.square(difference)))
        difference *= 2.0 / difference.size
        return loss, difference

    def probabilities(self, outputs: FloatArray) -> FloatArray:
        """The outputs clipped to [0, 1] over their sum; where all are 0, each digit gets a tenth."""
        clipped = np.clip(outputs, 0.0, 1.0)
        sums = clipped.sum(axis=1, keepdims=True)
        return np.divide(clipped, sums, out=np.full_like(clipped, 1.0 / CLASSES), where=sums > 0)


LOSSES: dict[LossName, Loss] = {"cross_entropy": CrossEntropy(), "mse": MeanSquaredError()}


def build_loss(training: TrainingConfig) -> Loss:
    """The loss that a network learns by; `LOSSES` has those that it is judged by, without smoothing."""
    return CrossEntropy(training.label_smoothing) if training.label_smoothing else LOSSES[training.loss]
