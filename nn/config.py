"""The frozen, validated description of a run: what TOML says, what a preset names and what Configure edits.

Every field carries its default, its range and the sentence that the app shows as help: one place to look.
"""

from typing import Annotated

from msgspec import Meta, Struct

from nn.network_config import (
    CLASSES,
    IMAGE_SHAPE,
    LAYER_TYPES,
    ActivationName,
    AvgPool2DConfig,
    BatchNormConfig,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    InitializerName,
    LayerConfig,
    MaxPool2DConfig,
    NetworkConfig,
    Padding,
)
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
    "AugmentationConfig",
    "AvgPool2DConfig",
    "BatchNormConfig",
    "Config",
    "ConstantConfig",
    "Conv2DConfig",
    "CosineConfig",
    "DataConfig",
    "DenseConfig",
    "DropoutConfig",
    "ExponentialConfig",
    "FlattenConfig",
    "GlobalAvgPool2DConfig",
    "InitializerName",
    "LayerConfig",
    "LossName",
    "MaxPool2DConfig",
    "MomentumConfig",
    "NesterovConfig",
    "NetworkConfig",
    "OneCycleConfig",
    "OptimizerConfig",
    "Padding",
    "RMSpropConfig",
    "SGDConfig",
    "ScheduleConfig",
    "StepConfig",
    "TrainingConfig",
    "conflict",
]

NAMED_SOURCES = ("mnist", "synthetic")  # every other data source is a folder


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
        int,
        Meta(
            ge=0,
            le=10**9,
            description="Use the first N training images only, those held out among them; 0 is all.",
        ),
    ] = 0
    standardise: Annotated[
        bool, Meta(description="Pixels as (x - 0.1307) / 0.3081, mean 0 and deviation 1, instead of 0 to 1.")
    ] = False
    sorted: Annotated[
        bool, Meta(description="Training images in the order of their labels, which is bad without shuffle.")
    ] = False


class AugmentationConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How each training image is distorted anew whenever it is learned from; all 0 leaves it as it is."""

    shift: Annotated[
        float, Meta(ge=0, le=14, description="Moved by up to so many pixels along each axis.")
    ] = 0.0
    rotate: Annotated[float, Meta(ge=0, le=180, description="Turned by up to so many degrees.")] = 0.0
    scale: Annotated[
        float,
        Meta(ge=0, le=0.9, description="Made larger or smaller by up to this share: 0.1 is 10 %."),
    ] = 0.0
    shear: Annotated[float, Meta(ge=0, le=60, description="Slanted by up to so many degrees.")] = 0.0
    elastic_alpha: Annotated[
        float,
        Meta(ge=0, le=100, description="Strength of a random bending: pixels, before it is smoothed."),
    ] = 0.0
    elastic_sigma: Annotated[
        float,
        Meta(ge=0, le=28, description="Width of the Gaussian that smooths the bending: 4 pixels is usual."),
    ] = 0.0

    @property
    def distorts(self) -> bool:
        """Whether anything is changed at all."""
        return any((self.shift, self.rotate, self.scale, self.shear, self.elastic_alpha))


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """A run, complete: the same config on the same machine gives the same weights."""

    seed: Annotated[int, Meta(ge=0, le=2**63 - 1, description="Where all randomness comes from.")] = 7
    data: DataConfig = DataConfig()
    augmentation: AugmentationConfig = AugmentationConfig()
    network: NetworkConfig = NetworkConfig()
    training: TrainingConfig = TrainingConfig()


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
