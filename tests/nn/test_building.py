"""From a config to layers: shapes, summaries, what fuses, and a sentence for each network that cannot be."""

import pytest

from nn.building import build_layers, describe, fused, parameter_count, summarize
from nn.config import (
    AvgPool2DConfig,
    BatchNormConfig,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    MaxPool2DConfig,
    NetworkConfig,
)
from nn.network import Network
from nn.network_config import LayerConfig
from nn.settings import ConfigError

DENSE = NetworkConfig(layers=(DenseConfig(5, "tanh"), DenseConfig(4, "relu"), DenseConfig(10)))
EVERYTHING = NetworkConfig(
    layers=(
        Conv2DConfig(6, kernel=5, padding="same"),
        BatchNormConfig(activation="relu"),
        MaxPool2DConfig(2),
        Conv2DConfig(16, kernel=5, stride=2, activation="tanh"),
        DropoutConfig(0.5),
        AvgPool2DConfig(2),
        FlattenConfig(),
        DenseConfig(10),
    )
)


def test_the_summary_has_shapes_parameters_and_operations() -> None:
    rows = summarize(DENSE)
    assert [(row.index, row.kind, row.output_shape) for row in rows] == [
        (None, "flatten", (784,)),
        (0, "dense", (5,)),
        (1, "dense", (4,)),
        (2, "dense", (10,)),
    ]
    assert [row.parameters for row in rows] == [0, 3925, 24, 50]
    assert [row.flops for row in rows] == [0, 7840, 40, 80]
    assert parameter_count(DENSE) == 3999 == len(Network(DENSE).parameters)
    assert describe(DENSE) == "784-5-4-10"


def test_the_summary_has_every_layer_type() -> None:
    rows = summarize(EVERYTHING)
    assert [(row.kind, row.output_shape, row.parameters) for row in rows] == [
        ("conv2d", (28, 28, 6), 156),
        ("batchnorm", (28, 28, 6), 12),
        ("maxpool2d", (14, 14, 6), 0),
        ("conv2d", (5, 5, 16), 2416),
        ("dropout", (5, 5, 16), 0),
        ("avgpool2d", (2, 2, 16), 0),
        ("flatten", (64,), 0),
        ("dense", (10,), 650),
    ]
    assert [row.flops for row in rows] == [235200, 9408, 0, 120000, 0, 0, 0, 1280]
    assert [row.index for row in rows] == list(range(8))
    assert describe(EVERYTHING) == "6@5-pool-16@5s2-pool-10"


def test_a_flatten_before_a_dense_layer_may_be_left_out() -> None:
    layers = (Conv2DConfig(2, kernel=27), DropoutConfig(), DenseConfig(10))
    found = [(index, layer.kind) for index, layer in build_layers(NetworkConfig(layers=layers))]
    assert found == [(0, "conv2d"), (1, "dropout"), (None, "flatten"), (2, "dense")]


def test_the_global_mean_needs_no_flatten() -> None:
    layers = (Conv2DConfig(10), GlobalAvgPool2DConfig())
    assert [layer.kind for _, layer in build_layers(NetworkConfig(layers=layers))] == [
        "conv2d",
        "global_avgpool2d",
    ]


@pytest.mark.parametrize(
    ("layers", "kinds", "indices"),
    [
        ((Conv2DConfig(2), MaxPool2DConfig()), ["conv2d"], [0]),
        ((Conv2DConfig(2, activation="relu"), MaxPool2DConfig(3)), ["conv2d"], [0]),
        ((Conv2DConfig(2, activation="gelu"), MaxPool2DConfig()), ["conv2d", "maxpool2d"], [0, 1]),
        ((Conv2DConfig(2), AvgPool2DConfig()), ["conv2d", "avgpool2d"], [0, 1]),
        ((Conv2DConfig(2), MaxPool2DConfig(), MaxPool2DConfig()), ["conv2d", "maxpool2d"], [0, 2]),
        (
            (Conv2DConfig(2), DropoutConfig(), MaxPool2DConfig()),
            ["conv2d", "dropout", "maxpool2d"],
            [0, 1, 2],
        ),
        ((MaxPool2DConfig(),), ["maxpool2d"], [0]),
    ],
)
def test_a_convolution_takes_over_the_max_pooling_right_behind_it(
    layers: tuple[LayerConfig, ...], kinds: list[str], indices: list[int]
) -> None:
    config = NetworkConfig(layers=(*layers, DenseConfig(10)))
    found = fused(config)
    assert [layer.kind for _, layer in found] == [*kinds, "flatten", "dense"]
    assert [index for index, _ in found] == [*indices, None, len(layers)]
    apart, together = build_layers(config), found
    assert together[-2][1].input_shape == apart[-2][1].input_shape
    assert sum(layer.parameter_count for _, layer in together) == parameter_count(config)


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        (
            (DenseConfig(64),),
            "network.layers.0 (dense) gives 64 outputs; allowed: the last layer gives 10, one a digit",
        ),
        (
            (DenseConfig(10), DenseConfig(9)),
            "network.layers.1 (dense) gives 9 outputs; allowed: the last layer gives 10, one a digit",
        ),
        (
            (FlattenConfig(),),
            "network.layers.0 (flatten) gives 784 outputs; allowed: the last layer gives 10, one a digit",
        ),
        (
            (Conv2DConfig(10),),
            "network.layers.0 (conv2d) gives 6760 outputs; allowed: the last layer gives 10, one a digit",
        ),
        (
            (DenseConfig(65536), DenseConfig(65536), DenseConfig(10)),
            "network.layers has 4,347,133,962 parameters; allowed: at most 200,000,000",
        ),
        (
            (AvgPool2DConfig(14), FlattenConfig(), DropoutConfig(), DenseConfig(10), Conv2DConfig()),
            "network.layers.4 (conv2d): its input is 10 numbers, no longer an image; "
            "allowed: before flatten and dense",
        ),
        (
            (GlobalAvgPool2DConfig(), MaxPool2DConfig()),
            "network.layers.1 (maxpool2d): its input is 1 numbers, no longer an image; "
            "allowed: before flatten and dense",
        ),
        (
            (FlattenConfig(), GlobalAvgPool2DConfig()),
            "network.layers.1 (global_avgpool2d): its input is 784 numbers, no longer an image; "
            "allowed: before flatten and dense",
        ),
        (
            (MaxPool2DConfig(4), Conv2DConfig(kernel=8), DenseConfig(10)),
            "network.layers.1 (conv2d): a kernel of 8 does not fit into 7 x 7 pixels; "
            "allowed: at most 7, or padding same",
        ),
        (
            (MaxPool2DConfig(4), AvgPool2DConfig(8), DenseConfig(10)),
            "network.layers.1 (avgpool2d): a window of 8 does not fit into 7 x 7 pixels; allowed: at most 7",
        ),
    ],
)
def test_a_network_that_cannot_be_is_one_sentence(layers: tuple[LayerConfig, ...], sentence: str) -> None:
    for build in (build_layers, fused):
        with pytest.raises(ConfigError) as error:
            build(NetworkConfig(layers=layers))
        assert str(error.value) == sentence
