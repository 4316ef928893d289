"""Which images are most like a given one: nearest neighbours by Euclidean distance, searched exhaustively.

|x - q|^2 = |x|^2 - 2 x.q + |q|^2: with all |x|^2 computed once, a search is one product of a matrix and a
vector. (Cover and Hart, Nearest neighbor pattern classification, 1967.)
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nn.arrays import ByteArray, FloatArray
from nn.batches import PixelScale
from nn.metrics import IntArray
from nn.network import Network

CHUNK = 500  # rows turned into float32 at once: few enough to stay in the processor's cache
CANDIDATES = 100  # rows found in float32, whose distances are then computed again exactly
MOST_KEPT = 256  # numbers kept for an image: for 60,000 images 61 MB

Rows = npt.NDArray[np.generic]
FeatureFunction = Callable[[ByteArray], FloatArray]


class Neighbours(NamedTuple):
    """The nearest images, nearest first: their indices and Euclidean distances, both (count,)."""

    indices: IntArray
    distances: FloatArray


class PixelSearch:
    """Searches images uint8 (n, 28, 28) by their pixels, which stay bytes; distances are of pixels in [0, 1].

    It keeps a view of the images and four bytes more for each.
    """

    def __init__(self, images: ByteArray) -> None:
        """Compute the squared lengths once."""
        self._rows = images.reshape(len(images), -1)
        self._squares = _squares(self._rows)

    def nearest(self, image: ByteArray, count: int = 5, *, excluding: int | None = None) -> Neighbours:
        """The `count` nearest to `image` (28, 28), without the one at `excluding`; fewer where few are."""
        query = image.reshape(-1)
        found = _candidates(self._rows, self._squares, query.astype(np.float32), excluding)
        differences = self._rows[found].astype(np.float64) - query
        return _first(found, np.sqrt(np.square(differences).sum(axis=1)) / 255, count)


class FeatureSearch:
    """Searches images by their features: what a function from uint8 (n, 28, 28) to (n, size) makes of them.

    Features of more than 256 numbers are kept as 256 random projections, which change distances by some per
    cent (Johnson and Lindenstrauss, 1984); they find a hundred candidates, whose distances are then exact.
    """

    def __init__(self, features: FeatureFunction, images: ByteArray, progress: Callable[[int], None]) -> None:
        """Compute the features of all images, at least one; `progress` hears how many are done.

        What either function raises ends it.
        """
        self._features = features
        self._images = images
        self.size = features(images[:1]).shape[1]
        self._projection = _projection(self.size)
        self._rows = np.empty((len(images), min(self.size, MOST_KEPT)), np.float32)
        for start in range(0, len(images), CHUNK):
            part = images[start : start + CHUNK]
            self._rows[start : start + CHUNK] = self._project(features(part))
            progress(start + len(part))
        self._squares = _squares(self._rows)

    def nearest(self, image: ByteArray, count: int = 5, *, excluding: int | None = None) -> Neighbours:
        """The `count` nearest to `image` (28, 28), without the one at `excluding`; fewer where few are."""
        query = self._features(image[np.newaxis])[0].astype(np.float64)
        projected = self._project(query.astype(np.float32))
        found = _candidates(self._rows, self._squares, projected, excluding)
        exact = self._rows[found] if self._projection is None else self._features(self._images[found])
        return _first(found, np.sqrt(np.square(exact - query).sum(axis=1)), count)

    def _project(self, features: FloatArray) -> FloatArray:
        return features if self._projection is None else features @ self._projection


def last_features(network: Network, pixels: PixelScale, images: ByteArray) -> FloatArray:
    """What the last learning layer gets for images uint8 (n, 28, 28): (n, features), lent.

    For a network with hidden layers these are its last hidden features, else the pixels.
    """
    scaled = pixels.convert(images, np.empty((*images.shape, 1), network.parameters.dtype))
    network.forward(scaled)
    *_, (_, layer) = network.learning_layers()
    return layer.inputs.reshape(len(images), -1)


def has_hidden_features(network: Network) -> bool:
    """Whether more than one layer learns: else the last features are the pixels."""
    return len(list(network.learning_layers())) > 1


def _projection(size: int) -> FloatArray | None:
    """A fixed Gaussian matrix (size, 256) that keeps lengths on average; None where none is needed."""
    if size <= MOST_KEPT:
        return None
    rng = np.random.default_rng(0)  # any one will do, as long as it is the same for all images
    return rng.standard_normal((size, MOST_KEPT), np.float32) / np.float32(np.sqrt(MOST_KEPT))


def _squares(rows: Rows) -> FloatArray:
    squares = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK].astype(np.float32, copy=False)
        np.einsum("ij,ij->i", part, part, out=squares[start : start + CHUNK])
    return squares


def _candidates(rows: Rows, squares: FloatArray, query: FloatArray, excluding: int | None) -> IntArray:
    """The rows nearest to `query` as far as float32 can tell, in no order."""
    distances = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK].astype(np.float32, copy=False)
        np.matmul(part, query, out=distances[start : start + CHUNK])
    distances *= -2.0
    distances += squares
    if excluding is not None:
        distances[excluding] = np.inf
    most = len(rows) - (excluding is not None)
    return np.argpartition(distances, min(CANDIDATES, len(rows)) - 1)[: min(CANDIDATES, most)]


def _first(found: IntArray, distances: FloatArray, count: int) -> Neighbours:
    order = np.lexsort((found, distances))[:count]
    return Neighbours(found[order], distances[order])
