"""The way through a step: its stages, and where it begins."""

from itertools import pairwise

import numpy as np
from step_samples import step_config, traced

from nn.config import (
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    MaxPool2DConfig,
)
from tui.stepping.look import WIDTH
from tui.stepping.walk import STAGES, image_to_begin_with, pages, unit_to_begin_with, where


def test_a_walk_begins_where_there_is_something_to_see() -> None:
    """A window that is not empty, and an input that dropout could leave out."""
    layers = (
        Conv2DConfig(8, 3, activation="relu"),
        MaxPool2DConfig(2),
        DropoutConfig(0.7),
        FlattenConfig(),
        DenseConfig(10),
    )
    trace = traced(step_config(*layers), 2)
    pooled, dropped = trace.layers[1], trace.layers[2]
    for image in range(len(trace.labels)):
        unit = unit_to_begin_with(trace, 1, image)
        assert pooled.outputs[image].flat[unit] != 0
        unit = unit_to_begin_with(trace, 2, image)
        assert dropped.inputs[image].flat[unit] != 0
        gradient = dropped.output_gradient
        assert gradient is not None
        seen = np.abs(gradient[image]) * (dropped.inputs[image] != 0)
        assert seen.flat[unit] == seen.max()


def test_the_way_is_forward_loss_backward_update() -> None:
    layers = (DenseConfig(12, "relu"), DenseConfig(12, "relu"), DenseConfig(10))
    trace = traced(step_config(*layers))
    walk = pages(trace)
    order = [STAGES.index(page.stage) for page in walk]
    assert order == sorted(order)
    assert [page.about for page in walk if page.stage == "forward"] == [
        "batch",
        "flatten1",
        "dense1",
        "dense2",
        "dense3",
    ]
    assert [page.about for page in walk if page.stage == "backward"] == ["dense3", "dense2", "dense1"]
    assert where(walk, 2) == "FORWARD: batch flatten1 [dense1] dense2 dense3 > loss > backward > update"
    assert all(one != other for one, other in pairwise(where(walk, n) for n in range(len(walk))))


def test_a_long_network_is_shown_around_the_place_one_is_at() -> None:
    layers = (*(DenseConfig(8, "sigmoid") for _ in range(12)), FlattenConfig(), DenseConfig(10))
    trace = traced(step_config(*layers))
    walk = pages(trace)
    ways = [where(walk, position) for position in range(len(walk))]
    assert max(map(len, ways)) <= WIDTH
    assert any(".. " in way and " .." in way and "[dense6]" in way for way in ways)


def test_one_begins_with_what_matters_most() -> None:
    trace = traced(step_config())
    image = image_to_begin_with(trace)
    assert trace.losses[image] == trace.losses.max()
    assert unit_to_begin_with(trace, 2, image) == trace.labels[image]
    delta = trace.layers[1].sum_gradient
    assert delta is not None
    assert unit_to_begin_with(trace, 1, image) == np.abs(delta[image]).argmax()
