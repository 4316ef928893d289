"""Networks that are bad on purpose; each names the diagnosis that the Train pane must come to."""

from nn.config import AdamConfig, DataConfig, SGDConfig
from nn.presets.preset import Preset, dense

BAD = (
    Preset(
        "bad-rate-too-high",
        "A rate of 10, where 0.1 is right: each step overshoots further than the last; "
        "diagnosis: diverged, within ten steps.",
        dense(128, 64, activation="leaky_relu", optimizer=SGDConfig(10.0)),
    ),
    Preset(
        "bad-rate-too-low",
        "A rate of 0.00001: the gradient is right and the weights hardly move; diagnosis: rate too low.",
        dense(128, 64, activation="relu", optimizer=SGDConfig(1e-5)),
    ),
    Preset(
        "bad-zero-initialisation",
        "All weights begin at 0, so all neurons are alike and no gradient passes; "
        "diagnosis: weights are all 0, loss stays at ln 10.",
        dense(128, 64, activation="relu", initializer="zeros", optimizer=SGDConfig(0.1)),
    ),
    Preset(
        "bad-deep-sigmoid",
        "Six layers of sigmoids: each lets at most a quarter of the gradient through; "
        "diagnosis: vanishing gradients.",
        dense(64, 64, 64, 64, 64, 64, activation="sigmoid", initializer="glorot", optimizer=SGDConfig(0.1)),
    ),
    Preset(
        "bad-dead-relus",
        "Adam at 0.1, a hundred times too fast for ReLUs: large steps push them below 0 for good; "
        "diagnosis: dead ReLUs.",
        dense(128, 64, activation="relu", optimizer=AdamConfig(0.1)),
    ),
    Preset(
        "bad-overfitting",
        "400,000 weights and 1,000 images: they are learned by heart in a few epochs; "
        "diagnosis: overfitting, training far better than validation.",
        dense(
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
        dense(
            128,
            activation="relu",
            optimizer=SGDConfig(0.1),
            shuffle=False,
            data=DataConfig(sorted=True),
        ),
    ),
)
