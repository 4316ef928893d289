"""The floors that the trainer must reach on the real test set, last epoch, nothing chosen by it."""

import pytest
from real_mnist import real_mnist

import mnist_data
from nn.batches import Images
from nn.events import EpochFinished
from nn.presets import find
from nn.trainer import Data, Trainer

FLOORS = {
    "first-minute": 0.975,
    "99-in-one-epoch": 0.9885,
    "classic-sigmoid": 0.9631,
    "classic-tiny-relu": 0.92,
}


@pytest.fixture(scope="module")
def mnist() -> mnist_data.Dataset:
    return real_mnist()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_a_preset_reaches_its_floor(mnist: mnist_data.Dataset, name: str, floor: float) -> None:
    config = find(name).config
    images, labels, held_images, held_labels = mnist.split(config.data.validation)
    data = Data(
        Images(images, labels), Images(held_images, held_labels), Images(mnist.test_images, mnist.test_labels)
    )
    last = [event for event in Trainer(config, data).events() if isinstance(event, EpochFinished)][-1]
    assert last.epoch == config.training.epochs
    assert last.test_accuracy is not None
    assert last.test_accuracy >= floor
