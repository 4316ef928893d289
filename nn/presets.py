"""Named configs, each with one sentence of why: what it teaches, and what its author reported."""

import msgspec

from nn.config import (
    CLASSES,
    ActivationName,
    AdamConfig,
    Config,
    ConstantConfig,
    DataConfig,
    DenseConfig,
    InitializerName,
    LossName,
    NetworkConfig,
    OptimizerConfig,
    SGDConfig,
    TrainingConfig,
)
from nn.settings import ConfigError


class Preset(msgspec.Struct, frozen=True):
    """A name that people type, the sentence that is shown beside it, and the config."""

    name: str
    why: str
    config: Config


def _dense(
    *hidden: int,
    activation: ActivationName,
    last: ActivationName = "none",
    initializer: InitializerName = "he",
    loss: LossName = "cross_entropy",
    optimizer: OptimizerConfig,
    batch_size: int = 64,
    epochs: int = 5,
    shuffle: bool = True,
    data: DataConfig | None = None,
) -> Config:
    layers = (
        *(DenseConfig(units=units, activation=activation) for units in hidden),
        DenseConfig(CLASSES, last),
    )
    return Config(
        data=data or DataConfig(),
        network=NetworkConfig(initializer=initializer, layers=layers),
        training=TrainingConfig(
            loss=loss,
            optimizer=optimizer,
            schedule=ConstantConfig(),
            batch_size=batch_size,
            epochs=epochs,
            shuffle=shuffle,
        ),
    )


PRESETS = (
    Preset(
        "first-minute",
        "One hidden layer, Adam and a one-cycle rate: about 97.9 % before you have read this twice.",
        Config(),
    ),
    Preset(
        "classic-two-hidden",
        "784-128-64-10, ReLU and softmax with plain SGD: the textbook network, "
        "every formula of it in a few lines; its author reported about 97.5 %.",
        _dense(128, 64, activation="relu", optimizer=SGDConfig(0.1), batch_size=64, epochs=10),
    ),
    Preset(
        "classic-sigmoid",
        "784-100-10, sigmoids and squared error as in the 1980s: it works, given a rate of 15; "
        "its author reported 96.31 %.",
        _dense(
            100,
            activation="sigmoid",
            last="sigmoid",
            initializer="glorot",
            loss="mse",
            optimizer=SGDConfig(15.0),
            batch_size=16,
            epochs=3,
        ),
    ),
    Preset(
        "classic-three-hidden",
        "784-512-128-64-10, ReLU: four times the weights of two hidden layers buy about half a point; "
        "its author reported 95.8 % on a split of his own.",
        _dense(512, 128, 64, activation="relu", optimizer=SGDConfig(0.05), batch_size=64, epochs=10),
    ),
    Preset(
        "classic-full-batch",
        "784-10-10, one step an epoch over every image: 500 of them reach about 90 %, where mini-batches are "
        "after one epoch; its author reported 84 to 85 %.",
        _dense(10, activation="relu", optimizer=SGDConfig(0.1), batch_size=0, epochs=500),
    ),
    Preset(
        "classic-tiny-relu",
        "The same ten hidden neurons in mini-batches: many small steps beat few exact ones; "
        "no figure of its author is recorded.",
        _dense(10, activation="relu", optimizer=SGDConfig(0.1), batch_size=32, epochs=10),
    ),
    Preset(
        "classic-tiny-sigmoid",
        "Ten sigmoid neurons in place of ReLUs: smaller gradients, a slower start; "
        "no figure of its author is recorded.",
        _dense(
            10, activation="sigmoid", initializer="glorot", optimizer=SGDConfig(0.5), batch_size=32, epochs=10
        ),
    ),
    Preset(
        "bad-rate-too-high",
        "A rate of 10, where 0.1 is right: each step overshoots further than the last; "
        "diagnosis: diverged, within ten steps.",
        _dense(128, 64, activation="leaky_relu", optimizer=SGDConfig(10.0)),
    ),
    Preset(
        "bad-rate-too-low",
        "A rate of 0.00001: the gradient is right and the weights hardly move; diagnosis: rate too low.",
        _dense(128, 64, activation="relu", optimizer=SGDConfig(1e-5)),
    ),
    Preset(
        "bad-zero-initialisation",
        "All weights begin at 0, so all neurons are alike and no gradient passes; "
        "diagnosis: weights are all 0, loss stays at ln 10.",
        _dense(128, 64, activation="relu", initializer="zeros", optimizer=SGDConfig(0.1)),
    ),
    Preset(
        "bad-deep-sigmoid",
        "Six layers of sigmoids: each lets at most a quarter of the gradient through; "
        "diagnosis: vanishing gradients.",
        _dense(64, 64, 64, 64, 64, 64, activation="sigmoid", initializer="glorot", optimizer=SGDConfig(0.1)),
    ),
    Preset(
        "bad-dead-relus",
        "Adam at 0.1, a hundred times too fast for ReLUs: large steps push them below 0 for good; "
        "diagnosis: dead ReLUs.",
        _dense(128, 64, activation="relu", optimizer=AdamConfig(0.1)),
    ),
    Preset(
        "bad-overfitting",
        "400,000 weights and 1,000 images: they are learned by heart in a few epochs; "
        "diagnosis: overfitting, training far better than validation.",
        _dense(
            512,
            activation="relu",
            optimizer=AdamConfig(0.001),
            batch_size=32,
            epochs=20,
            data=DataConfig(limit=6000, validation=5000),
        ),
    ),
    Preset(
        "bad-no-shuffle",
        "Images sorted by digit and not shuffled: each digit is learned and forgotten in turn; "
        "diagnosis: batches are not mixed.",
        _dense(
            128,
            activation="relu",
            optimizer=SGDConfig(0.1),
            shuffle=False,
            data=DataConfig(sorted=True),
        ),
    ),
)


def find(name: str) -> Preset:
    """The preset of this exact name; raises `ConfigError` naming all that there are."""
    for preset in PRESETS:
        if preset.name == name:
            return preset
    names = ", ".join(preset.name for preset in PRESETS)
    raise ConfigError(f"preset {name!r} does not exist; allowed: {names}")
