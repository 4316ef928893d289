"""The networks that this project grew from, as their authors built them."""

from nn.config import SGDConfig
from nn.presets.preset import Preset, dense

CLASSIC = (
    Preset(
        "classic-two-hidden",
        "784-128-64-10, ReLU and softmax with plain SGD: the textbook network, "
        "every formula of it in a few lines; its author reported about 97.5 %.",
        dense(128, 64, activation="relu", optimizer=SGDConfig(0.1), batch_size=64, epochs=10),
    ),
    Preset(
        "classic-sigmoid",
        "784-100-10, sigmoids and squared error as in the 1980s: it works, given a rate of 15; "
        "its author reported 96.31 %.",
        dense(
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
        dense(512, 128, 64, activation="relu", optimizer=SGDConfig(0.05), batch_size=64, epochs=10),
    ),
    Preset(
        "classic-full-batch",
        "784-10-10, one step an epoch over every image: 500 of them reach about 90 %, where mini-batches are "
        "after one epoch; its author reported 84 to 85 %.",
        dense(10, activation="relu", optimizer=SGDConfig(0.1), batch_size=0, epochs=500),
    ),
    Preset(
        "classic-tiny-relu",
        "The same ten hidden neurons in mini-batches: many small steps beat few exact ones; "
        "no figure of its author is recorded.",
        dense(10, activation="relu", optimizer=SGDConfig(0.1), batch_size=32, epochs=10),
    ),
    Preset(
        "classic-tiny-sigmoid",
        "Ten sigmoid neurons in place of ReLUs: smaller gradients, a slower start; "
        "no figure of its author is recorded.",
        dense(
            10, activation="sigmoid", initializer="glorot", optimizer=SGDConfig(0.5), batch_size=32, epochs=10
        ),
    ),
)
