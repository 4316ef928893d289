"""A network: layers in order, whose parameters lie in one flat array and whose gradients lie in another.

Two flat arrays make an optimizer a few operations and a checkpoint one tensor; layers hold views into them.
"""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from math import prod

import numpy as np

from nn.arrays import FloatArray, FloatType, Workspace
from nn.building import build_layers, fused
from nn.config import CLASSES, NetworkConfig
from nn.convolution import Conv2D
from nn.initializers import build_initializer
from nn.layers import Layer, Learning
from nn.normalization import BatchNorm, Exchange
from nn.randomness import StepKey
from nn.team import Team

# With fewer images a share, waiting for each other costs two threads more than it saves.
LEAST_SHARE = 128
LEAST_SHARE_OF_MAPS = 16  # a convolution is far more work an image


class Network:
    """Forward and backward through all layers, in float32 (float64 for gradient checks).

    With a team of threads a batch is cut into equal shares of 128 images or more, of 16 where it convolves.
    Each share passes through layers of its own, which see the same parameters and have their own gradients;
    those are summed in a fixed order, so that the same batch on the same number of threads gives the same
    bits.
    """

    def __init__(
        self, config: NetworkConfig, dtype: FloatType = np.float32, threads: int = 1, *, fuse: bool = True
    ) -> None:
        """Allocate parameters and gradients as zeros; `initialize` gives the parameters first values.

        All weights come before all biases: a penalty touches the first `weight_count` parameters alone.
        `fuse` lets convolutions do the max-pooling after them, which is faster, but hides what is pooled.
        """
        self.config = config
        build = fused if fuse else build_layers
        self.indices = [index for index, _ in build(config)]
        self.chains = [Chain([layer for _, layer in build(config)]) for _ in range(threads)]
        slices = self._slices()
        total = sum(layer.parameter_count for layer in self.layers)
        self.parameters: FloatArray = np.zeros(total, dtype)
        self.gradients: FloatArray = np.zeros(total, dtype)
        for number, chain in enumerate(self.chains):
            own = np.zeros_like(self.gradients) if number else self.gradients
            chain.bind(slices, self.parameters, own, dtype)
        self.statistics = self._share_statistics(dtype)
        self._team = Team(threads)
        has_maps = any(isinstance(layer, Conv2D) for layer in self.layers)
        self._least_share = LEAST_SHARE_OF_MAPS if has_maps else LEAST_SHARE
        self._shares: list[slice] = []
        self._workspace = Workspace(dtype)

    @property
    def layers(self) -> list[Layer]:
        """The layers, first to last, as the first share of a batch passes through them."""
        return self.chains[0].layers

    def _slices(self) -> list[dict[str, slice]]:
        """Where each layer's tensors lie in the flat arrays: all weights first, then the rest.

        A batch normalisation's scale, one number a feature, is among the rest: nothing should pull it to 0.
        """
        slices: list[dict[str, slice]] = [{} for _ in self.layers]
        start = 0
        for weights in (True, False):
            for layer, places in zip(self.layers, slices, strict=True):
                for name, shape in layer.parameter_shapes.items():
                    if (len(shape) > 1) == weights:
                        places[name] = slice(start, start + prod(shape))
                        start = places[name].stop
            if weights:
                self.weight_count = start
        return slices

    def _share_statistics(self, dtype: FloatType) -> FloatArray:
        """One flat array for what layers measure rather than learn; all shares' layers see the same."""
        total = sum(prod(shape) for layer in self.layers for shape in layer.statistics_shapes.values())
        statistics = np.zeros(total, dtype)
        start = 0
        for same in zip(*(chain.layers for chain in self.chains), strict=True):
            first = same[0]
            if not isinstance(first, BatchNorm):
                continue
            exchange = Exchange(len(same), first.parameter_shapes["bias"][0])
            running: dict[str, FloatArray] = {}
            for name, shape in first.statistics_shapes.items():
                running[name] = statistics[start : start + prod(shape)].reshape(shape)
                start += prod(shape)
            for layer in same:
                assert isinstance(layer, BatchNorm)
                layer.running, layer.exchange = running, exchange
        return statistics

    def initialize(self, rng: np.random.Generator) -> None:
        """Give every layer its first parameters, first layer first."""
        initializer = build_initializer(self.config)
        for layer in self.layers:
            layer.initialize(rng, initializer)

    def forward(self, images: FloatArray, key: StepKey | None = None) -> FloatArray:
        """(batch, 28, 28, 1) -> (batch, 10) outputs, valid until the next forward pass.

        With the `key` of a training step the network learns: dropout leaves out, batches are normalised by
        their own statistics. Without one it answers.
        """
        self._shares = shares(len(images), len(self.chains), self._least_share)
        outputs = self._workspace.array("outputs", (len(images), CLASSES))
        count = len(self._shares)

        def pass_forward(number: int) -> None:
            share, meet = self._shares[number], partial(self._team.meet, count)
            learning = None if key is None else Learning(key, number, count, meet)
            outputs[share] = self.chains[number].forward(images[share], learning)

        self._team.run([partial(pass_forward, number) for number in range(count)])
        return outputs

    def backward(self, gradient: FloatArray) -> None:
        """Fill `gradients` from dL/d outputs of the last forward pass; `gradient` is spent."""
        pairs = zip(self.chains, self._shares, strict=False)
        self._team.run([partial(chain.backward, gradient[share]) for chain, share in pairs])
        for chain in self.chains[1 : len(self._shares)]:
            self.gradients += chain.gradients

    def learning_layers(self) -> Iterator[tuple[str, Layer]]:
        """The layers that have parameters, each with its name: `conv1`, `dense1`, `dense2`."""
        counts: dict[str, int] = {}
        for layer in self.layers:
            if layer.parameters:
                kind = layer.kind.removesuffix("2d")
                counts[kind] = counts.get(kind, 0) + 1
                yield f"{kind}{counts[kind]}", layer

    def last_outputs(self, layer: Layer) -> list[FloatArray]:
        """What a layer of `layers` gave for the last batch, share by share."""
        position = self.layers.index(layer)
        return [chain.layers[position].outputs for chain in self.chains[: len(self._shares)]]


class Chain:
    """Layers in order, for one share of a batch: the chain rule in a loop."""

    def __init__(self, layers: list[Layer]) -> None:
        self.layers = layers

    def bind(
        self, slices: list[dict[str, slice]], parameters: FloatArray, gradients: FloatArray, dtype: FloatType
    ) -> None:
        """Take the network's parameters and an array for this chain's own gradients."""
        self.gradients = gradients
        for position, (layer, places) in enumerate(zip(self.layers, slices, strict=True)):
            layer.position = position
            layer.bind(places, parameters, gradients, Workspace(dtype))

    def forward(self, values: FloatArray, learning: Learning | None) -> FloatArray:
        """Each layer's outputs are the next one's inputs."""
        for layer in self.layers:
            values = layer.forward(values, learning)
        return values

    def backward(self, gradient: FloatArray) -> None:
        """Each layer's dL/d inputs is the one before's dL/d outputs; nobody needs dL/d images."""
        first = next(position for position, layer in enumerate(self.layers) if layer.parameters)
        for position in range(len(self.layers) - 1, first - 1, -1):
            passed = self.layers[position].backward(gradient, inputs_too=position > first)
            if passed is not None:
                gradient = passed


def shares(images: int, threads: int, least: int) -> list[slice]:
    """Cut a batch into at most `threads` shares, equal but for one image, of `least` or more unless alone."""
    count = max(1, min(threads, images // least))
    edges = [images * number // count for number in range(count + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]
