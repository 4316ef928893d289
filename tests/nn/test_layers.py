"""Layers against naive loops; their gradients by finite differences are in test_gradient_check."""

import numpy as np
import pytest
from layer_samples import bound, learning, passed_back

from nn.arrays import Shape
from nn.config import DenseConfig, DropoutConfig
from nn.dropout import Dropout
from nn.initializers import he
from nn.layers import Dense, Flatten, Layer, Learning


@pytest.fixture
def dense() -> Layer:
    layer = bound(Dense(DenseConfig(units=4, activation="sigmoid"), (3,)))
    rng = np.random.default_rng(0)
    layer.parameters["weight"][...] = rng.normal(size=(3, 4))
    layer.parameters["bias"][...] = rng.normal(size=4)
    return layer


def test_dense_forward_is_the_sum_over_inputs(dense: Layer) -> None:
    inputs = np.random.default_rng(1).normal(size=(5, 3))
    outputs = dense.forward(inputs)
    weight, bias = dense.parameters["weight"], dense.parameters["bias"]
    for n in range(5):
        for j in range(4):
            z = bias[j] + sum(inputs[n, i] * weight[i, j] for i in range(3))
            assert outputs[n, j] == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-12)


def test_dense_backward_is_the_chain_rule_written_out(dense: Layer) -> None:
    rng = np.random.default_rng(2)
    inputs, upstream = rng.normal(size=(5, 3)), rng.normal(size=(5, 4))
    outputs = dense.forward(inputs).copy()
    passed = dense.backward(upstream.copy(), inputs_too=True)
    assert passed is not None
    delta = upstream * outputs * (1 - outputs)
    weight = dense.parameters["weight"]
    for i in range(3):
        for j in range(4):
            expected = sum(inputs[n, i] * delta[n, j] for n in range(5))
            assert dense.gradients["weight"][i, j] == pytest.approx(expected, rel=1e-10)
    for j in range(4):
        expected = sum(delta[n, j] for n in range(5))
        assert dense.gradients["bias"][j] == pytest.approx(expected, rel=1e-10)
    for n in range(5):
        for i in range(3):
            expected = sum(delta[n, j] * weight[i, j] for j in range(4))
            assert passed[n, i] == pytest.approx(expected, rel=1e-10)


def test_dense_gives_no_input_gradient_when_it_is_not_asked(dense: Layer) -> None:
    dense.forward(np.zeros((2, 3)))
    assert dense.backward(np.zeros((2, 4)), inputs_too=False) is None


def test_dense_counts_its_parameters_and_operations(dense: Layer) -> None:
    assert dense.parameter_count == 3 * 4 + 4
    assert dense.flops == 2 * 3 * 4


def test_parameters_are_views_of_the_flat_array(dense: Layer) -> None:
    dense.parameters["weight"][...] = 1
    dense.parameters["bias"][...] = 2
    base = dense.parameters["weight"].base
    assert base is not None
    np.testing.assert_array_equal(base, [1] * 12 + [2] * 4)


def test_initialize_writes_weights_and_clears_biases() -> None:
    layer = bound(Dense(DenseConfig(units=50), (100,)))
    layer.parameters["bias"][...] = 3
    layer.initialize(np.random.default_rng(0), he)
    assert not layer.parameters["bias"].any()
    assert layer.parameters["weight"].std() == pytest.approx(np.sqrt(2 / 100), rel=0.05)


def test_a_smaller_batch_after_a_larger_one(dense: Layer) -> None:
    rng = np.random.default_rng(3)
    large, small = rng.normal(size=(6, 3)), rng.normal(size=(2, 3))
    alone = dense.forward(small).copy()
    dense.forward(large)
    np.testing.assert_array_equal(dense.forward(small), alone)


def test_flatten_and_back_is_the_same_image() -> None:
    layer = bound(Flatten((4, 3, 2)))
    images = np.arange(2 * 24.0).reshape(2, 4, 3, 2)
    flat = layer.forward(images)
    assert flat.shape == (2, 24)
    np.testing.assert_array_equal(flat[1], images[1].ravel())
    back = layer.backward(flat, inputs_too=True)
    assert back is not None
    np.testing.assert_array_equal(back, images)
    assert layer.backward(flat, inputs_too=False) is None


def dropout(rate: float, shape: Shape = (200,), position: int = 0) -> Layer:
    layer = bound(Dropout(DropoutConfig(rate), shape))
    layer.position = position
    return layer


@pytest.mark.parametrize("shape", [(200,), (10, 5, 4)])
@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
def test_dropout_leaves_a_share_out_and_scales_the_rest(rate: float, shape: Shape) -> None:
    inputs = np.random.default_rng(0).uniform(1, 2, (300, *shape))
    outputs = dropout(rate, shape).forward(inputs, learning())
    is_left = outputs != 0
    np.testing.assert_allclose(outputs[is_left], inputs[is_left] / (1 - rate), rtol=1e-12)
    assert is_left.mean() == pytest.approx(1 - rate, abs=0.01)
    assert outputs.mean() == pytest.approx(inputs.mean(), rel=0.03)
    places = is_left.reshape(300, -1).mean(axis=0)  # each input of each image is left out by itself
    assert places.std() == pytest.approx(np.sqrt(rate * (1 - rate) / 300), rel=0.3)


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_dropout_passes_back_what_it_let_through(rate: float) -> None:
    layer = dropout(rate)
    inputs, upstream = np.ones((4, 200)), np.random.default_rng(1).normal(size=(4, 200))
    outputs = layer.forward(inputs, learning()).copy()
    np.testing.assert_array_equal(passed_back(layer, upstream), upstream * outputs)
    assert layer.backward(upstream, inputs_too=False) is None


def test_dropout_answers_with_everything() -> None:
    layer = dropout(0.5)
    inputs = np.random.default_rng(0).normal(size=(3, 200))
    layer.forward(inputs, learning())
    np.testing.assert_array_equal(layer.forward(inputs), inputs)
    upstream = np.ones((3, 200))
    np.testing.assert_array_equal(passed_back(layer, upstream), upstream)


def test_dropout_depends_on_step_layer_and_share_and_on_nothing_else() -> None:
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
