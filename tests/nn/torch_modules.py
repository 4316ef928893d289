"""PyTorch's modules for a config, filled from an exported file.

Importing this skips the importing tests where torch is not installed.
"""

import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import safetensors.numpy

from nn import weights
from nn.arrays import FloatArray, Shape
from nn.building import summarize
from nn.config import (
    IMAGE_SHAPE,
    AvgPool2DConfig,
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    MaxPool2DConfig,
    NetworkConfig,
)
from nn.network import Network
from nn.network_config import LayerConfig

torch: Any = pytest.importorskip("torch", reason="torch (extra `bench`) is not installed")
torch.set_num_threads(1)  # small tensors, and tests share the machine

Tensors = dict[str, FloatArray]

ACTIVATIONS: dict[str, Callable[[], Any]] = {
    "none": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "gelu": torch.nn.GELU,
}


def modules(network: NetworkConfig) -> Any:
    """The network as a person would write it in PyTorch, so that `state_dict` has the names of our files.

    `same` with a stride is TensorFlow's, ceil(side / stride) places, the odd zero at the end: PyTorch has no
    `same` with strides.
    """
    named: OrderedDict[str, Any] = OrderedDict()
    shape: Shape = IMAGE_SHAPE
    for row in summarize(network):
        if row.index is None:
            named["flatten"] = torch.nn.Flatten()
        else:
            layer = network.layers[row.index]
            named |= {f"{row.index}{name}": module for name, module in _modules(layer, shape)}
            activation = getattr(layer, "activation", "none")
            named[f"{row.index}-activation"] = ACTIVATIONS[activation]()
        shape = row.output_shape
    return torch.nn.Sequential(named)


def _modules(layer: LayerConfig, shape: Shape) -> Iterator[tuple[str, Any]]:
    """What stands for one layer that gets `shape`, (features,) or (height, width, channels), by name."""
    nn = torch.nn
    match layer:
        case DenseConfig():
            yield "", nn.Linear(*shape, layer.units)
        case Conv2DConfig():
            yield from _convolution(layer, shape)
        case MaxPool2DConfig(size):
            yield "", nn.MaxPool2d(size)
        case AvgPool2DConfig(size):
            yield "", nn.AvgPool2d(size)
        case GlobalAvgPool2DConfig():
            yield "", nn.AdaptiveAvgPool2d(1)
            yield "-flatten", nn.Flatten()
        case FlattenConfig():
            yield "", nn.Flatten()
        case DropoutConfig(rate):
            yield "", nn.Dropout(rate)
        case BatchNormConfig():
            kind = nn.BatchNorm2d if len(shape) > 1 else nn.BatchNorm1d
            features = shape[len(shape) - 1]
            yield "", kind(features, eps=layer.eps, momentum=layer.momentum)


def _convolution(layer: Conv2DConfig, shape: Shape) -> Iterator[tuple[str, Any]]:
    height, width, channels = shape
    kernel, stride = layer.kernel, layer.stride
    padding: int | str = 0
    if layer.padding == "same" and stride == 1:
        padding = "same"
    elif layer.padding == "same":
        yield "-frame", torch.nn.ZeroPad2d((*_frame(width, kernel, stride), *_frame(height, kernel, stride)))
    yield "", torch.nn.Conv2d(channels, layer.filters, kernel, stride=stride, padding=padding)


def _frame(side: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def load(module: Any, tensors: Tensors) -> None:
    """Put an exported file's tensors into modules; nothing may be left over or without a value."""
    state = {name: torch.from_numpy(tensor.copy()) for name, tensor in tensors.items()}
    missing, unexpected = module.load_state_dict(state, strict=False)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing)  # PyTorch's own counter


def exported(network: Network, config: Config) -> Tensors:
    """The tensors of an exported file."""
    return safetensors.numpy.load(weights.to_bytes(network, config))


def pytorch_images(images: FloatArray) -> Any:
    """(batch, 28, 28, 1) as PyTorch's (batch, 1, 28, 28)."""
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy())


def without_warnings(module: Any, images: Any) -> Any:
    """Its outputs; PyTorch warns that an even kernel with `same` costs it a copy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using padding='same' with even kernel")
        return module(images)
