"""A network: layers in order, whose parameters lie in one flat array and whose gradients lie in another.

Two flat arrays make an optimizer a few operations and a checkpoint one tensor; layers hold views into them.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from math import prod

import msgspec
import numpy as np

from nn.arrays import FloatArray, FloatType, Shape, Workspace
from nn.config import CLASSES, IMAGE_SHAPE, DenseConfig, FlattenConfig, LayerConfig, NetworkConfig
from nn.initializers import build_initializer
from nn.layers import Dense, Flatten, Layer
from nn.settings import ConfigError
from nn.team import Team

MOST_PARAMETERS = 200_000_000
LEAST_SHARE = 128  # images; with fewer, waiting for each other costs two threads more than it saves


class LayerSummary(msgspec.Struct, frozen=True):
    """One row of a summary; `index` is the layer's place in the config, `flops` are one image forward."""

    index: int | None
    kind: str
    output_shape: Shape
    parameters: int
    flops: int


def build_layers(config: NetworkConfig) -> list[tuple[int | None, Layer]]:
    """The layers with their place in the config's list (None: a flatten left out), nothing allocated.

    Raises `ConfigError` for a network that cannot be: wrong number of outputs, or more parameters than fit.
    """
    layers: list[tuple[int | None, Layer]] = []
    shape: Shape = IMAGE_SHAPE
    for index, layer_config in enumerate(config.layers):
        if isinstance(layer_config, DenseConfig) and len(shape) > 1:
            layers.append((None, Flatten(shape)))
            shape = layers[-1][1].output_shape
        layers.append((index, _build(layer_config, shape)))
        shape = layers[-1][1].output_shape
    _check_outputs(config.layers, shape)
    count = sum(layer.parameter_count for _, layer in layers)
    if count > MOST_PARAMETERS:
        raise ConfigError(f"network.layers has {count:,} parameters; allowed: at most {MOST_PARAMETERS:,}")
    return layers


def _build(config: LayerConfig, input_shape: Shape) -> Layer:
    match config:
        case DenseConfig():
            return Dense(config, input_shape)
        case FlattenConfig():
            return Flatten(input_shape)


def _check_outputs(layers: Sequence[LayerConfig], shape: Shape) -> None:
    if shape != (CLASSES,):
        last = len(layers) - 1
        kind = msgspec.to_builtins(layers[-1])["type"]
        raise ConfigError(
            f"network.layers.{last} ({kind}) gives {prod(shape)} outputs; "
            f"allowed: the last layer is dense and gives {CLASSES}, one a digit"
        )


class Network:
    """Forward and backward through all layers, in float32 (float64 for gradient checks).

    With a team of threads a batch is cut into equal shares of 128 images or more. Each share passes through
    layers of its own, which see the same parameters and have their own gradients; those are summed in a fixed
    order, so that the same batch on the same number of threads gives the same bits.
    """

    def __init__(self, config: NetworkConfig, dtype: FloatType = np.float32, threads: int = 1) -> None:
        """Allocate parameters and gradients as zeros; `initialize` gives the parameters first values.

        All weights come before all biases: a penalty touches the first `weight_count` parameters alone.
        """
        self.config = config
        self.indices = [index for index, _ in build_layers(config)]
        self.chains = [Chain([layer for _, layer in build_layers(config)]) for _ in range(threads)]
        slices = self._slices()
        total = sum(layer.parameter_count for layer in self.layers)
        self.parameters: FloatArray = np.zeros(total, dtype)
        self.gradients: FloatArray = np.zeros(total, dtype)
        for number, chain in enumerate(self.chains):
            own = np.zeros_like(self.gradients) if number else self.gradients
            chain.bind(slices, self.parameters, own, dtype)
        self._team = Team(threads)
        self._shares: list[slice] = []
        self._workspace = Workspace(dtype)

    @property
    def layers(self) -> list[Layer]:
        """The layers, first to last, as the first share of a batch passes through them."""
        return self.chains[0].layers

    def _slices(self) -> list[dict[str, slice]]:
        """Where each layer's tensors lie in the flat arrays: all weights first, then the rest."""
        slices: list[dict[str, slice]] = [{} for _ in self.layers]
        start = 0
        for weights in (True, False):
            for layer, places in zip(self.layers, slices, strict=True):
                for name, shape in layer.parameter_shapes.items():
                    if (name == "weight") == weights:
                        places[name] = slice(start, start + prod(shape))
                        start = places[name].stop
            if weights:
                self.weight_count = start
        return slices

    def initialize(self, rng: np.random.Generator) -> None:
        """Give every layer its first parameters, first layer first."""
        initializer = build_initializer(self.config)
        for layer in self.layers:
            layer.initialize(rng, initializer)

    def forward(self, images: FloatArray) -> FloatArray:
        """(batch, 28, 28, 1) -> (batch, 10) outputs, valid until the next forward pass."""
        self._shares = shares(len(images), len(self.chains))
        if len(self._shares) == 1:
            return self.chains[0].forward(images)
        outputs = self._workspace.array("outputs", (len(images), CLASSES))

        def pass_forward(chain: Chain, share: slice) -> None:
            outputs[share] = chain.forward(images[share])

        pairs = zip(self.chains, self._shares, strict=False)
        self._team.run([partial(pass_forward, chain, share) for chain, share in pairs])
        return outputs

    def backward(self, gradient: FloatArray) -> None:
        """Fill `gradients` from dL/d outputs of the last forward pass; `gradient` is spent."""
        pairs = zip(self.chains, self._shares, strict=False)
        self._team.run([partial(chain.backward, gradient[share]) for chain, share in pairs])
        for chain in self.chains[1 : len(self._shares)]:
            self.gradients += chain.gradients

    def learning_layers(self) -> Iterator[tuple[str, Layer]]:
        """The layers that have parameters, each with its name: `dense1`, `dense2`."""
        counts: dict[str, int] = {}
        for layer in self.layers:
            if layer.parameters:
                counts[layer.kind] = counts.get(layer.kind, 0) + 1
                yield f"{layer.kind}{counts[layer.kind]}", layer

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
        for layer, places in zip(self.layers, slices, strict=True):
            layer.bind(places, parameters, gradients, Workspace(dtype))

    def forward(self, values: FloatArray) -> FloatArray:
        """Each layer's outputs are the next one's inputs."""
        for layer in self.layers:
            values = layer.forward(values)
        return values

    def backward(self, gradient: FloatArray) -> None:
        """Each layer's dL/d inputs is the one before's dL/d outputs; nobody needs dL/d images."""
        first = next(position for position, layer in enumerate(self.layers) if layer.parameters)
        for position in range(len(self.layers) - 1, first - 1, -1):
            passed = self.layers[position].backward(gradient, inputs_too=position > first)
            if passed is not None:
                gradient = passed


def shares(images: int, threads: int) -> list[slice]:
    """Cut a batch into at most `threads` shares, equal but for one image, of 128 or more unless alone."""
    count = max(1, min(threads, images // LEAST_SHARE))
    edges = [images * number // count for number in range(count + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


def summarize(config: NetworkConfig) -> list[LayerSummary]:
    """Shapes, parameters and operations layer by layer, without allocating anything."""
    return [
        LayerSummary(index, layer.kind, layer.output_shape, layer.parameter_count, layer.flops)
        for index, layer in build_layers(config)
    ]


def describe(config: NetworkConfig) -> str:
    """The network in one word: `784-128-10`."""
    sizes = [prod(IMAGE_SHAPE)]
    sizes += [layer.units for layer in config.layers if isinstance(layer, DenseConfig)]
    return "-".join(str(size) for size in sizes)


def parameter_count(config: NetworkConfig) -> int:
    """How many numbers the network learns."""
    return sum(row.parameters for row in summarize(config))
