"""A network: layers in order, whose parameters lie in one flat array and whose gradients lie in another.

Two flat arrays make an optimizer a few operations and a checkpoint one tensor; layers hold views into them.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from nn.arrays import ByteArray, FloatArray, FloatType
from nn.batches import PixelScale
from nn.building import build_layers, fused
from nn.config import NetworkConfig, OptimizerConfig
from nn.initializers import build_initializer
from nn.layers import Layer
from nn.optimizers import Optimizer, Penalty
from nn.parallel.part import Part
from nn.parallel.team import Team
from nn.randomness import StepKey

MOST_SHOWN = 10_000  # images at once: 8 MB


class Network:
    """Forward and backward through all layers, in float32 (float64 for gradient checks).

    With more than one thread it is a team of processes that share the parameters and each batch that is worth
    it, see `nn.parallel.part`, in a fixed order: the same batch on as many threads gives the same bits.
    """

    def __init__(
        self, config: NetworkConfig, dtype: FloatType = np.float32, threads: int = 1, *, fuse: bool = True
    ) -> None:
        """Allocate parameters and gradients as zeros; `initialize` gives the parameters first values.

        All weights come before all biases: a penalty touches the first `weight_count` parameters alone.
        `fuse` lets convolutions do the max-pooling after them, which is faster, but hides what is pooled.
        """
        self.config = config
        self.indices = [index for index, _ in (fused if fuse else build_layers)(config)]
        self._team = Team(threads, partial(Part, config, dtype, threads, fuse))
        self._part: Part = self._team.member
        self.layers: list[Layer] = self._part.layers
        self.parameters: FloatArray = self._part.parameters
        self.gradients: FloatArray = self._part.gradients
        self.statistics: FloatArray = self._part.statistics
        self.weight_count = self._part.weight_count
        self._images = self._shares = self._members = 0  # of the last batch

    def initialize(self, rng: np.random.Generator) -> None:
        """Give every layer its first parameters, first layer first."""
        initializer = build_initializer(self.config)
        for layer in self.layers:
            layer.initialize(rng, initializer)

    def forward(self, images: FloatArray, key: StepKey | None = None) -> FloatArray:
        """(batch, 28, 28, 1) -> (batch, 10) outputs, valid until the next forward pass; one process does it.

        With the `key` of a training step the network learns: dropout leaves out, batches are normalised by
        their own statistics. Without one it answers.
        """
        self._images, self._shares, self._members = len(images), 1, 1
        return self._part.pass_forward(images, key)

    def forward_bytes(self, images: ByteArray, pixels: PixelScale, key: StepKey) -> FloatArray:
        """`forward` in training for bytes (batch, 28, 28), scaled by `pixels`; processes share them."""
        part, count = self._part, len(images)
        members = part.members(count)
        if members == 1:
            return self.forward(part.scaled(images, pixels), key)
        self._images, self._shares, self._members = count, len(part.shares(count)), members
        self._show(images)
        if part.most_learned < count:
            self._team.call(part.parts, "reserve_learning", count)
        self._team.call(members, "forward", count, pixels, key)
        return part.outputs[:count]

    def answer(self, images: ByteArray, pixels: PixelScale) -> FloatArray:
        """The outputs for any number of bytes (n, 28, 28), scaled by `pixels`: (n, 10).

        The last forward pass is spent: no `backward` may follow.
        """
        part = self._part
        answers = np.empty((len(images), *part.outputs.shape[1:]), part.outputs.dtype)
        for start in range(0, len(images), MOST_SHOWN):
            shown = images[start : start + MOST_SHOWN]
            self._show(shown)
            self._team.call(len(part.shares(len(shown))), "answer", len(shown), pixels)
            answers[start : start + MOST_SHOWN] = part.outputs[: len(shown)]
        return answers

    def _show(self, images: ByteArray) -> None:
        """Put images where all processes see them."""
        if self._part.most_images < len(images):
            self._team.call(self._part.parts, "reserve", len(images))
        np.copyto(self._part.images[: len(images)], images)

    def backward(self, gradient: FloatArray) -> None:
        """Fill `gradients` from dL/d outputs of the last forward pass; `gradient` is spent."""
        part = self._part
        if self._members == 1:
            part.pass_backward(gradient)
            return
        np.copyto(part.gradient[: self._images], gradient)
        self._team.call(part.parts, "backward", self._images)

    def learn_by(self, config: OptimizerConfig, penalty: Penalty) -> Optimizer:
        """Let `move` go by this optimizer, which is returned."""
        self._team.call(self._part.parts, "learn_by", config, penalty)
        assert self._part.optimizer is not None
        return self._part.optimizer

    def move(self, rate: float, step: int) -> None:
        """Step against `gradients` by the optimizer; `step` counts from 0."""
        if self._members == 1:
            self._part.move_all(rate, step)
        else:
            self._team.call(self._part.parts, "move", rate, step)

    def names(self) -> list[str]:
        """A name for every layer, its kind and a number: `conv1`, `maxpool1`, `dense1`, `dense2`."""
        counts: dict[str, int] = {}
        names: list[str] = []
        for layer in self.layers:
            kind = layer.kind.removesuffix("2d")
            counts[kind] = counts.get(kind, 0) + 1
            names.append(f"{kind}{counts[kind]}")
        return names

    def learning_layers(self) -> Iterator[tuple[str, Layer]]:
        """The layers that have parameters, each with its name."""
        return (named for named in zip(self.names(), self.layers, strict=True) if named[1].parameters)

    def last_ranges(self, layer: Layer) -> list[FloatArray]:
        """What each neuron or map of a layer gave for the last batch, at least and at most, share by share.

        Each is (2, units); none before the first batch.
        """
        if not self._shares:
            return []
        return self._team.call(self._shares, "unit_ranges", self.layers.index(layer))
