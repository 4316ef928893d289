"""How long the nearest of 60,000 training digits are searched for, by pixels and by the last hidden layer."""

import time
from collections.abc import Callable, Iterator

import numpy as np
from threadpoolctl import threadpool_limits

from nn.arrays import ByteArray, FloatArray
from nn.batches import PixelScale
from nn.config import DenseConfig, NetworkConfig
from nn.explain.neighbours import FeatureSearch, Neighbours, PixelSearch, last_features
from nn.network import Network
from tests.benchmarks.report import SEED, Row
from tests.benchmarks.runs import mnist

QUERIES = 50
BAR = "150 ms"


def rows() -> Iterator[Row]:
    """By pixels, then by 128 features, then by 1,024, which are kept as 256 projections."""
    images, queries = mnist().train_images, mnist().test_images[:QUERIES]
    how = f"of {len(images):,} images, median and largest of {QUERIES} test images, one BLAS thread"
    with threadpool_limits(1):
        yield Row("nearest 5 by pixels", BAR, _times(PixelSearch(images).nearest, queries), how)
        for units in (128, 1024):
            begin = time.perf_counter()
            search = _search(images, units)
            seconds = time.perf_counter() - begin
            what = f"784-{units}-10; its features took {seconds:.1f} s, once"
            yield Row(f"nearest 5 by {units} features", BAR, _times(search.nearest, queries), what)


def _search(images: ByteArray, units: int) -> FeatureSearch:
    network = Network(NetworkConfig(layers=(DenseConfig(units, "relu"), DenseConfig(10))))
    network.initialize(np.random.default_rng(SEED))
    pixels = PixelScale.of(standardise=False)

    def features(asked: ByteArray) -> FloatArray:
        return last_features(network, pixels, asked)

    return FeatureSearch(features, images, progress=_ignore)


def _ignore(done: int) -> None:
    """Nobody waits for it."""


def _times(nearest: Callable[[ByteArray], Neighbours], queries: ByteArray) -> str:
    taken: list[float] = []
    for query in queries:
        begin = time.perf_counter()
        nearest(query)
        taken.append((time.perf_counter() - begin) * 1000)
    return f"{np.median(taken):.0f} ms, largest {max(taken):.0f}"
