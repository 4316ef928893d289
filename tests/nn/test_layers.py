"""Layers against naive loops; their gradients by finite differences are in test_gradient_check."""

import numpy as np
import pytest
from layer_samples import bound

from nn.config import DenseConfig
from nn.initializers import he
from nn.layers import Dense, Flatten, Layer


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
