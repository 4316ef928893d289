"""Exported weights of every layer type: the layouts of PyTorch's modules, and back bit for bit."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import config, digits

from nn import tensors, weights
from nn.config import (
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
from nn.randomness import StepKey
from nn.tensors import TensorFileError

EVERYTHING: tuple[LayerConfig, ...] = (
    DropoutConfig(0.1),
    Conv2DConfig(6, kernel=5, activation="relu"),
    MaxPool2DConfig(2),
    Conv2DConfig(5, kernel=4, stride=2, padding="same"),
    BatchNormConfig(activation="gelu"),
    AvgPool2DConfig(2),
    FlattenConfig(),
    BatchNormConfig(),
    DropoutConfig(0.2),
    DenseConfig(8, "tanh"),
    BatchNormConfig(),
    DenseConfig(10),
)
ON_MAPS: tuple[LayerConfig, ...] = (
    Conv2DConfig(3, kernel=3, padding="same"),
    MaxPool2DConfig(2),
    AvgPool2DConfig(2),
    BatchNormConfig(),
    DropoutConfig(),
)
ON_FEATURES: tuple[LayerConfig, ...] = (
    DenseConfig(6),
    BatchNormConfig(),
    DropoutConfig(),
    FlattenConfig(),
)


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    return path


def with_layers(*layers: LayerConfig) -> Config:
    return msgspec.structs.replace(config(), network=NetworkConfig(layers=layers))


def numbered(config_: Config, *, fuse: bool = True) -> Network:
    """A network in which no two numbers are equal."""
    made = Network(config_.network, fuse=fuse)
    count = len(made.parameters)
    made.parameters[...] = np.arange(count)
    made.statistics[...] = np.arange(count, count + len(made.statistics))
    return made


@pytest.mark.parametrize("fuse", [True, False])
def test_a_round_trip_of_every_layer_type_is_bit_for_bit(tmp_path: Path, fuse: bool) -> None:
    """What batch normalisation measured included; whether pooling is part of the convolution or not."""
    config_ = with_layers(*EVERYTHING)
    made = Network(config_.network, fuse=fuse)
    made.initialize(np.random.default_rng(0))
    images = digits(30).images[..., np.newaxis] / np.float32(255)
    made.forward(images, StepKey(0, 0, 0))
    content = weights.to_bytes(made, config_)
    for other in (True, False):
        read, found = weights.read(written(tmp_path, content), fuse=other)
        assert found == config_
        assert len(read.layers) == (11 if other else 12)
        np.testing.assert_array_equal(read.parameters, made.parameters)
        np.testing.assert_array_equal(read.statistics, made.statistics)
        assert weights.to_bytes(read, config_) == content
    read, _ = weights.read(written(tmp_path, content), fuse=fuse)
    np.testing.assert_array_equal(read.forward(images), made.forward(images))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    on_maps=st.lists(st.sampled_from(ON_MAPS), max_size=4),
    between=st.sampled_from([(), (FlattenConfig(),), (GlobalAvgPool2DConfig(),)]),
    on_features=st.lists(st.sampled_from(ON_FEATURES), max_size=4),
)
def test_any_network_is_read_as_it_was_written(
    tmp_path: Path,
    on_maps: list[LayerConfig],
    between: tuple[LayerConfig, ...],
    on_features: list[LayerConfig],
) -> None:
    config_ = with_layers(*on_maps, *between, *on_features, DenseConfig(10))
    made = numbered(config_)
    arrays = tensors.read(written(tmp_path, weights.to_bytes(made, config_)), "config")[0].values()
    numbers = np.sort(np.concatenate([array.ravel() for array in arrays]))
    np.testing.assert_array_equal(numbers, np.arange(len(made.parameters) + len(made.statistics)))
    read, _ = weights.read(tmp_path / "weights.safetensors")
    np.testing.assert_array_equal(read.parameters, made.parameters)
    np.testing.assert_array_equal(read.statistics, made.statistics)


def test_every_layer_has_pytorchs_names_and_shapes(tmp_path: Path) -> None:
    config_ = with_layers(*EVERYTHING)
    arrays, _ = tensors.read(written(tmp_path, weights.to_bytes(numbered(config_), config_)), "config")
    normalised = {4: (5,), 7: (45,), 10: (8,)}
    measured = ("weight", "bias", "running_mean", "running_var")
    assert {name: array.shape for name, array in arrays.items()} == {
        "1.weight": (6, 1, 5, 5),
        "1.bias": (6,),
        "3.weight": (5, 6, 4, 4),
        "3.bias": (5,),
        "9.weight": (8, 45),
        "9.bias": (8,),
        "11.weight": (10, 8),
        "11.bias": (10,),
    } | {f"{index}.{name}": shape for index, shape in normalised.items() for name in measured}


def test_kernels_are_filter_by_filter(tmp_path: Path) -> None:
    config_ = with_layers(Conv2DConfig(2, kernel=3), Conv2DConfig(4, kernel=5), DenseConfig(10))
    made = numbered(config_)
    arrays, _ = tensors.read(written(tmp_path, weights.to_bytes(made, config_)), "config")
    ours = made.layers[1].parameters["weight"]
    for row, column, channel, filter_ in np.ndindex(ours.shape):
        assert arrays["1.weight"][filter_, channel, row, column] == ours[row, column, channel, filter_]


@pytest.mark.parametrize(
    "between",
    [
        (),
        (FlattenConfig(),),
        (DropoutConfig(), FlattenConfig(), DropoutConfig()),
        (FlattenConfig(), FlattenConfig()),
    ],
)
def test_what_reads_flattened_maps_reads_them_channel_by_channel(
    tmp_path: Path, between: tuple[LayerConfig, ...]
) -> None:
    """Three maps: ours pixel by pixel, PyTorch's map by map; a later dense layer is not concerned."""
    maps = (Conv2DConfig(3, kernel=5, stride=3), MaxPool2DConfig(2))
    config_ = with_layers(*maps, *between, DenseConfig(7), DenseConfig(10))
    made = numbered(config_)
    arrays, _ = tensors.read(written(tmp_path, weights.to_bytes(made, config_)), "config")
    first = len(maps) + len(between)
    by_index = dict(zip(made.indices, made.layers, strict=True))
    ours = by_index[first].parameters["weight"].reshape(4, 4, 3, 7)
    theirs = arrays[f"{first}.weight"].reshape(7, 3, 4, 4)
    for row, column, channel, unit in np.ndindex(ours.shape):
        assert theirs[unit, channel, row, column] == ours[row, column, channel, unit]
    np.testing.assert_array_equal(arrays[f"{first}.bias"], by_index[first].parameters["bias"])
    np.testing.assert_array_equal(arrays[f"{first + 1}.weight"], by_index[first + 1].parameters["weight"].T)


def test_after_a_global_mean_there_is_no_image_left(tmp_path: Path) -> None:
    config_ = with_layers(Conv2DConfig(6), BatchNormConfig(), GlobalAvgPool2DConfig(), DenseConfig(10))
    made = numbered(config_)
    arrays, _ = tensors.read(written(tmp_path, weights.to_bytes(made, config_)), "config")
    np.testing.assert_array_equal(arrays["3.weight"], made.layers[3].parameters["weight"].T)
    np.testing.assert_array_equal(arrays["1.weight"], made.layers[1].parameters["weight"])


@pytest.mark.parametrize("name", ["4.running_mean", "4.running_var", "1.weight"])
def test_a_file_that_lacks_a_tensor_is_refused(tmp_path: Path, name: str) -> None:
    config_ = with_layers(*EVERYTHING)
    arrays, text = tensors.read(written(tmp_path, weights.to_bytes(numbered(config_), config_)), "config")
    del arrays[name]
    with pytest.raises(TensorFileError, match="do not fit its config"):
        weights.read(written(tmp_path, tensors.to_bytes(arrays, "config", text)))
