"""Batch normalisation: each feature to mean 0 and deviation 1 over the batch, scaled and shifted as learned.

A feature is a neuron, or a feature map with all its pixels.
"""

from collections.abc import Mapping
from math import prod

import numpy as np

from nn.activations import ACTIVATIONS
from nn.arrays import FloatArray, Shape, column_sums
from nn.config import BatchNormConfig
from nn.initializers import Initializer
from nn.layers import Layer, Learning


class Exchange:
    """Where the layers that see the shares of one batch lay down their sums for each other.

    There are two tables in turn: when a share writes into one, all have read what it held before, because
    they have met over the other since, or because the pass before is over.
    """

    def __init__(self, tables: FloatArray) -> None:
        """`tables` (2, shares, 2, features) are the same for all that exchange."""
        self._tables = tables

    def total(self, sums: FloatArray, learning: Learning, turn: int) -> FloatArray:
        """The sum of all shares' `sums`, (1 or 2, features), in the order of shares, whoever came first.

        Within a pass `turn` is 0 and 1 in turn: the same for all shares, however many there were before.
        """
        table = self._tables[turn, : learning.shares, : len(sums)]
        table[learning.share] = sums
        learning.meet()
        return table.sum(axis=0)


class BatchNorm(Layer):
    """a = f(g n + b) with n = (x - m) / s, the mean m and s^2 = the variance + eps over the batch.

    With delta = dL/d(g n + b) and d = g delta:

        dL/dg = sum delta n,   dL/db = sum delta,   dL/dx = (d - mean(d) - n mean(d n)) / s

    the two means because every x moves m and s too (Ioffe and Szegedy, 2015, section 3). The sums are over
    the whole batch, though it is cut among processes. Answering takes running means of m and of the variance
    (times N / (N - 1), as in PyTorch), which training moves by `momentum` of the way each step.
    """

    kind = "batchnorm"

    def __init__(self, config: BatchNormConfig, input_shape: Shape) -> None:
        """The last axis of `input_shape` is the features."""
        features = input_shape[-1]
        super().__init__(input_shape, input_shape, {"weight": (features,), "bias": (features,)})
        self.momentum, self.eps = config.momentum, config.eps
        self.activation_name = config.activation
        self.activation = ACTIVATIONS[config.activation]
        self.exchange = Exchange(np.zeros((2, 1, 2, features)))
        self.running: dict[str, FloatArray] = {}
        self._learning: Learning | None = None

    @property
    def statistics_shapes(self) -> Mapping[str, Shape]:
        """The running mean and variance of each feature."""
        features = self.parameter_shapes["bias"]
        return {"running_mean": features, "running_var": features}

    @property
    def flops(self) -> int:
        """Answering is a product and a sum for each number."""
        return 2 * prod(self.output_shape)

    def initialize(self, rng: np.random.Generator, initializer: Initializer) -> None:
        """Scale 1, shift 0: at first it only normalises; running mean 0 and variance 1."""
        self.parameters["weight"][...] = 1
        self.parameters["bias"][...] = 0
        self.running["running_mean"][...] = 0
        self.running["running_var"][...] = 1

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """(batch, ..., features) -> the same shape; without `learning` by the running statistics."""
        self.inputs, self._learning = inputs, learning
        self.outputs = self.workspace.array("outputs", inputs.shape)
        if learning is None:
            scale = self.parameters["weight"] / np.sqrt(self.running["running_var"] + self.eps)
            shift = self.parameters["bias"] - self.running["running_mean"] * scale
            self._scale_and_shift(inputs, scale, shift)
        else:
            self._measure(inputs, learning)
            scale = self.parameters["weight"] / self._deviation
            self._scale_and_shift(self._centred, scale, self.parameters["bias"])
        self.activation.apply_keeping(self.outputs, self.workspace)
        return self.outputs

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """dL/d outputs -> dL/d inputs, by the docstring's lines; in place."""
        self.activation.chain(gradient, self.outputs, self.workspace)
        if self._learning is None:
            raise ValueError("a batch normalisation that answers has no gradient: forward it as learning")
        delta, centred = self._wide(gradient), self._wide(self._centred)
        own = np.stack([self._products(delta, centred) / self._deviation, self._totals(delta)])
        self.gradients["weight"][...], self.gradients["bias"][...] = own
        if not inputs_too:
            return None
        mean_product, mean_delta = self.exchange.total(own, self._learning, 0) / self._count
        scale = self.parameters["weight"] / self._deviation
        centred *= self._tile(mean_product / self._deviation)
        delta -= centred
        delta -= self._tile(mean_delta)
        delta *= self._tile(scale)
        return gradient

    def _measure(self, inputs: FloatArray, learning: Learning) -> None:
        """Write x - m, know s, and move the running statistics; the first share does that for all."""
        x = self._wide(inputs)
        numbers = np.full(inputs.shape[-1], inputs.size / inputs.shape[-1])
        sums, counts = self.exchange.total(np.stack([self._totals(x), numbers]), learning, 0)
        self._count = float(counts[0])
        mean = sums / self._count
        self._centred = self.workspace.array("centred", inputs.shape)
        centred = self._wide(self._centred)
        np.subtract(x, self._tile(mean), out=centred)
        squares = self._products(centred, centred)
        (sums,) = self.exchange.total(squares[np.newaxis], learning, 1)
        variance = sums / self._count
        self._deviation = np.sqrt(variance + self.eps)
        if learning.share == 0:
            self._move("running_mean", mean)
            self._move("running_var", variance * self._count / max(self._count - 1, 1))

    def _move(self, name: str, value: FloatArray) -> None:
        running = self.running[name]
        running += self.momentum * (value - running)

    def _scale_and_shift(self, values: FloatArray, scale: FloatArray, shift: FloatArray) -> None:
        outputs = self._wide(self.outputs)
        np.multiply(self._wide(values), self._tile(scale), out=outputs)
        outputs += self._tile(shift)

    def _wide(self, values: FloatArray) -> FloatArray:
        """A matrix with a row an image: a loop over long rows costs little."""
        return values.reshape(len(values), -1)

    def _tile(self, features: FloatArray) -> FloatArray:
        """A number a feature, repeated along a row."""
        return np.tile(features.astype(self.inputs.dtype), prod(self.input_shape[:-1]))

    def _totals(self, values: FloatArray) -> FloatArray:
        """The sum of each feature."""
        return self._fold(column_sums(values.reshape(-1, prod(self.input_shape[-2:]))))

    def _products(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """The sum of each feature over the products."""
        row = prod(self.input_shape[-2:])
        return self._fold(np.einsum("ij,ij->j", left.reshape(-1, row), right.reshape(-1, row)))

    def _fold(self, columns: FloatArray) -> FloatArray:
        """Sums a column of one row of places or some, as sums a feature."""
        return columns.reshape(-1, self.input_shape[-1]).sum(axis=0)
