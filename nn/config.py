"""The frozen, validated description of a run: what TOML says, what a preset names and what Configure edits.

Every field carries its default, its range and the sentence that the app shows as help: one place to look.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

CLASSES = 10
IMAGE_SHAPE = (28, 28, 1)
NAMED_SOURCES = ("mnist", "synthetic")  # every other data source is a folder

ActivationName = Literal["none", "relu", "leaky_relu", "sigmoid", "tanh"]
InitializerName = Literal[
    "he", "he_uniform", "glorot", "glorot_uniform", "lecun", "lecun_uniform", "normal", "zeros"
]
LossName = Literal["cross_entropy", "mse"]

Units = Annotated[
    int, Meta(ge=1, le=65536, description="Neurons in the layer; the last layer needs 10, one a digit.")
]
Activation = Annotated[
    ActivationName, Meta(description="What is applied to the layer's sums; none leaves them as they are.")
]
LearningRate = Annotated[
    float,
    Meta(
        ge=0,
        le=1000,
        description="The size of a step against the gradient; the schedule's peak where there is one.",
    ),
]


class DenseConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="dense"):
    """Every neuron sees every input: z = a W + b."""

    units: Units
    activation: Activation = "none"


class FlattenConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="flatten"):
    """Rows, columns and channels become one vector; before the first dense layer it may be left out."""


LayerConfig = DenseConfig | FlattenConfig


class SGDConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="sgd"):
    """Plain gradient descent: w := w - rate * gradient."""

    learning_rate: LearningRate = 0.001


Momentum = Annotated[
    float, Meta(ge=0, lt=1, description="How much of the last step is kept; 0.9 averages about ten steps.")
]


class MomentumConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="momentum"):
    """Heavy-ball momentum: v := momentum * v + gradient, w := w - rate * v."""

    learning_rate: LearningRate = 0.001
    momentum: Momentum = 0.9


class NesterovConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="nesterov"):
    """Momentum that looks ahead: w := w - rate * (gradient + momentum * v)."""

    learning_rate: LearningRate = 0.001
    momentum: Momentum = 0.9


Beta1 = Annotated[float, Meta(ge=0, lt=1, description="Decay of the running mean of gradients.")]
Beta2 = Annotated[float, Meta(ge=0, lt=1, description="Decay of the running mean of squared gradients.")]
Epsilon = Annotated[float, Meta(gt=0, le=1, description="Added to the divisor so that it is never zero.")]


class AdamConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="adam"):
    """Each weight gets its own step: the mean gradient over the root of the mean squared gradient."""

    learning_rate: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8


OptimizerConfig = SGDConfig | MomentumConfig | NesterovConfig | AdamConfig

WarmupSteps = Annotated[
    int, Meta(ge=0, le=10**9, description="Steps over which the rate first rises from 0 in a line.")
]


class ConstantConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="constant"):
    """The same rate at every step."""

    warmup_steps: WarmupSteps = 0


class OneCycleConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="one_cycle"):
    """Up to the optimizer's rate and down to almost nothing, along two half cosines (Smith, 2018)."""

    pct_start: Annotated[
        float, Meta(ge=0, le=1, description="The share of the run in which the rate rises.")
    ] = 0.3
    div_factor: Annotated[
        float, Meta(ge=1, le=1e12, description="The first rate is the peak divided by this.")
    ] = 25.0
    final_div_factor: Annotated[
        float, Meta(ge=1, le=1e12, description="The last rate is the first divided by this.")
    ] = 1e4
    warmup_steps: WarmupSteps = 0


ScheduleConfig = ConstantConfig | OneCycleConfig


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


class NetworkConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The layers in order, and how their weights begin."""

    initializer: Annotated[
        InitializerName,
        Meta(
            description="How weights begin: he suits ReLU, glorot sigmoid and tanh; zeros keeps them alike."
        ),
    ] = "he"
    layers: Annotated[
        tuple[LayerConfig, ...], Meta(min_length=1, max_length=64, description="First to last.")
    ] = (
        DenseConfig(units=128, activation="relu"),
        DenseConfig(units=CLASSES),
    )


class TrainingConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """How the weights are found."""

    loss: Annotated[
        LossName,
        Meta(description="cross_entropy (with softmax), or mse: squared error, mean over batch and outputs."),
    ] = "cross_entropy"
    optimizer: OptimizerConfig = AdamConfig(learning_rate=0.005)
    schedule: ScheduleConfig = OneCycleConfig()
    batch_size: Annotated[
        int, Meta(ge=0, le=10**9, description="Images a step; 0 is the full batch, every image in each step.")
    ] = 128
    epochs: Annotated[
        int, Meta(ge=0, le=10**6, description="Times through the training images; 0 only initialises.")
    ] = 5
    l2: Annotated[
        float,
        Meta(ge=0, le=1000, description="Pulls weights (not biases) to 0: adds l2 * w to the gradient."),
    ] = 0.0
    shuffle: Annotated[bool, Meta(description="A new order of the images every epoch.")] = True
    threads: Annotated[
        int,
        Meta(
            ge=0, le=64, description="Threads for the arithmetic; 0 is what this machine allows, at most 8."
        ),
    ] = 0


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """A run, complete: the same config on the same machine gives the same weights."""

    seed: Annotated[int, Meta(ge=0, le=2**63 - 1, description="Where all randomness comes from.")] = 7
    data: DataConfig = DataConfig()
    network: NetworkConfig = NetworkConfig()
    training: TrainingConfig = TrainingConfig()


LAYER_TYPES: tuple[type[LayerConfig], ...] = get_args(LayerConfig)
OPTIMIZER_TYPES: tuple[type[OptimizerConfig], ...] = get_args(OptimizerConfig)
SCHEDULE_TYPES: tuple[type[ScheduleConfig], ...] = get_args(ScheduleConfig)
