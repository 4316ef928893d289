"""Small trainers for what explains a training step: few synthetic digits, some steps done already."""

from functools import cache

import msgspec

import mnist_data
from nn.batches import Images
from nn.config import (
    AvgPool2DConfig,
    BatchNormConfig,
    Config,
    ConstantConfig,
    Conv2DConfig,
    DataConfig,
    DenseConfig,
    DropoutConfig,
    GlobalAvgPool2DConfig,
    LayerConfig,
    MaxPool2DConfig,
    NetworkConfig,
    OptimizerConfig,
    SGDConfig,
    TrainingConfig,
)
from nn.explain.step_trace import StepTrace, trace_step
from nn.trainer import Data, Trainer

BATCH = 6
EVERY_KIND = (
    Conv2DConfig(4, 5, activation="relu"),
    BatchNormConfig(activation="tanh"),
    MaxPool2DConfig(2),
    Conv2DConfig(6, 3, stride=2, padding="same", activation="relu"),
    Conv2DConfig(5, 3, padding="same", activation="gelu"),
    AvgPool2DConfig(2),
    DropoutConfig(0.4),
    Conv2DConfig(7, 2),
    GlobalAvgPool2DConfig(),
    BatchNormConfig(),
    DenseConfig(10),
)


def step_config(*layers: LayerConfig, optimizer: OptimizerConfig | None = None, **training: object) -> Config:
    """784-12-10 unless layers are given, on batches of six; `training` overrides that table's fields."""
    table = TrainingConfig(
        optimizer=optimizer or SGDConfig(0.1), schedule=ConstantConfig(), batch_size=BATCH, epochs=3
    )
    return Config(
        data=DataConfig(source="synthetic", validation=0),
        network=NetworkConfig(layers=layers or (DenseConfig(12, "relu"), DenseConfig(10))),
        training=msgspec.structs.replace(table, **training),
    )


@cache
def few_digits() -> Images:
    dataset = mnist_data.synthesize(train=60, test=10)
    return Images(dataset.train_images, dataset.train_labels)


def trainer_of(config: Config, steps: int = 0) -> Trainer:
    """A trainer that has done so many steps."""
    none = Images(few_digits().images[:0], few_digits().labels[:0])
    trainer = Trainer(config, Data(few_digits(), none, none))
    events = trainer.events()
    while trainer.step < steps:
        next(events)
    return trainer


def traced(config: Config, steps: int = 0) -> StepTrace:
    return trace_step(trainer_of(config, steps))
