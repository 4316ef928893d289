"""The project's trainer as a contestant."""

from collections.abc import Iterator
from itertools import count

import msgspec
import numpy as np

from nn.batches import Images
from nn.config import AdamConfig, AugmentationConfig, Config, ConstantConfig, SGDConfig, TrainingConfig
from nn.presets import find
from nn.runs import environment
from nn.trainer import Data, Trainer
from tests.benchmarks.contestants import Train, windows
from tests.benchmarks.runs import mnist

OPTIMIZERS = {"sgd": SGDConfig(0.1), "adam": AdamConfig(0.001)}


def configured(preset: str, optimizer: str, batch_size: int) -> Config:
    """A preset's network and pixels with another optimizer and batch, undistorted and without end."""
    config = find(preset).config
    training = TrainingConfig(
        optimizer=OPTIMIZERS[optimizer], schedule=ConstantConfig(), batch_size=batch_size, epochs=10**6
    )
    return msgspec.structs.replace(config, training=training, augmentation=AugmentationConfig())


def prepare(preset: str, optimizer: str, batch_size: str) -> Train:
    """Train on all of MNIST; evaluation and saving are not measured."""
    dataset = mnist()
    nothing = Images(dataset.test_images[:0], dataset.test_labels[:0])
    np.seterr(all="ignore")
    environment.limit_threads(1)
    trainer = Trainer(
        configured(preset, optimizer, int(batch_size)),
        Data(Images(dataset.train_images, dataset.train_labels), nothing, nothing),
        threads=environment.allowed_threads(0),
    )
    return windows(_steps(trainer))


def _steps(trainer: Trainer) -> Iterator[int]:
    for _ in count():
        for step in trainer.train_epoch():
            yield step.images
