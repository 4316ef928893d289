"""Dropout: a network that learns with many of its neurons left out cannot rely on any one of them."""

import numpy as np

from nn.arrays import FloatArray, Shape
from nn.config import DropoutConfig
from nn.layers import Layer, Learning
from nn.randomness import Purpose, generator


class Dropout(Layer):
    """Leaves each input out with probability p, and scales the others by 1 / (1 - p), in training alone.

    a = m x with m = 0 or 1 / (1 - p), so that a's mean is x's and answering needs nothing; dL/dx = m dL/da
    (Srivastava et al., 2014, in the form of Goodfellow et al., section 7.12). The mask depends on the step's
    key, the layer's place and the share of the batch.
    """

    kind = "dropout"

    def __init__(self, config: DropoutConfig, input_shape: Shape) -> None:
        """Any shape passes through."""
        super().__init__(input_shape, input_shape, {})
        self.rate = config.rate
        self._mask: FloatArray | None = None

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """The inputs themselves when answering; those that are left, scaled, when learning."""
        self._mask = None
        self.outputs = inputs
        if learning is None or not self.rate:
            return inputs
        seed, epoch, step = learning.key
        rng = generator(seed, Purpose.DROPOUT, epoch, step, self.position, learning.share)
        self._mask = self.workspace.array("mask", inputs.shape)
        chances = rng.random(inputs.shape, dtype=np.float32)
        np.greater_equal(chances, self.rate, out=self._mask, casting="unsafe")
        self._mask *= 1 / (1 - self.rate)
        self.outputs = self.workspace.array("outputs", inputs.shape)
        return np.multiply(inputs, self._mask, out=self.outputs)

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """The gradient of the inputs that were left, scaled alike."""
        if not inputs_too:
            return None
        if self._mask is not None:
            gradient *= self._mask
        return gradient
