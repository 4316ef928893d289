"""The layers of a network as a config says them, in order, and how their weights begin."""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

CLASSES = 10
IMAGE_SHAPE = (28, 28, 1)

ActivationName = Literal["none", "relu", "leaky_relu", "sigmoid", "tanh", "gelu"]
InitializerName = Literal[
    "he", "he_uniform", "glorot", "glorot_uniform", "lecun", "lecun_uniform", "normal", "zeros"
]
Padding = Literal["valid", "same"]

Units = Annotated[
    int, Meta(ge=1, le=65536, description="Neurons in the layer; the last layer needs 10, one a digit.")
]
Activation = Annotated[
    ActivationName, Meta(description="What is applied to the layer's sums; none leaves them as they are.")
]
WindowSize = Annotated[
    int, Meta(ge=1, le=28, description="Side of the square window, in pixels; windows lie side by side.")
]


class DenseConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="dense"):
    """Every neuron sees every input: z = a W + b."""

    units: Units
    activation: Activation = "none"


class Conv2DConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="conv2d"):
    """Small kernels slide over the image: the same few weights look for one thing everywhere."""

    filters: Annotated[
        int, Meta(ge=1, le=4096, description="Kernels in the layer; each gives one feature map.")
    ] = 16
    kernel: Annotated[int, Meta(ge=1, le=28, description="Side of the square kernel, in pixels.")] = 3
    stride: Annotated[
        int, Meta(ge=1, le=28, description="Pixels the kernel moves at a time; 2 halves each side.")
    ] = 1
    padding: Annotated[
        Padding,
        Meta(description="valid stays inside the image; same adds zeros around it to keep its size."),
    ] = "valid"
    activation: Activation = "none"


class MaxPool2DConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="maxpool2d"):
    """Each window's largest value: a feature counts wherever in the window it is."""

    size: WindowSize = 2


class AvgPool2DConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="avgpool2d"):
    """Each window's mean."""

    size: WindowSize = 2


class GlobalAvgPool2DConfig(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="global_avgpool2d"
):
    """The mean of each whole feature map: one number a map, wherever the feature was."""


class FlattenConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="flatten"):
    """Rows, columns and channels become one vector; before the first dense layer it may be left out."""


class DropoutConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="dropout"):
    """In training each input is left out by chance, so that no neuron can rely on one other."""

    rate: Annotated[float, Meta(ge=0, lt=1, description="The share of inputs left out in each step.")] = 0.5


class BatchNormConfig(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="batchnorm"):
    """Each feature to mean 0 and deviation 1 over the batch, then scaled and shifted as is learned."""

    momentum: Annotated[
        float,
        Meta(gt=0, le=1, description="The share of each batch in the running statistics, which answer."),
    ] = 0.1
    eps: Annotated[float, Meta(gt=0, le=1, description="Added to the variance so that it is never zero.")] = (
        1e-5
    )
    activation: Activation = "none"


LayerConfig = (
    DenseConfig
    | Conv2DConfig
    | MaxPool2DConfig
    | AvgPool2DConfig
    | GlobalAvgPool2DConfig
    | FlattenConfig
    | DropoutConfig
    | BatchNormConfig
)


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


LAYER_TYPES: tuple[type[LayerConfig], ...] = get_args(LayerConfig)
