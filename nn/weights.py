"""Exported weights: tensors named and laid out as in PyTorch's modules, with the config they belong to.

`{i}.weight` and `{i}.bias`, i the layer's place in the config's list; a dense layer's weight is (outputs,
inputs). Equal weights and config give equal bytes: no time, path or name is in the file.
"""

from pathlib import Path

import msgspec
import numpy as np

from nn import tensors
from nn.arrays import FloatArray
from nn.config import NAMED_SOURCES, Config, DataConfig
from nn.network import Network
from nn.settings import ConfigError, from_builtins
from nn.tensors import TensorFileError

KEY = "config"


def to_bytes(network: Network, config: Config) -> bytes:
    """The safetensors file of a network."""
    return tensors.to_bytes(_exported(network), KEY, _canonical(config))


def read(path: Path) -> tuple[Network, Config]:
    """The network of an exported file, ready to answer; raises `TensorFileError`."""
    arrays, text = tensors.read(path, KEY)
    try:
        config = from_builtins(msgspec.json.decode(text))
        network = Network(config.network)
    except (ConfigError, msgspec.DecodeError) as error:
        raise TensorFileError(f"{path} holds a config that cannot be: {error}") from None
    expected = {name: tensor.shape for name, tensor in _exported(network).items()}
    found = {name: array.shape for name, array in arrays.items() if array.dtype.kind == "f"}
    if found != expected or len(arrays) != len(expected):
        raise TensorFileError(f"{path} holds tensors that do not fit its config")
    for name, target in _views(network).items():
        target[...] = arrays[name].T if name.endswith(".weight") else arrays[name]
    return network, config


def _views(network: Network) -> dict[str, FloatArray]:
    return {
        f"{index}.{name}": array
        for index, layer in zip(network.indices, network.layers, strict=True)
        for name, array in layer.parameters.items()
    }


def _exported(network: Network) -> dict[str, FloatArray]:
    return {
        name: np.ascontiguousarray(array.T) if name.endswith(".weight") else array
        for name, array in _views(network).items()
    }


def _canonical(config: Config) -> str:
    """The config as JSON with sorted keys; a folder of images is a path of one machine, so it is left out."""
    if config.data.source not in NAMED_SOURCES:
        data = msgspec.structs.replace(config.data, source=DataConfig().source)
        config = msgspec.structs.replace(config, data=data)
    return msgspec.json.encode(config, order="sorted").decode()
