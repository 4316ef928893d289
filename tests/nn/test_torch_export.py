"""An exported network in PyTorch's modules gives the same probabilities, whatever its layers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from readme import README, marked
from real_mnist import real_mnist
from samples import digits
from torch_modules import exported, load, modules, pytorch_images, torch, without_warnings

from mnist_data import Dataset
from nn import weights
from nn.batches import Images, PixelScale
from nn.config import (
    AdamConfig,
    AvgPool2DConfig,
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DataConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    MaxPool2DConfig,
    NetworkConfig,
    TrainingConfig,
)
from nn.evaluation import Evaluator
from nn.losses import LOSSES
from nn.network import Network
from nn.network_config import LayerConfig
from nn.presets import find
from nn.trainer import Data, Trainer

BAR = 1e-5
CHUNK = 500

NETWORKS: dict[str, tuple[LayerConfig, ...]] = {
    "dense": (DenseConfig(20, "gelu"), DenseConfig(10)),
    "normalised images": (BatchNormConfig(), DropoutConfig(0.2), DenseConfig(10)),
    "the dense layer reads maps": (
        Conv2DConfig(6, kernel=5, activation="relu"),
        MaxPool2DConfig(2),
        DenseConfig(12, "tanh"),
        DenseConfig(10),
    ),
    "through dropout and flatten": (
        Conv2DConfig(6, kernel=3, stride=3, padding="same", activation="leaky_relu"),
        DropoutConfig(0.3),
        FlattenConfig(),
        DropoutConfig(0.3),
        DenseConfig(10),
    ),
    "normalised when flattened": (
        Conv2DConfig(4, kernel=4, stride=2, activation="sigmoid"),
        AvgPool2DConfig(3),
        FlattenConfig(),
        BatchNormConfig(activation="relu"),
        DenseConfig(12),
        FlattenConfig(),
        BatchNormConfig(activation="tanh"),
        DenseConfig(10),
    ),
    "the global average is no image": (
        Conv2DConfig(6, kernel=3, padding="same"),
        BatchNormConfig(activation="relu"),
        MaxPool2DConfig(2),
        Conv2DConfig(7, kernel=4, padding="same", activation="gelu"),
        GlobalAvgPool2DConfig(),
        DenseConfig(10),
    ),
}


def pytorch_probabilities(network: Network, config: Config, images: Images, pixels: PixelScale) -> np.ndarray:
    module = modules(config.network).eval()
    load(module, exported(network, config))
    parts: list[np.ndarray] = []
    with torch.no_grad():
        for start in range(0, len(images.images), CHUNK):
            chunk = images.images[start : start + CHUNK]
            seen = pytorch_images(pixels.convert(chunk, np.empty((*chunk.shape, 1), np.float32)))
            parts.append(without_warnings(module, seen).softmax(1).numpy())
    return np.concatenate(parts)


@pytest.mark.parametrize("fuse", [True, False])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_answers_alike(name: str, fuse: bool) -> None:
    """Whatever the numbers in it, those that batch normalisation measures included."""
    config = Config(network=NetworkConfig(initializer="glorot", layers=NETWORKS[name]))
    network = Network(config.network, fuse=fuse)
    rng = np.random.default_rng(3)
    network.initialize(rng)
    for array in (network.parameters[network.weight_count :], network.statistics):
        array += rng.uniform(0, 0.1, len(array)).astype(np.float32)
    images, pixels = digits(40), PixelScale.of(standardise=True)
    ours = Evaluator(network, LOSSES["cross_entropy"], pixels).evaluate(images).probabilities
    np.testing.assert_allclose(ours, pytorch_probabilities(network, config, images, pixels), rtol=0, atol=BAR)
    assert ours.std(axis=0).max() > 1e-3  # each image has an answer of its own


@pytest.mark.parametrize("name", ["99-in-one-epoch", "99.4-small", "99.6", "lenet-5", "mlp-dropout"])
def test_the_presets_networks_answer_alike(name: str) -> None:
    config = find(name).config
    network = Network(config.network)
    network.initialize(np.random.default_rng(3))
    images, pixels = digits(10), PixelScale.of(standardise=config.data.standardise)
    ours = Evaluator(network, LOSSES["cross_entropy"], pixels).evaluate(images).probabilities
    np.testing.assert_allclose(ours, pytorch_probabilities(network, config, images, pixels), rtol=0, atol=BAR)
    assert ours.std(axis=0).max() > 1e-3


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    return real_mnist()


def test_a_trained_network_answers_alike_on_the_whole_test_set(mnist: Dataset) -> None:
    layers = (
        Conv2DConfig(8, kernel=5),
        BatchNormConfig(activation="relu"),
        MaxPool2DConfig(2),
        Conv2DConfig(12, kernel=3, stride=2, padding="same", activation="relu"),
        DropoutConfig(0.2),
        DenseConfig(32, "relu"),
        BatchNormConfig(),
        DenseConfig(10),
    )
    config = Config(
        data=DataConfig(standardise=True),
        network=NetworkConfig(layers=layers),
        training=TrainingConfig(optimizer=AdamConfig(0.005), batch_size=64, epochs=1),
    )
    test = Images(mnist.test_images, mnist.test_labels)
    trainer = Trainer(config, Data(Images(mnist.train_images[:4000], mnist.train_labels[:4000]), test, test))
    list(trainer.train_epoch())
    ours = trainer.evaluator.evaluate(test)
    assert ours.accuracy > 0.8
    theirs = pytorch_probabilities(trainer.network, config, test, trainer.evaluator.pixels)
    assert np.abs(ours.probabilities - theirs).max() < BAR


def test_the_readmes_example_gives_the_same_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = find("first-minute").config
    network = Network(config.network)
    network.initialize(np.random.default_rng(3))
    monkeypatch.chdir(tmp_path)
    Path("first-minute.safetensors").write_bytes(weights.to_bytes(network, config))
    written = marked(README.read_text(), "pytorch").removeprefix("```python\n").removesuffix("```")
    names: dict[str, Any] = {}
    exec(written, names)
    images = np.random.default_rng(7).random((5, 28, 28, 1), np.float32)
    with torch.no_grad():
        theirs = names["network"](pytorch_images(images)).numpy()
    np.testing.assert_allclose(network.forward(images), theirs, rtol=0, atol=BAR)
