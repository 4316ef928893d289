"""What answers, and where the trainer was, can be had of a checkpoint without its trainer."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from samples import config, run, trainer

from nn import checkpoint, tensors
from nn.config import BatchNormConfig, DenseConfig, NetworkConfig
from nn.network import Network
from nn.position import Position
from nn.tensors import TensorFileError
from nn.trainer import Trainer


def trained(path: Path, ema: float = 0.0) -> Trainer:
    """A trainer of a network with statistics, saved at `path`."""
    layers = (DenseConfig(8), BatchNormConfig(), DenseConfig(10))
    made = trainer(msgspec.structs.replace(config(ema=ema), network=NetworkConfig(layers=layers)))
    run(made)
    checkpoint.save(made, path)
    return made


def test_without_a_mean_the_last_weights_answer(tmp_path: Path) -> None:
    made = trained(tmp_path / "checkpoint")
    network = Network(made.config.network)
    assert checkpoint.load_answering(network, tmp_path / "checkpoint") == made.step == 12
    np.testing.assert_array_equal(network.parameters, made.network.parameters)
    np.testing.assert_array_equal(network.statistics, made.network.statistics)


def test_where_there_is_a_mean_it_answers(tmp_path: Path) -> None:
    made = trained(tmp_path / "checkpoint", ema=0.9)
    network = Network(made.config.network)
    assert checkpoint.load_answering(network, tmp_path / "checkpoint") == 12
    for answering, live, name in (
        (network.parameters, made.network.parameters, "averages"),
        (network.statistics, made.network.statistics, "averaged_statistics"),
    ):
        np.testing.assert_array_equal(answering, made.averages[name].values)
        assert (answering != live).any()


@pytest.mark.parametrize("layers", [(DenseConfig(8), DenseConfig(10)), (DenseConfig(10),)])
def test_a_file_of_another_network_is_refused_and_changes_nothing(
    tmp_path: Path, layers: tuple[DenseConfig, ...]
) -> None:
    trained(tmp_path / "checkpoint")
    network = Network(NetworkConfig(layers=layers))
    with pytest.raises(TensorFileError, match="does not fit the run's config"):
        checkpoint.load_answering(network, tmp_path / "checkpoint")
    assert not network.parameters.any()


@pytest.mark.parametrize("arrays", [{}, {"parameters": np.zeros(1, np.float32)}], ids=["none", "one number"])
def test_too_few_numbers_are_not_repeated(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    position = msgspec.json.encode(Position(epochs=1, planned_epochs=1)).decode()
    (tmp_path / "checkpoint").write_bytes(tensors.to_bytes(arrays, checkpoint.KEY, position))
    with pytest.raises(TensorFileError, match="does not fit the run's config"):
        checkpoint.load_answering(Network(config().network), tmp_path / "checkpoint")


def test_the_position_is_the_trainers(tmp_path: Path) -> None:
    made = trained(tmp_path / "checkpoint")
    assert checkpoint.read_position(tmp_path / "checkpoint") == made.position


def test_a_file_without_a_position_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    path.write_bytes(tensors.to_bytes({}, checkpoint.KEY, "{}"))
    with pytest.raises(TensorFileError, match="has no readable position"):
        checkpoint.read_position(path)
    with pytest.raises(TensorFileError, match="has no readable position"):
        checkpoint.load_answering(Network(config().network), path)
