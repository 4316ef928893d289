"""Dropout: the share that is left out, what passes back, and what the mask depends on."""

import numpy as np
import pytest
from layer_samples import bound, learning, passed_back

from nn.arrays import Shape
from nn.config import DropoutConfig
from nn.dropout import Dropout
from nn.layers import Layer, Learning


def dropout(rate: float, shape: Shape = (200,), position: int = 0) -> Layer:
    layer = bound(Dropout(DropoutConfig(rate), shape))
    layer.position = position
    return layer


@pytest.mark.parametrize("shape", [(200,), (10, 5, 4)])
@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
def test_it_leaves_a_share_out_and_scales_the_rest(rate: float, shape: Shape) -> None:
    inputs = np.random.default_rng(0).uniform(1, 2, (300, *shape))
    outputs = dropout(rate, shape).forward(inputs, learning())
    is_left = outputs != 0
    np.testing.assert_allclose(outputs[is_left], inputs[is_left] / (1 - rate), rtol=1e-12)
    assert is_left.mean() == pytest.approx(1 - rate, abs=0.01)
    assert outputs.mean() == pytest.approx(inputs.mean(), rel=0.03)
    places = is_left.reshape(300, -1).mean(axis=0)  # each input of each image is left out by itself
    assert places.std() == pytest.approx(np.sqrt(rate * (1 - rate) / 300), rel=0.3)


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_it_passes_back_what_it_let_through(rate: float) -> None:
    layer = dropout(rate)
    inputs, upstream = np.ones((4, 200)), np.random.default_rng(1).normal(size=(4, 200))
    outputs = layer.forward(inputs, learning()).copy()
    np.testing.assert_array_equal(passed_back(layer, upstream), upstream * outputs)
    assert layer.backward(upstream, inputs_too=False) is None


def test_it_answers_with_everything() -> None:
    layer = dropout(0.5)
    inputs = np.random.default_rng(0).normal(size=(3, 200))
    layer.forward(inputs, learning())
    np.testing.assert_array_equal(layer.forward(inputs), inputs)
    upstream = np.ones((3, 200))
    np.testing.assert_array_equal(passed_back(layer, upstream), upstream)


def test_it_depends_on_step_layer_and_share_and_on_nothing_else() -> None:
    inputs = np.ones((4, 200))
    here = learning(seed=1, epoch=2, step=3)
    first = dropout(0.5, position=4).forward(inputs, here).copy()
    np.testing.assert_array_equal(dropout(0.5, position=4).forward(inputs, here), first)
    others = [
        (4, learning(seed=2, epoch=2, step=3)),
        (4, learning(seed=1, epoch=3, step=3)),
        (4, learning(seed=1, epoch=2, step=4)),
        (5, here),
        (4, Learning(here.key, 1, 2, here.meet)),
    ]
    for position, other in others:
        same = dropout(0.5, position=position).forward(inputs, other) == first
        assert 0.4 < same.mean() < 0.6
