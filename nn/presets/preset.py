"""What a preset is, and a short way to write one of dense layers."""

import msgspec

from nn.config import (
    CLASSES,
    ActivationName,
    Config,
    ConstantConfig,
    DataConfig,
    DenseConfig,
    InitializerName,
    LossName,
    NetworkConfig,
    OptimizerConfig,
    TrainingConfig,
)


class Preset(msgspec.Struct, frozen=True):
    """A name that people type, the sentence that is shown beside it, and the config."""

    name: str
    why: str
    config: Config


def dense(
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
    """Hidden layers of so many neurons, ten outputs, and a constant rate."""
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
