"""Small data and configs for the core's tests: digits learned in a few steps, no real MNIST."""

from collections.abc import Sequence
from functools import partial

import msgspec
import numpy as np

from nn.arrays import FloatType
from nn.batches import Images
from nn.config import (
    AdamConfig,
    AdamWConfig,
    Config,
    ConstantConfig,
    CosineConfig,
    DataConfig,
    DenseConfig,
    ExponentialConfig,
    LayerConfig,
    MomentumConfig,
    NesterovConfig,
    NetworkConfig,
    OneCycleConfig,
    OptimizerConfig,
    RMSpropConfig,
    ScheduleConfig,
    SGDConfig,
    StepConfig,
    TrainingConfig,
)
from nn.events import EpochFinished, StepFinished
from nn.parallel.part import Part
from nn.parallel.team import Team
from nn.trainer import Data, Trainer, TrainerEvent

OPTIMIZERS: Sequence[OptimizerConfig] = (
    SGDConfig(0.1),
    MomentumConfig(0.02),
    NesterovConfig(0.02),
    RMSpropConfig(0.002),
    RMSpropConfig(0.002, momentum=0.5, centered=True),
    AdamConfig(0.01),
    AdamWConfig(0.01),
)
SCHEDULES: Sequence[ScheduleConfig] = (
    ConstantConfig(),
    ConstantConfig(warmup_steps=5),
    StepConfig(step_size=1, gamma=0.5),
    ExponentialConfig(gamma=0.8),
    CosineConfig(),
    CosineConfig(eta_min=0.1, warmup_steps=3),
    OneCycleConfig(),
    OneCycleConfig(warmup_steps=3),
)
EMPTY = Images(np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8))


def digits(count: int, seed: int = 0) -> Images:
    """Noise with two bright rows whose place is the label."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    images = rng.integers(0, 100, (count, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 4 : 2 * label + 6] = 250
    return Images(images, labels)


def data(training: int = 50, validation: int = 20, test: int = 20) -> Data:
    return Data(digits(training, 1), digits(validation, 2), digits(test, 3))


def config(
    *,
    optimizer: OptimizerConfig | None = None,
    schedule: ScheduleConfig | None = None,
    seed: int = 7,
    **training: object,
) -> Config:
    """784-12-10 on batches of 16 for three epochs; `training` overrides that table's fields."""
    table = TrainingConfig(
        optimizer=optimizer or SGDConfig(0.1), schedule=schedule or ConstantConfig(), batch_size=16, epochs=3
    )
    return Config(
        seed=seed,
        data=DataConfig(),
        network=NetworkConfig(layers=(DenseConfig(12, "relu"), DenseConfig(10))),
        training=msgspec.structs.replace(table, **training),
    )


class Clock:
    """Seconds that pass only when somebody lets them; each look costs `tick`."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now = 0.0
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def lone_part(layers: tuple[LayerConfig, ...], dtype: FloatType = np.float64, *, parts: int = 1) -> Part:
    """The first of so many parts of a network; the others are not there."""
    part: Part = Team(1, partial(Part, NetworkConfig(layers=layers), dtype, parts, True)).member
    return part


def trainer(config: Config, data_: Data | None = None, *, threads: int = 1) -> Trainer:
    return Trainer(config, data_ or data(), threads=threads, clock=Clock(tick=1.0))


def run(trainer: Trainer) -> list[TrainerEvent]:
    return list(trainer.events())


def epochs_of(events: list[TrainerEvent]) -> list[EpochFinished]:
    return [event for event in events if isinstance(event, EpochFinished)]


def rates_of(events: list[TrainerEvent]) -> list[float]:
    return [event.learning_rate for event in events if isinstance(event, StepFinished)]
