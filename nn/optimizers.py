"""Rules that turn a gradient into a step; an optimizer sees two flat arrays and nothing of the network.

The base class applies what all share (the penalties), a subclass states its rule. The arrays are worked
through in blocks, so that what a rule reads again is still in the processor's cache: these rules read far
more memory than they compute.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from nn.arrays import FloatArray
from nn.config import (
    AdamConfig,
    AdamWConfig,
    MomentumConfig,
    NesterovConfig,
    OptimizerConfig,
    RMSpropConfig,
    SGDConfig,
)

BLOCK = 131_072
# A slot whose gradient stays 0, as that of a pixel at the border does, decays until it is subnormal (below
# 1.2e-38), and there rounding holds it for good: arithmetic on such numbers takes up to a hundred times as
# long. What is below TINY moves no weight as long as it is far below eps, so it is set to 0; from there to a
# subnormal number a decay of 0.75 takes so many steps, a slower one more.
TINY = 1e-30
STEPS_TO_SUBNORMAL = 64


class Penalty(NamedTuple):
    """What pulls the first `weight_count` parameters, the weights, to 0; the biases after them are free.

    l2 * w is the gradient of (l2 / 2) * |w|^2, which is PyTorch's `weight_decay` kept off the biases; l1 *
    sign(w) is that of l1 * sum |w|, taken as 0 at w = 0.
    """

    weight_count: int = 0
    l1: float = 0.0
    l2: float = 0.0


class Optimizer(ABC):
    """`update` moves parameters against their gradient; `slots` are the arrays it remembers between steps."""

    slot_names: Sequence[str] = ()

    def __init__(self, parameters: FloatArray, penalty: Penalty) -> None:
        """`parameters` tell size and type of the slots, which begin as zeros."""
        self.penalty = penalty
        self.slots = {name: np.zeros_like(parameters) for name in self.slot_names}
        self._scratch = np.empty(BLOCK, parameters.dtype)

    def update(
        self,
        parameters: FloatArray,
        gradients: FloatArray,
        rate: float,
        step: int,
        stretches: Sequence[slice] = (slice(None),),
    ) -> None:
        """Change `parameters` in place, and add the penalty's share to `gradients`; `step` counts from 0.

        With `stretches` only so much of all arrays is touched.
        """
        for part in _blocks(stretches, len(parameters)):
            weights = slice(part.start, min(part.stop, self.penalty.weight_count))
            if weights.start < weights.stop:
                self.pull(parameters[weights], gradients[weights], rate)
            slots = [slot[part] for slot in self.slots.values()]
            self.rule(parameters[part], gradients[part], slots, rate, step)
            if step % STEPS_TO_SUBNORMAL == 0:
                for slot in slots:
                    self._forget_tiny(slot)

    def _forget_tiny(self, slot: FloatArray) -> None:
        sizes = np.abs(slot, out=self._scratch[: len(slot)])
        np.copyto(slot, 0, where=sizes < TINY)

    def pull(self, w: FloatArray, g: FloatArray, rate: float) -> None:
        """Add the penalties to the gradients g of one block of weights w."""
        scratch = self._scratch[: len(w)]
        if self.penalty.l1:
            np.sign(w, out=scratch)
            scratch *= self.penalty.l1
            g += scratch
        if self.penalty.l2:
            g += np.multiply(w, self.penalty.l2, out=scratch)

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
        self, parameters: FloatArray, penalty: Penalty, config: MomentumConfig | NesterovConfig
    ) -> None:
        super().__init__(parameters, penalty)
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


class RMSprop(Optimizer):
    """RMSprop (Tieleman and Hinton, 2012), with all that PyTorch's has.

    v := alpha v + (1 - alpha) g^2, and with `centered` m := alpha m + (1 - alpha) g and v - m^2 in place of
    v; then the step is s = g / (sqrt(v) + eps), with `momentum` gathered in u := momentum u + s, and
    w := w - rate * s, or u in place of s. As in Adam the plain sums V = v / (1 - alpha) and M = m /
    (1 - alpha) are kept, which need fewer passes over memory: v - m^2 is (1 - alpha) (V - (1 - alpha) M^2).
    """

    def __init__(self, parameters: FloatArray, penalty: Penalty, config: RMSpropConfig) -> None:
        wanted = {"square_sum": True, "gradient_sum": config.centered, "velocity": config.momentum > 0}
        self.slot_names = [name for name, is_wanted in wanted.items() if is_wanted]
        super().__init__(parameters, penalty)
        self.config = config

    def rule(self, w: FloatArray, g: FloatArray, slots: list[FloatArray], rate: float, step: int) -> None:
        """The docstring's lines; sqrt(v) is sqrt(1 - alpha) times sqrt(V), divided by once, at the end."""
        alpha, momentum = self.config.alpha, self.config.momentum
        scale = (1 - alpha) ** 0.5
        square_sum, scratch = slots[0], self._scratch[: len(w)]
        square_sum *= alpha
        square_sum += np.multiply(g, g, out=scratch)
        if self.config.centered:
            gradient_sum = slots[1]
            gradient_sum *= alpha
            gradient_sum += g
            np.multiply(gradient_sum, gradient_sum, out=scratch)
            scratch *= alpha - 1
            scratch += square_sum
            np.maximum(scratch, 0, out=scratch)  # rounding may take it below
            np.sqrt(scratch, out=scratch)
        else:
            np.sqrt(square_sum, out=scratch)
        scratch += self.config.eps / scale
        np.divide(g, scratch, out=scratch)
        if momentum:
            velocity = slots[-1]
            velocity *= momentum
            velocity += scratch
            np.copyto(scratch, velocity)
        scratch *= rate / scale
        w -= scratch


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015): a step of the mean gradient over the root of the mean squared gradient.

    With t = step + 1 the paper's rule is m := b1 m + (1 - b1) g, v := b2 v + (1 - b2) g^2 and

        w := w - rate * m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)

    Kept here are the plain sums M = m / (1 - b1) and V = v / (1 - b2), which need fewer passes over memory:
    M := b1 M + g, V := b2 V + g^2. With s = sqrt((1 - b2) / (1 - b2^t)) the same step is

        w := w - [rate * (1 - b1) / (1 - b1^t) / s] * M / (sqrt(V) + eps / s)
    """

    slot_names = ("gradient_sum", "square_sum")

    def __init__(self, parameters: FloatArray, penalty: Penalty, config: AdamConfig | AdamWConfig) -> None:
        super().__init__(parameters, penalty)
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


class AdamW(Adam):
    """Adam with decoupled decay (Loshchilov and Hutter, 2019): first w := w - rate * weight_decay * w.

    The decay does not pass through Adam's root, so it is the same for weights of large and small gradients.
    PyTorch decays every parameter; here, as with the penalties, the biases are left alone.
    """

    def __init__(self, parameters: FloatArray, penalty: Penalty, config: AdamWConfig) -> None:
        super().__init__(parameters, penalty, config)
        self.weight_decay = config.weight_decay

    def pull(self, w: FloatArray, g: FloatArray, rate: float) -> None:
        """The penalties, if there are any, and the decay."""
        super().pull(w, g, rate)
        w *= 1 - rate * self.weight_decay


def _blocks(stretches: Sequence[slice], length: int) -> Iterator[slice]:
    """Each stretch of an array of this length in pieces of at most a block."""
    for stretch in stretches:
        first, end, _ = stretch.indices(length)
        for start in range(first, end, BLOCK):
            yield slice(start, min(start + BLOCK, end))


def build_optimizer(config: OptimizerConfig, parameters: FloatArray, penalty: Penalty) -> Optimizer:
    """The optimizer that a config names, for this flat array of parameters."""
    match config:
        case SGDConfig():
            return SGD(parameters, penalty)
        case MomentumConfig():
            return Momentum(parameters, penalty, config)
        case NesterovConfig():
            return Nesterov(parameters, penalty, config)
        case RMSpropConfig():
            return RMSprop(parameters, penalty, config)
        case AdamConfig():
            return Adam(parameters, penalty, config)
        case AdamWConfig():
            return AdamW(parameters, penalty, config)
