"""From a config's list of layers to layers: the shapes that follow from one another, and what cannot be."""

from collections.abc import Sequence
from math import prod

import msgspec

from nn.arrays import Shape
from nn.config import (
    CLASSES,
    IMAGE_SHAPE,
    AvgPool2DConfig,
    BatchNormConfig,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    LayerConfig,
    MaxPool2DConfig,
    NetworkConfig,
)
from nn.convolution import Conv2D
from nn.dropout import Dropout
from nn.layers import Dense, Flatten, Layer
from nn.normalization import BatchNorm
from nn.pooling import AvgPool2D, GlobalAvgPool2D, MaxPool2D
from nn.settings import ConfigError

MOST_PARAMETERS = 200_000_000

IndexedLayers = list[tuple[int | None, Layer]]
NEEDS_MAPS = (Conv2DConfig, MaxPool2DConfig, AvgPool2DConfig, GlobalAvgPool2DConfig)


class LayerSummary(msgspec.Struct, frozen=True):
    """One row of a summary; `index` is the layer's place in the config, `flops` are one image forward."""

    index: int | None
    kind: str
    output_shape: Shape
    parameters: int
    flops: int


def build_layers(config: NetworkConfig) -> IndexedLayers:
    """The layers with their place in the config's list (None: a flatten left out), nothing allocated.

    Raises `ConfigError` for a network that cannot be: a window that does not fit, an image that is none any
    more, the wrong number of outputs, or more parameters than fit.
    """
    layers: IndexedLayers = []
    shape: Shape = IMAGE_SHAPE
    for index, layer_config in enumerate(config.layers):
        if isinstance(layer_config, DenseConfig) and len(shape) > 1:
            layers.append((None, Flatten(shape)))
            shape = layers[-1][1].output_shape
        try:
            layers.append((index, _build(layer_config, shape)))
        except ConfigError as error:
            raise ConfigError(f"network.layers.{index} ({_kind(layer_config)}): {error}") from None
        shape = layers[-1][1].output_shape
    _check_outputs(config.layers, shape)
    count = sum(layer.parameter_count for _, layer in layers)
    if count > MOST_PARAMETERS:
        raise ConfigError(f"network.layers has {count:,} parameters; allowed: at most {MOST_PARAMETERS:,}")
    return layers


def fused(config: NetworkConfig) -> IndexedLayers:
    """The same layers, but where a max-pooling follows a convolution, the convolution does both.

    That needs an activation that never falls, as all but GELU do: then the largest sum has the largest
    activation.
    """
    layers: IndexedLayers = []
    for index, layer in build_layers(config):
        before = layers[-1][1] if layers else None
        if isinstance(layer, MaxPool2D) and isinstance(before, Conv2D) and before.can_pool:
            layers[-1] = (layers[-1][0], before.with_pool(layer.size))
        else:
            layers.append((index, layer))
    return layers


def _build(config: LayerConfig, input_shape: Shape) -> Layer:
    if isinstance(config, NEEDS_MAPS) and len(input_shape) == 1:
        raise ConfigError(
            f"its input is {input_shape[0]} numbers, no longer an image; allowed: before flatten and dense"
        )
    match config:
        case DenseConfig():
            return Dense(config, input_shape)
        case Conv2DConfig():
            return Conv2D(config, input_shape)
        case MaxPool2DConfig():
            return MaxPool2D(config, input_shape)
        case AvgPool2DConfig():
            return AvgPool2D(config, input_shape)
        case GlobalAvgPool2DConfig():
            return GlobalAvgPool2D(input_shape)
        case FlattenConfig():
            return Flatten(input_shape)
        case DropoutConfig():
            return Dropout(config, input_shape)
        case BatchNormConfig():
            return BatchNorm(config, input_shape)


def _check_outputs(layers: Sequence[LayerConfig], shape: Shape) -> None:
    if shape != (CLASSES,):
        raise ConfigError(
            f"network.layers.{len(layers) - 1} ({_kind(layers[-1])}) gives {prod(shape)} outputs; "
            f"allowed: the last layer gives {CLASSES}, one a digit"
        )


def _kind(config: LayerConfig) -> str:
    return msgspec.to_builtins(config)["type"]


def summarize(config: NetworkConfig) -> list[LayerSummary]:
    """Shapes, parameters and operations layer by layer, without allocating anything."""
    return [
        LayerSummary(index, layer.kind, layer.output_shape, layer.parameter_count, layer.flops)
        for index, layer in build_layers(config)
    ]


def describe(config: NetworkConfig) -> str:
    """The network in one word: `784-128-10`, `24@5-pool-32@3-pool-256-10`."""
    parts: list[str] = []
    for layer in config.layers:
        match layer:
            case DenseConfig():
                parts.append(str(layer.units))
            case Conv2DConfig():
                stride = f"s{layer.stride}" if layer.stride > 1 else ""
                parts.append(f"{layer.filters}@{layer.kernel}{stride}")
            case MaxPool2DConfig() | AvgPool2DConfig() | GlobalAvgPool2DConfig():
                parts.append("pool")
            case _:
                pass
    if isinstance(config.layers[0], Conv2DConfig):
        return "-".join(parts)
    return "-".join([str(prod(IMAGE_SHAPE)), *parts])


def parameter_count(config: NetworkConfig) -> int:
    """How many numbers the network learns."""
    return sum(row.parameters for row in summarize(config))
