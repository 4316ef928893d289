"""Networks: layer after layer, the flat arrays, and shares of a batch."""

from itertools import pairwise

import numpy as np
import pytest
from samples import digits

from nn.config import DenseConfig, FlattenConfig, NetworkConfig
from nn.network import Network

SMALL = NetworkConfig(layers=(DenseConfig(5, "tanh"), DenseConfig(4, "relu"), DenseConfig(10)))


def network(config: NetworkConfig = SMALL) -> Network:
    made = Network(config, np.float64)
    made.initialize(np.random.default_rng(0))
    return made


def pixels(count: int) -> np.ndarray:
    return digits(count).images[..., np.newaxis] / 255.0


def test_forward_is_layer_after_layer() -> None:
    made = network()
    images = pixels(3)
    _, first, second, third = made.layers
    hidden = np.tanh(images.reshape(3, 784) @ first.parameters["weight"] + first.parameters["bias"])
    hidden = np.maximum(hidden @ second.parameters["weight"] + second.parameters["bias"], 0)
    expected = hidden @ third.parameters["weight"] + third.parameters["bias"]
    np.testing.assert_allclose(made.forward(images), expected, rtol=1e-12)


def test_an_image_has_the_same_answer_in_any_batch() -> None:
    made = network()
    together = made.forward(pixels(9)).copy()
    alone = made.forward(pixels(9)[4:5])
    np.testing.assert_allclose(alone[0], together[4], rtol=1e-12)


def test_weights_lie_before_everything_else() -> None:
    made = network()
    assert made.weight_count == 784 * 5 + 5 * 4 + 4 * 10
    made.parameters[: made.weight_count] = 1
    made.parameters[made.weight_count :] = 2
    for _, layer in made.learning_layers():
        assert (layer.parameters["weight"] == 1).all()
        assert (layer.parameters["bias"] == 2).all()


def test_parameters_and_slices_cover_the_flat_array_without_overlap() -> None:
    made = network()
    covered = sorted(
        (place.start, place.stop) for _, layer in made.learning_layers() for place in layer.slices.values()
    )
    assert covered[0][0] == 0
    assert covered[-1][1] == len(made.parameters) == len(made.gradients)
    assert all(before[1] == after[0] for before, after in pairwise(covered))


def test_backward_fills_every_gradient() -> None:
    made = network()
    made.gradients[...] = np.nan
    made.forward(pixels(6))
    made.backward(np.random.default_rng(1).normal(size=(6, 10)))
    assert np.isfinite(made.gradients).all()


def test_layers_are_named_and_counted() -> None:
    made = network()
    assert made.names() == ["flatten1", "dense1", "dense2", "dense3"]
    assert list(made.learning_layers()) == list(zip(made.names(), made.layers, strict=True))[1:]


def test_a_written_flatten_is_the_same_network_as_one_left_out() -> None:
    written = network(NetworkConfig(layers=(FlattenConfig(), *SMALL.layers)))
    left_out = network()
    np.testing.assert_array_equal(written.parameters, left_out.parameters)
    np.testing.assert_array_equal(written.forward(pixels(2)), left_out.forward(pixels(2)))
    assert written.indices == [0, 1, 2, 3]
    assert left_out.indices == [None, 0, 1, 2]


def test_a_flatten_between_dense_layers_changes_nothing() -> None:
    first, *rest = SMALL.layers
    between = network(NetworkConfig(layers=(first, FlattenConfig(), *rest)))
    between.forward(pixels(4))
    between.backward(np.ones((4, 10)))
    plain = network()
    plain.forward(pixels(4))
    plain.backward(np.ones((4, 10)))
    np.testing.assert_array_equal(between.gradients, plain.gradients)


def test_the_default_is_float32() -> None:
    made = Network(SMALL)
    assert made.parameters.dtype == made.gradients.dtype == np.float32
    assert not made.parameters.any()


def test_normal_begins_with_the_config_s_deviation() -> None:
    config = NetworkConfig(initializer="normal", sigma=0.5, layers=(DenseConfig(100), DenseConfig(10)))
    network = Network(config)
    network.initialize(np.random.default_rng(0))
    weights = network.parameters[: network.weight_count]
    assert weights.std() == pytest.approx(0.5, rel=0.02)
