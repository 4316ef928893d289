"""Searches are held against the plain formula: all differences, squared, summed, sorted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import config, digits

from nn.arrays import ByteArray, FloatArray
from nn.batches import PixelScale
from nn.config import DenseConfig, NetworkConfig
from nn.explain.neighbours import FeatureSearch, PixelSearch, has_hidden_features, last_features
from nn.network import Network

PIXELS = PixelScale.of(standardise=False)


def by_hand(rows: FloatArray, query: FloatArray) -> tuple[list[int], FloatArray]:
    """All rows by their distance, equals by index."""
    distances = np.sqrt(((rows.astype(np.float64) - query) ** 2).sum(axis=1))
    order = np.lexsort((np.arange(len(rows)), distances))
    return order.tolist(), distances[order]


def flat(images: ByteArray) -> FloatArray:
    return images.reshape(len(images), -1) / 255


def network_of(*units: int) -> Network:
    network = Network(NetworkConfig(layers=(*(DenseConfig(n, "relu") for n in units), DenseConfig(10))))
    network.initialize(np.random.default_rng(5))
    return network


def features_of(network: Network, images: ByteArray) -> FloatArray:
    return last_features(network, PIXELS, images).copy()


@given(st.integers(1, 700), st.integers(0, 5), st.integers(1, 8))
def test_pixels_find_what_sorting_all_distances_finds(count: int, seed: int, most: int) -> None:
    images, query = digits(count, seed).images, digits(1, seed + 100).images[0]
    order, distances = by_hand(flat(images), flat(query[np.newaxis])[0])
    found = PixelSearch(images).nearest(query, most)
    assert found.indices.tolist() == order[:most]
    assert np.allclose(found.distances, distances[:most], rtol=1e-12)


@pytest.mark.parametrize("count", [1, 60, 100, 101, 600])
def test_an_image_of_the_set_is_not_its_own_neighbour(count: int) -> None:
    images = digits(count).images
    search = PixelSearch(images)
    place = count // 2
    assert search.nearest(images[place]).indices[0] == place
    assert search.nearest(images[place]).distances[0] == 0
    others = search.nearest(images[place], excluding=place).indices.tolist()
    assert place not in others
    assert len(others) == min(5, count - 1)


@pytest.mark.parametrize("units", [(12,), (40, 7)])
def test_features_are_what_the_last_layer_is_given(units: tuple[int, ...]) -> None:
    network, images = network_of(*units), digits(30).images
    features = features_of(network, images)
    values = flat(images)
    for _, layer in list(network.learning_layers())[:-1]:
        values = np.maximum(values @ layer.parameters["weight"] + layer.parameters["bias"], 0)
    assert np.allclose(features, values, atol=1e-5)
    assert has_hidden_features(network)


def test_without_a_hidden_layer_the_features_are_the_pixels() -> None:
    network, images = network_of(), digits(3).images
    assert not has_hidden_features(network)
    assert np.allclose(features_of(network, images), flat(images))


# 300 features are kept as random projections; what is found is compared in full.
@pytest.mark.parametrize("units", [20, 300])
def test_features_find_what_sorting_all_distances_finds(units: int) -> None:
    network, images = network_of(units), digits(1300).images
    done: list[int] = []
    search = FeatureSearch(lambda asked: features_of(network, asked), images, done.append)
    assert done == [500, 1000, 1300]
    assert search.size == units
    for query in digits(5, 9).images:
        order, distances = by_hand(features_of(network, images), features_of(network, query[np.newaxis])[0])
        found = search.nearest(query)
        assert found.indices.tolist() == order[:5]
        assert np.allclose(found.distances, distances[:5], rtol=1e-5)
    assert search.nearest(images[7], excluding=7).indices[0] != 7


def test_what_progress_raises_ends_it() -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    network = Network(config().network)
    with pytest.raises(KeyboardInterrupt):
        FeatureSearch(lambda asked: features_of(network, asked), digits(10).images, stop)
