"""Exported weights: PyTorch's names and layouts, equal bytes for equal weights, nothing of the machine."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from samples import config, digits, run, trainer

from nn import tensors, weights
from nn.config import Config, DataConfig, DenseConfig, FlattenConfig, NetworkConfig
from nn.network import Network
from nn.tensors import TensorFileError


def network(config_: Config, seed: int = 0) -> Network:
    made = Network(config_.network)
    made.initialize(np.random.default_rng(seed))
    made.parameters[made.weight_count :] = np.random.default_rng(seed).normal(size=22)
    return made


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    return path


def test_a_round_trip_answers_the_same(tmp_path: Path) -> None:
    made = trainer(config())
    run(made)
    read, config_ = weights.read(written(tmp_path, weights.to_bytes(made.network, made.config)))
    assert config_ == made.config
    np.testing.assert_array_equal(read.parameters, made.network.parameters)
    images = digits(9).images[..., np.newaxis].astype(np.float32)
    np.testing.assert_array_equal(read.forward(images), made.network.forward(images))


def test_names_and_layouts_are_pytorchs(tmp_path: Path) -> None:
    config_ = config()
    made = network(config_)
    arrays, _ = tensors.read(written(tmp_path, weights.to_bytes(made, config_)), "config")
    assert {name: array.shape for name, array in arrays.items()} == {
        "0.weight": (12, 784),
        "0.bias": (12,),
        "1.weight": (10, 12),
        "1.bias": (10,),
    }
    images = digits(4).images.reshape(4, 784).astype(np.float32) / 255
    hidden = np.maximum(images @ arrays["0.weight"].T + arrays["0.bias"], 0)
    outputs = hidden @ arrays["1.weight"].T + arrays["1.bias"]
    np.testing.assert_allclose(made.forward(images.reshape(4, 28, 28, 1)), outputs, rtol=1e-5, atol=1e-5)


def test_indices_are_places_in_the_configs_list(tmp_path: Path) -> None:
    layers = (FlattenConfig(), DenseConfig(12), FlattenConfig(), DenseConfig(10))
    config_ = msgspec.structs.replace(config(), network=NetworkConfig(layers=layers))
    path = written(tmp_path, weights.to_bytes(network(config_), config_))
    arrays, _ = tensors.read(path, "config")
    assert sorted(arrays) == ["1.bias", "1.weight", "3.bias", "3.weight"]
    read, _ = weights.read(path)
    np.testing.assert_array_equal(read.parameters, network(config_).parameters)


def test_equal_weights_and_config_give_equal_bytes() -> None:
    assert weights.to_bytes(network(config()), config()) == weights.to_bytes(network(config()), config())
    assert weights.to_bytes(network(config(), 1), config()) != weights.to_bytes(network(config()), config())


def test_no_path_is_in_the_file() -> None:
    somewhere = msgspec.structs.replace(
        config(), data=DataConfig(source="/home/someone/secret", validation=9)
    )
    content = weights.to_bytes(network(config()), somewhere)
    assert b"secret" not in content
    assert b"someone" not in content
    assert b'\\"validation\\":9' in content


@pytest.mark.parametrize("source", ["mnist", "synthetic"])
def test_a_named_source_is_kept(tmp_path: Path, source: str) -> None:
    config_ = msgspec.structs.replace(config(), data=DataConfig(source=source))
    _, read = weights.read(written(tmp_path, weights.to_bytes(network(config_), config_)))
    assert read.data.source == source


def test_the_one_metadata_key_is_canonical_json() -> None:
    content = weights.to_bytes(network(config()), config())
    length = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + length])["__metadata__"]
    assert list(metadata) == ["config"]
    parsed = json.loads(metadata["config"])
    assert metadata["config"] == json.dumps(parsed, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds a config that cannot be"),
        ("[]", "holds a config that cannot be: the config is"),
        ('{"seed": -1}', "holds a config that cannot be: seed is -1; allowed: "),
        ('{"network": {"layers": [{"type": "dense", "units": 9}]}}', "gives 9 outputs"),
        ("{}", "holds tensors that do not fit its config"),
    ],
)
def test_a_config_that_does_not_fit_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = written(tmp_path, tensors.to_bytes({"0.weight": np.zeros((10, 784), np.float32)}, "config", text))
    with pytest.raises(TensorFileError) as error:
        weights.read(path)
    assert str(path) in str(error.value)
    assert sentence in str(error.value)


def test_other_tensors_are_refused(tmp_path: Path) -> None:
    config_ = config()
    text = msgspec.json.encode(config_).decode()
    arrays = {"0.weight": np.zeros((12, 784), np.float32), "0.bias": np.zeros(12, np.float32)}
    with pytest.raises(TensorFileError, match="do not fit its config"):
        weights.read(written(tmp_path, tensors.to_bytes(arrays, "config", text)))


def test_weights_of_another_kind_of_number_are_refused(tmp_path: Path) -> None:
    config_ = config()
    arrays, text = tensors.read(written(tmp_path, weights.to_bytes(network(config_), config_)), "config")
    arrays["1.bias"] = arrays["1.bias"].astype(np.int64)
    with pytest.raises(TensorFileError, match="do not fit its config"):
        weights.read(written(tmp_path, tensors.to_bytes(arrays, "config", text)))


def test_a_checkpoint_is_not_an_exported_file(tmp_path: Path) -> None:
    path = written(tmp_path, tensors.to_bytes({"parameters": np.zeros(3)}, "position", "{}"))
    with pytest.raises(TensorFileError, match="has no 'config' in its metadata"):
        weights.read(path)
