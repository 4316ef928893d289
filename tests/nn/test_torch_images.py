"""Twenty steps beside PyTorch for networks of images: convolution, pooling, batch normalisation.

As in test_torch_parity. By choice `same` with a stride is TensorFlow's. What is decided by less than a
rounding is decided by chance, and the other decision is another step: hence few images for max-pooling, and
mostly activations without a kink. A bias that a batch normalisation takes away again has a gradient of 0 but
for rounding, which Adam and RMSprop make into full steps: where all optimizers train there is none.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
from test_torch_parity import SCHEDULES
from torch_twin import EXACT, OPTIMIZERS, STEPS, Twin, assert_alike, built, trained

from nn.config import (
    AvgPool2DConfig,
    BatchNormConfig,
    Conv2DConfig,
    DenseConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    MaxPool2DConfig,
)
from nn.network_config import LayerConfig
from nn.trainer import Trainer

IMAGES, FEW_IMAGES = 64, 32
SMALL: tuple[LayerConfig, ...] = (
    Conv2DConfig(4, kernel=3, stride=2, activation="tanh"),
    BatchNormConfig(),
    AvgPool2DConfig(2),
    DenseConfig(10, "tanh"),
    BatchNormConfig(),
    DenseConfig(10),
)
NETWORKS: dict[str, tuple[LayerConfig, ...]] = {
    "valid, relu, fused max-pool": (
        Conv2DConfig(4, kernel=5, activation="relu"),
        MaxPool2DConfig(2),
        DenseConfig(10),
    ),
    "same, gelu, max-pool apart": (
        Conv2DConfig(4, kernel=3, padding="same", activation="gelu"),
        MaxPool2DConfig(3),
        DenseConfig(10),
    ),
    "same by an even kernel": (
        Conv2DConfig(3, kernel=4, padding="same", activation="tanh"),
        MaxPool2DConfig(2),
        DenseConfig(10),
    ),
    "stride 2, valid and same, average": (
        Conv2DConfig(4, kernel=4, stride=2, activation="sigmoid"),
        Conv2DConfig(5, kernel=3, stride=2, padding="same", activation="tanh"),
        AvgPool2DConfig(2),
        FlattenConfig(),
        DenseConfig(10),
    ),
    "two convolutions with fused pools": (
        Conv2DConfig(4, kernel=5, activation="tanh"),
        MaxPool2DConfig(2),
        Conv2DConfig(6, kernel=3, activation="leaky_relu"),
        MaxPool2DConfig(2),
        DenseConfig(12, "tanh"),
        DenseConfig(10),
    ),
    "global average": (
        Conv2DConfig(8, kernel=5, stride=2, activation="tanh"),
        Conv2DConfig(8, kernel=3, padding="same", activation="tanh"),
        GlobalAvgPool2DConfig(),
        DenseConfig(10),
    ),
    "normalised behind activations": SMALL,
    "normalised flattened": (
        Conv2DConfig(4, kernel=3, stride=3, activation="tanh"),
        FlattenConfig(),
        BatchNormConfig(momentum=0.3, eps=1e-3),
        DenseConfig(10),
    ),
}


def assert_as_pytorch(
    trainer: Trainer, name: str, *, l2: float = 0.0, by_chance: Collection[str] = ()
) -> None:
    _, make, bar = OPTIMIZERS[name]
    twin = Twin(trainer, make, l2=l2)
    assert_alike(trainer, trained(trainer), twin, twin.train(trainer.config), bar, by_chance)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer(name: str, optimizer: str, threads: int) -> None:
    """Three threads have their statistics over the whole batch."""
    images = FEW_IMAGES if any(isinstance(layer, MaxPool2DConfig) for layer in NETWORKS[name]) else IMAGES
    made = built(*NETWORKS[name], optimizer=OPTIMIZERS[optimizer][0], images=images, threads=threads)
    assert_as_pytorch(made, optimizer)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_with_batch_normalisation(name: str) -> None:
    """The penalty is on the weights of convolutions and dense layers, not on what normalisation learns."""
    l2 = 0.0 if name == "adamw" else 0.01
    made = built(*SMALL, optimizer=OPTIMIZERS[name][0], images=IMAGES, l2=l2)
    assert_as_pytorch(made, name, l2=l2)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_with_batch_normalisation(name: str) -> None:
    schedule, make, _ = SCHEDULES[name]
    made = built(*SMALL, optimizer=OPTIMIZERS["sgd"][0], schedule=schedule, images=IMAGES)
    twin = Twin(made, OPTIMIZERS["sgd"][1])
    scheduler = make(twin.optimizer, STEPS)
    left = iter(range(STEPS - 1, -1, -1))
    theirs = twin.train(made.config, after=lambda: scheduler.step() if next(left) else None)
    assert_alike(made, trained(made), twin, theirs, EXACT)


@pytest.mark.parametrize("training", [{"label_smoothing": 0.1}, {"loss": "mse"}], ids=["smoothed", "mse"])
def test_every_loss(training: dict[str, Any]) -> None:
    made = built(*SMALL, optimizer=OPTIMIZERS["nesterov"][0], images=IMAGES, **training)
    assert_as_pytorch(made, "nesterov")


def test_normalised_before_the_activation() -> None:
    """Here no bias begins at 0, so that a share of its length says something of those that do not move."""
    layers = (
        Conv2DConfig(6, kernel=3, padding="same"),
        BatchNormConfig(activation="tanh"),
        Conv2DConfig(6, kernel=3, stride=2),
        BatchNormConfig(activation="gelu"),
        GlobalAvgPool2DConfig(),
        DenseConfig(8),
        BatchNormConfig(activation="tanh"),
        DenseConfig(10),
    )
    made = built(*layers, optimizer=OPTIMIZERS["momentum"][0], images=IMAGES)
    rest = made.network.parameters[made.network.weight_count :]
    rest += np.random.default_rng(5).normal(0, 0.1, len(rest)).astype(rest.dtype)
    assert_as_pytorch(made, "momentum", by_chance=("0.bias", "1.running_mean"))
