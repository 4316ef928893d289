"""A network's answers on images it does not learn from: probabilities, loss, accuracy."""

from typing import NamedTuple

import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.batches import Images, PixelScale
from nn.losses import Loss
from nn.network import Network


class Evaluation(NamedTuple):
    """The mean loss, the share of right answers, and the probabilities float32 (n, 10)."""

    loss: float
    accuracy: float
    probabilities: FloatArray


def figures(evaluation: Evaluation | None) -> dict[str, float | None]:
    """Loss and accuracy by name; None without images, and where the loss is not finite."""
    if evaluation is None:
        return {"loss": None, "accuracy": None}
    loss = evaluation.loss if np.isfinite(evaluation.loss) else None
    return {"loss": loss, "accuracy": evaluation.accuracy}


class Evaluator:
    """Evaluates one network; it is never told to learn, so nothing of it changes."""

    def __init__(self, network: Network, loss: Loss, pixels: PixelScale) -> None:
        self.network = network
        self.loss = loss
        self.pixels = pixels

    def outputs(self, images: ByteArray) -> FloatArray:
        """The network's outputs for images uint8 (n, 28, 28): (n, 10)."""
        return self.network.answer(images, self.pixels)

    def evaluate(self, data: Images) -> Evaluation:
        """Answer every image once; `data` holds at least one."""
        outputs = self.outputs(data.images)
        loss, _ = self.loss(outputs, data.labels)
        correct = np.count_nonzero(outputs.argmax(axis=1) == data.labels)
        return Evaluation(loss, int(correct) / len(data.labels), self.loss.probabilities(outputs))
