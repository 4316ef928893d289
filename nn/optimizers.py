"""Rules that turn a gradient into a step; an optimizer sees two flat arrays and nothing of the network.

The base class applies what all share (the L2 penalty), a subclass states its rule. The arrays are worked
through in blocks that stay in the processor's cache, because these rules read far more memory than they
compute.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from nn.arrays import FloatArray
from nn.config import AdamConfig, MomentumConfig, NesterovConfig, OptimizerConfig, SGDConfig

BLOCK = 16_384


class Optimizer(ABC):
    """`update` moves parameters against their gradient; `slots` are the arrays it remembers between steps."""

    slot_names: Sequence[str] = ()

    def __init__(self, parameters: FloatArray, *, l2: float = 0.0, weight_count: int = 0) -> None:
        """`l2` adds l2 * w to the gradients of the first `weight_count` parameters, the weights.

        This is the gradient of (l2 / 2) * |w|^2, and PyTorch's `weight_decay` kept off the biases.
        """
        self.l2 = l2
        self.weight_count = weight_count
        self.slots = {name: np.zeros_like(parameters) for name in self.slot_names}
        self._scratch = np.empty(BLOCK, parameters.dtype)

    def update(self, parameters: FloatArray, gradients: FloatArray, rate: float, step: int) -> None:
        """Change `parameters` in place, and add the penalty's share to `gradients`; `step` counts from 0."""
        for start in range(0, len(parameters), BLOCK):
            part = slice(start, start + BLOCK)
            self._add_penalty(parameters, gradients, slice(start, min(part.stop, self.weight_count)))
            slots = [slot[part] for slot in self.slots.values()]
            self.rule(parameters[part], gradients[part], slots, rate, step)

    def _add_penalty(self, parameters: FloatArray, gradients: FloatArray, part: slice) -> None:
        if self.l2 and part.start < part.stop:
            pull = np.multiply(parameters[part], self.l2, out=self._scratch[: part.stop - part.start])
            gradients[part] += pull

    @abstractmethod
    def rule(self, w: FloatArray, g: FloatArray, slots: list[FloatArray], rate: float, step: int) -> None:
        """Update one block of parameters w and of the slots in place; g is left as it is."""


class SGD(Optimizer):
    """w := w - rate * g."""

    def rule(self, w: FloatArray, g: FloatArray, slots: list[FloatArray], rate: float, step: int) -> None:
        """The gradient times the rate, taken away."""
        w -= np.multiply(g, rate, out=self._scratch[: len(w)])


class Momentum(Optimizer):
    """v := momentum * v + g, w := w - rate * v (Polyak, 1964; as in PyTorch, dampening 0)."""

    slot_names = ("velocity",)

    def __init__(
        self, parameters: FloatArray, config: MomentumConfig | NesterovConfig, *, l2: float, weight_count: int
    ) -> None:
        super().__init__(parameters, l2=l2, weight_count=weight_count)
        self.momentum = config.momentum

    def rule(self, w: FloatArray, g: FloatArray, slots: list[FloatArray], rate: float, step: int) -> None:
        """A step along the decayed sum of all gradients so far."""
        (velocity,) = slots
        velocity *= self.momentum
        velocity += g
        w -= np.multiply(velocity, rate, out=self._scratch[: len(w)])


class Nesterov(Momentum):
    """v := momentum * v + g, w := w - rate * (g + momentum * v) (Sutskever et al., 2013; PyTorch's form)."""

    def rule(self, w: FloatArray, g: FloatArray, slots: list[FloatArray], rate: float, step: int) -> None:
        """The gradient plus the velocity that it has just changed: a look one step ahead."""
        (velocity,) = slots
        velocity *= self.momentum
        velocity += g
        ahead = np.multiply(velocity, self.momentum, out=self._scratch[: len(w)])
        ahead += g
        ahead *= rate
        w -= ahead


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015): a step of the mean gradient over the root of the mean squared gradient.

    With t = step + 1 the paper's rule is m := b1 m + (1 - b1) g, v := b2 v + (1 - b2) g^2 and

        w := w - rate * m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)

    Kept here are the plain sums M = m / (1 - b1) and V = v / (1 - b2), which need fewer passes over memory:
    M := b1 M + g, V := b2 V + g^2. With s = sqrt((1 - b2) / (1 - b2^t)) the same step is

        w := w - [rate * (1 - b1) / (1 - b1^t) / s] * M / (sqrt(V) + eps / s)
    """

    slot_names = ("gradient_sum", "square_sum")

    def __init__(self, parameters: FloatArray, config: AdamConfig, *, l2: float, weight_count: int) -> None:
        super().__init__(parameters, l2=l2, weight_count=weight_count)
        self.beta1, self.beta2, self.eps = config.beta1, config.beta2, config.eps

    def rule(self, w: FloatArray, g: FloatArray, slots: list[FloatArray], rate: float, step: int) -> None:
        """The docstring's last line."""
        gradient_sum, square_sum = slots
        scale = ((1 - self.beta2) / (1 - self.beta2 ** (step + 1))) ** 0.5
        size = rate * (1 - self.beta1) / (1 - self.beta1 ** (step + 1)) / scale
        gradient_sum *= self.beta1
        gradient_sum += g
        scratch = self._scratch[: len(w)]
        square_sum *= self.beta2
        square_sum += np.multiply(g, g, out=scratch)
        np.sqrt(square_sum, out=scratch)
        scratch += self.eps / scale
        np.divide(gradient_sum, scratch, out=scratch)
        scratch *= size
        w -= scratch


def build_optimizer(
    config: OptimizerConfig, parameters: FloatArray, *, l2: float, weight_count: int
) -> Optimizer:
    """The optimizer that a config names, for this flat array of parameters."""
    match config:
        case SGDConfig():
            return SGD(parameters, l2=l2, weight_count=weight_count)
        case MomentumConfig():
            return Momentum(parameters, config, l2=l2, weight_count=weight_count)
        case NesterovConfig():
            return Nesterov(parameters, config, l2=l2, weight_count=weight_count)
        case AdamConfig():
            return Adam(parameters, config, l2=l2, weight_count=weight_count)
