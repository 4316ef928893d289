"""Networks to start from, each with a figure to reach."""

from nn.config import (
    CLASSES,
    AdamConfig,
    AugmentationConfig,
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DataConfig,
    DenseConfig,
    DropoutConfig,
    ExponentialConfig,
    MaxPool2DConfig,
    MomentumConfig,
    NesterovConfig,
    NetworkConfig,
    OneCycleConfig,
    TrainingConfig,
)
from nn.network_config import LayerConfig
from nn.presets.preset import Preset


def _block(filters: int) -> tuple[LayerConfig, ...]:
    """Convolution, normalisation, ReLU, and half the size."""
    return (
        Conv2DConfig(filters, kernel=3, padding="same"),
        BatchNormConfig(activation="relu"),
        MaxPool2DConfig(2),
    )


def _stage(filters: int) -> tuple[LayerConfig, ...]:
    """Two convolutions, one that halves the size, each normalised after its ReLU, and dropout."""
    return (
        Conv2DConfig(filters, kernel=3, activation="relu"),
        BatchNormConfig(),
        Conv2DConfig(filters, kernel=3, activation="relu"),
        BatchNormConfig(),
        Conv2DConfig(filters, kernel=5, stride=2, padding="same", activation="relu"),
        BatchNormConfig(),
        DropoutConfig(0.4),
    )


GOOD = (
    Preset(
        "first-minute",
        "One hidden layer, Adam and a one-cycle rate: about 97.9 % before you have read this twice.",
        Config(),
    ),
    Preset(
        "99-in-one-epoch",
        "Two convolutions, each image seen once: the rate goes up and down within one epoch (tuomaso, "
        "train_mnist_fast, reported 99.04 %).",
        Config(
            network=NetworkConfig(
                initializer="lecun",
                layers=(
                    Conv2DConfig(24, kernel=5, activation="relu"),
                    MaxPool2DConfig(2),
                    Conv2DConfig(32, kernel=3, activation="relu"),
                    MaxPool2DConfig(2),
                    DenseConfig(256, "relu"),
                    DenseConfig(CLASSES),
                ),
            ),
            training=TrainingConfig(
                optimizer=AdamConfig(0.01, beta1=0.7, beta2=0.9),
                schedule=OneCycleConfig(),
                batch_size=256,
                epochs=1,
                label_smoothing=0.05,
            ),
        ),
    ),
    Preset(
        "99.4-small",
        "15,578 parameters and slightly turned and moved images: small networks reach 99.4 % too, "
        "with batch normalisation and no image seen twice the same.",
        Config(
            data=DataConfig(standardise=True),
            augmentation=AugmentationConfig(shift=2, rotate=10, scale=0.05),
            network=NetworkConfig(
                layers=(
                    *_block(8),
                    *_block(16),
                    *_block(32),
                    DenseConfig(32, "relu"),
                    DenseConfig(CLASSES),
                ),
            ),
            training=TrainingConfig(
                optimizer=AdamConfig(0.01),
                schedule=OneCycleConfig(pct_start=0.2, div_factor=10, final_div_factor=100),
                batch_size=128,
                epochs=20,
                label_smoothing=0.05,
            ),
        ),
    ),
    Preset(
        "mlp-strong",
        "Dense layers alone, on images bent like handwriting (Simard et al., 2003): distortions teach what "
        "convolutions have built in.",
        Config(
            augmentation=AugmentationConfig(shift=2, rotate=15, scale=0.15, elastic_alpha=8, elastic_sigma=4),
            network=NetworkConfig(
                layers=(DenseConfig(512, "relu"), DenseConfig(256, "relu"), DenseConfig(CLASSES)),
            ),
            training=TrainingConfig(
                optimizer=NesterovConfig(0.05, momentum=0.9),
                schedule=ExponentialConfig(0.95),
                batch_size=64,
                epochs=15,
                l2=1e-5,
            ),
        ),
    ),
    Preset(
        "mlp-dropout",
        "Three layers of 1,024 that leave out a fifth of the pixels and half of the neurons in each step, "
        "with bounded weights (Srivastava et al., 2014, reported 98.94 %).",
        Config(
            network=NetworkConfig(
                layers=(
                    DropoutConfig(0.2),
                    DenseConfig(1024, "relu"),
                    DropoutConfig(0.5),
                    DenseConfig(1024, "relu"),
                    DropoutConfig(0.5),
                    DenseConfig(1024, "relu"),
                    DropoutConfig(0.5),
                    DenseConfig(CLASSES),
                ),
            ),
            training=TrainingConfig(
                optimizer=MomentumConfig(0.1, momentum=0.9),
                schedule=OneCycleConfig(),
                batch_size=128,
                epochs=40,
                max_norm=2,
            ),
        ),
    ),
    Preset(
        "99.6",
        "Seven convolutions in place of dense layers, normalised, with dropout and distorted images: "
        "cdeotte reported 99.64 % after 30 epochs, of each of fifteen such networks; here it is 15 epochs.",
        Config(
            augmentation=AugmentationConfig(shift=2.8, rotate=15, scale=0.15),
            network=NetworkConfig(
                layers=(
                    *_stage(32),
                    *_stage(64),
                    Conv2DConfig(128, kernel=4, activation="relu"),
                    BatchNormConfig(),
                    DropoutConfig(0.4),
                    DenseConfig(CLASSES),
                ),
            ),
            training=TrainingConfig(
                optimizer=AdamConfig(0.004),
                schedule=OneCycleConfig(pct_start=0.2, div_factor=10, final_div_factor=100),
                batch_size=128,
                epochs=15,
            ),
        ),
    ),
    Preset(
        "lenet-5",
        "The network of 1998 that read cheques (LeCun et al., who reported 99.05 %), with ReLU and "
        "max-pooling in place of its squashing and averages.",
        Config(
            network=NetworkConfig(
                layers=(
                    Conv2DConfig(6, kernel=5, padding="same", activation="relu"),
                    MaxPool2DConfig(2),
                    Conv2DConfig(16, kernel=5, activation="relu"),
                    MaxPool2DConfig(2),
                    DenseConfig(120, "relu"),
                    DenseConfig(84, "relu"),
                    DenseConfig(CLASSES),
                ),
            ),
            training=TrainingConfig(
                optimizer=AdamConfig(0.003), schedule=OneCycleConfig(), batch_size=128, epochs=10
            ),
        ),
    ),
)
