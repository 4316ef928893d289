"""Exported weights: tensors named and laid out as in PyTorch's modules, with the config they belong to.

`{i}.weight`, `{i}.bias`, `{i}.running_mean` and `{i}.running_var`, i the layer's place in the config's list.
Equal weights and config give equal bytes: no time, path or name is in the file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from nn import tensors
from nn.arrays import FloatArray, Shape
from nn.config import NAMED_SOURCES, Config, DataConfig
from nn.convolution import Conv2D
from nn.layers import Dense, Flatten, Layer
from nn.network import Network
from nn.normalization import BatchNorm
from nn.settings import ConfigError, from_builtins
from nn.tensors import TensorFileError

KEY = "config"


class _Tensor(NamedTuple):
    """A tensor of a network, seen with its axes in PyTorch's order, and its shape in a file.

    `view` is the network's own memory. Where it has more axes than `shape`, a file has some of them as one.
    """

    view: FloatArray
    shape: Shape


def to_bytes(network: Network, config: Config) -> bytes:
    """The safetensors file of a network."""
    arrays = {name: np.reshape(tensor.view, tensor.shape) for name, tensor in _tensors(network)}
    return tensors.to_bytes(arrays, KEY, _canonical(config))


def read(path: Path, *, fuse: bool = True) -> tuple[Network, Config]:
    """The network of an exported file, ready to answer; `fuse` is `Network`'s. Raises `TensorFileError`."""
    arrays, text = tensors.read(path, KEY)
    try:
        config = from_builtins(msgspec.json.decode(text))
        network = Network(config.network, fuse=fuse)
    except (ConfigError, msgspec.DecodeError) as error:
        raise TensorFileError(f"{path} holds a config that cannot be: {error}") from None
    targets = dict(_tensors(network))
    expected = {name: target.shape for name, target in targets.items()}
    found = {name: array.shape for name, array in arrays.items() if array.dtype.kind == "f"}
    if found != expected or len(arrays) != len(expected):
        raise TensorFileError(f"{path} holds tensors that do not fit its config")
    for name, target in targets.items():
        target.view[...] = arrays[name].reshape(target.view.shape)
    return network, config


def _tensors(network: Network) -> Iterator[tuple[str, _Tensor]]:
    """Every tensor under its name in a file.

    Flattening, PyTorch goes through an image channel by channel and we pixel by pixel. Whatever comes between
    a flatten and the next dense layer, that layer included, has its inputs in that order.
    """
    flattened: Shape = ()
    for index, layer in zip(network.indices, network.layers, strict=True):
        if isinstance(layer, Flatten) and len(layer.input_shape) > 1:
            flattened = layer.input_shape
        for name, tensor in _laid_out(layer, flattened):
            yield f"{index}.{name}", tensor
        if isinstance(layer, Dense):
            flattened = ()


def _laid_out(layer: Layer, flattened: Shape) -> Iterator[tuple[str, _Tensor]]:
    """A layer's tensors; `flattened` is the image (height, width, channels) that its inputs were, or ()."""
    normalises = isinstance(layer, BatchNorm)
    measured = layer.running if normalises else {}
    for name, array in {**layer.parameters, **measured}.items():
        if isinstance(layer, Conv2D) and name == "weight":
            view = array.transpose(3, 2, 0, 1)
            yield name, _Tensor(view, view.shape)
        elif normalises or name == "weight":
            yield name, _Tensor(_channels_first(array.T, flattened), array.T.shape)
        else:  # a bias belongs to the outputs
            yield name, _Tensor(array, array.shape)


def _channels_first(features: FloatArray, flattened: Shape) -> FloatArray:
    """(..., height * width * channels) seen as (..., channels, height, width), where they were an image."""
    if not flattened:
        return features
    return np.moveaxis(features.reshape(*features.shape[:-1], *flattened), -1, -3)


def _canonical(config: Config) -> str:
    """The config as JSON with sorted keys; a folder of images is a path of one machine, so it is left out."""
    if config.data.source not in NAMED_SOURCES:
        data = msgspec.structs.replace(config.data, source=DataConfig().source)
        config = msgspec.structs.replace(config, data=data)
    return msgspec.json.encode(config, order="sorted").decode()
