"""How the weights are found, as a config says it: optimizers, schedules, and the table `training`.

Fields are called, and default, as in PyTorch; where PyTorch has no default, ours is a usual one.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

LossName = Literal["cross_entropy", "mse"]

LearningRate = Annotated[
    float,
    Meta(
        ge=0,
        le=1000,
        description="The size of a step against the gradient; the schedule's peak where there is one.",
    ),
]
Momentum = Annotated[
    float, Meta(ge=0, lt=1, description="How much of the last step is kept; 0.9 averages about ten steps.")
]
Beta1 = Annotated[float, Meta(ge=0, lt=1, description="Decay of the running mean of gradients.")]
Beta2 = Annotated[float, Meta(ge=0, lt=1, description="Decay of the running mean of squared gradients.")]
Epsilon = Annotated[float, Meta(gt=0, le=1, description="Added to the divisor so that it is never zero.")]
WarmupSteps = Annotated[
    int, Meta(ge=0, le=10**9, description="Steps over which the rate first rises from 0 in a line.")
]


class SGDConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="sgd"):
    """Plain gradient descent: w := w - rate * gradient."""

    learning_rate: LearningRate = 0.001


class MomentumConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="momentum"):
    """Heavy-ball momentum: v := momentum * v + gradient, w := w - rate * v."""

    learning_rate: LearningRate = 0.001
    momentum: Momentum = 0.9


class NesterovConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="nesterov"):
    """Momentum that looks ahead: w := w - rate * (gradient + momentum * v)."""

    learning_rate: LearningRate = 0.001
    momentum: Momentum = 0.9


class RMSpropConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="rmsprop"):
    """The gradient over the root of the running mean of its square, so that all weights move alike."""

    learning_rate: LearningRate = 0.01
    alpha: Annotated[float, Meta(ge=0, lt=1, description="Decay of the running mean of squares.")] = 0.99
    eps: Epsilon = 1e-8
    momentum: Momentum = 0.0
    centered: Annotated[
        bool, Meta(description="Divide by the deviation of the gradient instead of the root of its square.")
    ] = False


class AdamConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="adam"):
    """Each weight gets its own step: the mean gradient over the root of the mean squared gradient."""

    learning_rate: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8


class AdamWConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="adamw"):
    """Adam whose weights (not biases) also shrink by rate * weight_decay each step, past the gradient."""

    learning_rate: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: Annotated[
        float, Meta(ge=0, le=1000, description="The share of each weight taken away a step, times the rate.")
    ] = 0.01


OptimizerConfig = SGDConfig | MomentumConfig | NesterovConfig | RMSpropConfig | AdamConfig | AdamWConfig


class ConstantConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="constant"):
    """The same rate at every step."""

    warmup_steps: WarmupSteps = 0


class StepConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="step"):
    """The rate times gamma after every step_size epochs."""

    step_size: Annotated[int, Meta(ge=1, le=10**6, description="Epochs between two drops of the rate.")] = 2
    gamma: Annotated[float, Meta(gt=0, le=1, description="What the rate is multiplied by at each drop.")] = (
        0.1
    )
    warmup_steps: WarmupSteps = 0


class ExponentialConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="exponential"):
    """The rate times gamma after every epoch."""

    gamma: Annotated[
        float, Meta(gt=0, le=1, description="What the rate is multiplied by after each epoch.")
    ] = 0.95
    warmup_steps: WarmupSteps = 0


class CosineConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="cosine"):
    """Down along half a cosine over the whole run (Loshchilov and Hutter, 2017, without restarts)."""

    eta_min: Annotated[
        float, Meta(ge=0, le=1, description="Where the cosine ends, as a share of the optimizer's rate.")
    ] = 0.0
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


ScheduleConfig = ConstantConfig | StepConfig | ExponentialConfig | CosineConfig | OneCycleConfig


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
    l1: Annotated[
        float,
        Meta(ge=0, le=1000, description="Pulls weights to exactly 0: adds l1 * sign(w) to the gradient."),
    ] = 0.0
    l2: Annotated[
        float,
        Meta(ge=0, le=1000, description="Pulls weights (not biases) to 0: adds l2 * w to the gradient."),
    ] = 0.0
    max_norm: Annotated[
        float,
        Meta(ge=0, le=1e6, description="The longest that a neuron's weights may be together; 0 is any."),
    ] = 0.0
    clip_norm: Annotated[
        float,
        Meta(ge=0, le=1e6, description="The longest that the whole gradient may be; 0 is any."),
    ] = 0.0
    label_smoothing: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            description="The share of each label spread over all ten digits; training's cross-entropy only.",
        ),
    ] = 0.0
    ema: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            description="Decay of a mean of the weights, which then answers; 0.999 is usual, 0 is off.",
        ),
    ] = 0.0
    patience: Annotated[
        int,
        Meta(
            ge=0,
            le=10**6,
            description="Stop after so many epochs without a new best validation accuracy; 0 never does.",
        ),
    ] = 0
    shuffle: Annotated[bool, Meta(description="A new order of the images every epoch.")] = True
    threads: Annotated[
        int,
        Meta(
            ge=0,
            le=64,
            description="Cores that share the arithmetic; 0 is what this machine allows, at most 8.",
        ),
    ] = 0


OPTIMIZER_TYPES: tuple[type[OptimizerConfig], ...] = get_args(OptimizerConfig)
SCHEDULE_TYPES: tuple[type[ScheduleConfig], ...] = get_args(ScheduleConfig)
