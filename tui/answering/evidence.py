"""Why the network answers one image as it does: computed part by part, in a thread, on its last checkpoint.

What serves many images is kept: the network, the lengths of the training images, and, once asked for, the
last hidden features of all of them for the last few networks. One `Evidence` lives as long as the screen
that shows it, which is as long as the app.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from mnist_data import Dataset
from nn.arrays import ByteArray, FloatArray
from nn.batches import Images
from nn.config import DataConfig
from nn.evaluation import Evaluator
from nn.explain.neighbours import FeatureSearch, PixelSearch, has_hidden_features, last_features
from nn.explain.occlusion import BLACK, WHITE, Answerer, Flip, occlusion, smallest_flip
from nn.explain.saliency import Saliency, saliency
from nn.runs.images import split
from tui.answering.case import Case
from tui.answering.current_network import CurrentNetwork, Origin, load

BROKEN = "The network's outputs are not finite: it has diverged, and there is nothing to explain."
NEAREST = 5
MOST_KEPT = 4  # networks whose features stay: at most 256 numbers an image, 61 MB a network, 245 MB together


class Reply(NamedTuple):
    """The answer after `step` steps: ten probabilities, the margin of first and second."""

    probabilities: FloatArray
    margin: float
    step: int


class Similar(NamedTuple):
    """The nearest of `searched` training images: bytes (5, 28, 28), labels, distances; `seconds` it took.

    `features` is how many numbers were compared: 784 pixels, or those of the last hidden layer.
    """

    images: ByteArray
    labels: ByteArray
    distances: FloatArray
    searched: int
    seconds: float
    features: int


class SimilarPixels(Similar):
    """By their pixels."""


class SimilarFeatures(Similar):
    """By what the last hidden layer makes of them."""


class NoFeatures(NamedTuple):
    """The features of the training `images` have not been computed; `hidden`: there is a hidden layer."""

    images: int
    hidden: bool


class Occlusion(NamedTuple):
    """How much covering a place takes from each digit's probability: (10, 28, 28)."""

    falls: FloatArray


class Flips(NamedTuple):
    """The smallest squares that change the answer, blanked and painted white; None where none does."""

    blanked: Flip | None
    painted: Flip | None


Part = Reply | Saliency | Occlusion | SimilarPixels | SimilarFeatures | NoFeatures | Flips


class Cancelled(Exception):
    """Nobody wants to know any more."""


class Broken(Exception):
    """The network gives no finite probabilities; the message is a sentence."""


class Evidence:
    """Answers in whatever thread it is asked; a network lends its memory, so threads take turns with it."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._network: tuple[Origin, CurrentNetwork] | None = None
        self._training: tuple[Dataset, DataConfig, Images, PixelSearch] | None = None
        self._features: list[tuple[Case, FeatureSearch]] = []  # the newest last

    def parts(self, case: Case, cancelled: Callable[[], bool]) -> Iterator[Part]:
        """All that can be said at once, the quickest first.

        Raises `RunError` where the network cannot be read, `Broken`, and `Cancelled` where that is wished.
        """
        with self._lock:
            current, (training, search) = self._load(case.origin), self._prepare(case)
        answer = self._answerer(current, cancelled)
        yield _reply(answer(case.image[np.newaxis])[0], current.step)
        with self._lock:
            maps = saliency(current.network, current.pixels, case.image)
        yield maps
        yield self._similar_pixels(case, training, search)
        yield self.similar_features(case)
        yield Occlusion(occlusion(answer, case.image))
        yield Flips(smallest_flip(answer, case.image, BLACK), smallest_flip(answer, case.image, WHITE))

    def compute_features(
        self, case: Case, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> None:
        """Compute and keep the training set's features; `progress` hears how many of how many are done.

        Other images can be asked about meanwhile. Raises as `parts` does.
        """
        with self._lock:
            current, (training, _) = self._load(case.origin), self._prepare(case)
            del self._features[: 1 - MOST_KEPT]

        def features(images: ByteArray) -> FloatArray:
            if cancelled():
                raise Cancelled
            with self._lock, np.errstate(all="ignore"):
                found = last_features(current.network, current.pixels, images).copy()
            if not np.isfinite(found).all():
                raise Broken(BROKEN)
            return found

        def went_on(done: int) -> None:
            progress(done, len(training.labels))

        went_on(0)
        search = FeatureSearch(features, training.images, went_on)
        with self._lock:
            self._features.append((case, search))

    def similar_features(self, case: Case) -> SimilarFeatures | NoFeatures:
        """The neighbours by features, if those of the case's network are at hand."""
        with self._lock:
            training, _ = self._prepare(case)
            search = next((kept for other, kept in self._features if case.asks_the_network_of(other)), None)
            if search is None:
                network = self._load(case.origin).network
                return NoFeatures(len(training.labels), has_hidden_features(network))
            begin = self._clock()
            found, distances = search.nearest(case.image, NEAREST, excluding=case.own_place)
            seconds = self._clock() - begin
            searched, size = len(training.labels), search.size
            return SimilarFeatures(
                training.images[found], training.labels[found], distances, searched, seconds, size
            )

    def _answerer(self, current: CurrentNetwork, cancelled: Callable[[], bool]) -> Answerer:
        """Probabilities of images; a few hundred at a time, so that no other thread waits for all of them."""
        evaluator = Evaluator(current.network, current.loss, current.pixels)

        def answer(images: ByteArray) -> FloatArray:
            if cancelled():
                raise Cancelled
            with self._lock, np.errstate(all="ignore"):  # a network that has diverged is said to be broken
                probabilities = current.loss.probabilities(evaluator.outputs(images))
            if not np.isfinite(probabilities).all():
                raise Broken(BROKEN)
            return probabilities

        return answer

    def _load(self, origin: Origin) -> CurrentNetwork:
        if self._network is None or self._network[0] != origin:
            self._network = origin, load(origin)
        return self._network[1]

    def _prepare(self, case: Case) -> tuple[Images, PixelSearch]:
        kept = self._training
        if kept is None or kept[0] is not case.dataset or kept[1] != case.data:
            images = split(case.dataset, case.data).training
            kept = self._training = case.dataset, case.data, images, PixelSearch(images.images)
        return kept[2], kept[3]

    def _similar_pixels(self, case: Case, training: Images, search: PixelSearch) -> SimilarPixels:
        begin = self._clock()
        found, distances = search.nearest(case.image, NEAREST, excluding=case.own_place)
        seconds = self._clock() - begin
        searched, size = len(training.labels), case.image.size
        return SimilarPixels(
            training.images[found], training.labels[found], distances, searched, seconds, size
        )


def _reply(probabilities: FloatArray, step: int) -> Reply:
    shares = probabilities.astype(np.float64)
    second, first = np.sort(shares)[-2:]
    return Reply(shares, float(first - second), step)
