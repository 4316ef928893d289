"""The frozen, validated description of a run: what TOML says, what a preset names and what Configure edits.

Every field carries its default, its range and the sentence that the app shows as help: one place to look.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from nn.training_config import (
    OPTIMIZER_TYPES,
    SCHEDULE_TYPES,
    AdamConfig,
    AdamWConfig,
    ConstantConfig,
    CosineConfig,
    ExponentialConfig,
    LossName,
    MomentumConfig,
    NesterovConfig,
    OneCycleConfig,
    OptimizerConfig,
    RMSpropConfig,
    ScheduleConfig,
    SGDConfig,
    StepConfig,
    TrainingConfig,
)

__all__ = [
    "CLASSES",
    "IMAGE_SHAPE",
    "LAYER_TYPES",
    "OPTIMIZER_TYPES",
    "SCHEDULE_TYPES",
    "ActivationName",
    "AdamConfig",
    "AdamWConfig",
    "Config",
    "ConstantConfig",
    "CosineConfig",
    "DataConfig",
    "DenseConfig",
    "ExponentialConfig",
    "FlattenConfig",
    "InitializerName",
    "LayerConfig",
    "LossName",
    "MomentumConfig",
    "NesterovConfig",
    "NetworkConfig",
    "OneCycleConfig",
    "OptimizerConfig",
    "RMSpropConfig",
    "SGDConfig",
    "ScheduleConfig",
    "StepConfig",
    "TrainingConfig",
    "conflict",
]

CLASSES = 10
IMAGE_SHAPE = (28, 28, 1)
NAMED_SOURCES = ("mnist", "synthetic")  # every other data source is a folder

ActivationName = Literal["none", "relu", "leaky_relu", "sigmoid", "tanh", "gelu"]
InitializerName = Literal[
    "he", "he_uniform", "glorot", "glorot_uniform", "lecun", "lecun_uniform", "normal", "zeros"
]

Units = Annotated[
    int, Meta(ge=1, le=65536, description="Neurons in the layer; the last layer needs 10, one a digit.")
]
Activation = Annotated[
    ActivationName, Meta(description="What is applied to the layer's sums; none leaves them as they are.")
]


class DenseConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="dense"):
    """Every neuron sees every input: z = a W + b."""

    units: Units
    activation: Activation = "none"


class FlattenConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="flatten"):
    """Rows, columns and channels become one vector; before the first dense layer it may be left out."""


LayerConfig = DenseConfig | FlattenConfig


class DataConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """Which images, and how they reach the network."""

    source: Annotated[
        str,
        Meta(
            min_length=1,
            description="mnist, synthetic (drawn by this program), or a folder with the four IDX files.",
        ),
    ] = "mnist"
    validation: Annotated[
        int,
        Meta(
            ge=0, le=10**9, description="The last N training images, held out to choose by; 0 holds out none."
        ),
    ] = 5000
    limit: Annotated[
        int, Meta(ge=0, le=10**9, description="Use the first N training images only; 0 is all.")
    ] = 0
    standardise: Annotated[
        bool, Meta(description="Pixels as (x - 0.1307) / 0.3081, mean 0 and deviation 1, instead of 0 to 1.")
    ] = False
    sorted: Annotated[
        bool, Meta(description="Training images in the order of their labels, which is bad without shuffle.")
    ] = False


class NetworkConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The layers in order, and how their weights begin."""

    initializer: Annotated[
        InitializerName,
        Meta(
            description="How weights begin: he suits ReLU, glorot sigmoid and tanh; zeros keeps them alike."
        ),
    ] = "he"
    sigma: Annotated[
        float, Meta(ge=0, le=100, description="The deviation of the weights that normal begins with.")
    ] = 0.01
    layers: Annotated[
        tuple[LayerConfig, ...], Meta(min_length=1, max_length=64, description="First to last.")
    ] = (
        DenseConfig(units=128, activation="relu"),
        DenseConfig(units=CLASSES),
    )


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """A run, complete: the same config on the same machine gives the same weights."""

    seed: Annotated[int, Meta(ge=0, le=2**63 - 1, description="Where all randomness comes from.")] = 7
    data: DataConfig = DataConfig()
    network: NetworkConfig = NetworkConfig()
    training: TrainingConfig = TrainingConfig()


LAYER_TYPES: tuple[type[LayerConfig], ...] = get_args(LayerConfig)


def conflict(config: Config) -> str | None:
    """The sentence of two settings that each are allowed and do not go together; None where all do."""
    training = config.training
    if training.patience and not config.data.validation:
        return f"training.patience is {training.patience}; allowed: 0 while data.validation is 0"
    if training.label_smoothing and training.loss != "cross_entropy":
        return (
            f"training.label_smoothing is {training.label_smoothing:g}; "
            f"allowed: 0 while training.loss is {training.loss}"
        )
    return None
