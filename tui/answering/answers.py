"""A set of images with the network's answers to them, and which of them to look at: filters and orders.

Plain frozen values and arrays, no screen. Without a network there are images and labels alone, by index.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from nn import metrics
from nn.arrays import BoolArray, ByteArray, FloatArray
from nn.batches import Images
from nn.metrics import DigitScore, IntArray
from tui.answering.course import Course
from tui.answering.raters import raters_disagree
from tui.choices import SetName


@dataclass(frozen=True, eq=False)
class Answers:
    """Images, labels and, once there is a network, probabilities (n, 10) after `epoch` (0: untrained)."""

    set_name: SetName
    data: Images
    probabilities: FloatArray | None = None
    epoch: int | None = None

    def __len__(self) -> int:
        """How many images there are; a set may be empty."""
        return len(self.data.labels)

    @property
    def images(self) -> ByteArray:
        """Images uint8 (n, 28, 28)."""
        return self.data.images

    @property
    def labels(self) -> ByteArray:
        """True digits (n,)."""
        return self.data.labels

    @cached_property
    def predicted(self) -> IntArray | None:
        """The most probable digit of each image."""
        return None if self.probabilities is None else self.probabilities.argmax(axis=1)

    @cached_property
    def right(self) -> BoolArray | None:
        """Whether the answer to each image is its label."""
        return None if self.predicted is None else self.predicted == self.labels

    @cached_property
    def worst_first(self) -> IntArray | None:
        """The indices by loss, the largest first; of equals the surest answer first, then by index.

        By the true digit's probability, which tells apart what is left where losses are capped.
        """
        if self.probabilities is None or self.confidences is None:
            return None
        of_label = self.probabilities[np.arange(len(self)), self.labels]
        return np.lexsort((-self.confidences, of_label))

    @cached_property
    def confidences(self) -> FloatArray | None:
        """The largest probability of each image."""
        return None if self.probabilities is None else self.probabilities.max(axis=1).astype(np.float64)

    @cached_property
    def margins(self) -> FloatArray | None:
        """The largest probability minus the second of each image."""
        return None if self.probabilities is None else metrics.margins(self.probabilities)

    @cached_property
    def entropies(self) -> FloatArray | None:
        """-sum p ln p of each image: 0 where it is sure, ln 10 = 2.303 where all digits are alike."""
        if self.probabilities is None:
            return None
        shares = self.probabilities.astype(np.float64)
        # abs: what is sure has the entropy 0, not -0.
        return np.abs((shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1))

    @cached_property
    def raters_disagree(self) -> BoolArray:
        """Whether human raters disagree on the digit of each image; known of MNIST's test set alone."""
        return raters_disagree(self)

    @cached_property
    def confusion(self) -> IntArray | None:
        """Counts (10, 10): rows are true digits, columns answers."""
        return None if self.predicted is None else metrics.confusion(self.predicted, self.labels)

    @cached_property
    def scores(self) -> list[DigitScore]:
        """Precision, recall and F1 of each digit; empty without answers."""
        return [] if self.confusion is None else metrics.per_digit(self.confusion)


@dataclass(frozen=True)
class Picked:
    """Images of one set that have something in common, `indices` into it, and what that is in words."""

    words: str
    set_name: SetName
    indices: tuple[int, ...]

    def among(self, answers: Answers) -> BoolArray:
        """Whether each image is one of them, (n,); in another set none is."""
        found = np.zeros(len(answers), np.bool_)
        if answers.set_name == self.set_name:
            found[list(self.indices)] = True
        return found


@dataclass(frozen=True)
class Filter:
    """Which images to look at: None, False, 0 and the full range let all pass, a range includes both ends.

    `newly` is right (True) or wrong (False) since the kept epoch before, `forgotten` the least times that
    an image was forgotten. What concerns answers lets nothing pass while there are none.
    """

    true: int | None = None
    predicted: int | None = None
    right: bool | None = None
    least_confidence: float = 0.0
    most_confidence: float = 1.0
    newly: bool | None = None
    forgotten: int = 0
    raters_disagree: bool = False
    picked: Picked | None = None

    @property
    def limits_confidence(self) -> bool:
        """Whether the range is less than everything."""
        return self.least_confidence > 0 or self.most_confidence < 1

    @property
    def asks_for_answers(self) -> bool:
        """Whether labels alone cannot tell what passes."""
        return (
            self.predicted is not None
            or self.right is not None
            or self.limits_confidence
            or self.asks_for_course
        )

    @property
    def asks_for_course(self) -> bool:
        """Whether the answers of several epochs are needed to tell what passes."""
        return self.newly is not None or self.forgotten > 0

    def passes(self, answers: Answers, course: Course | None = None) -> BoolArray:
        """Whether each image passes, (n,)."""
        passing = np.ones(len(answers), np.bool_)
        if self.true is not None:
            passing &= answers.labels == self.true
        if self.raters_disagree:
            passing &= answers.raters_disagree
        if self.picked is not None:
            passing &= self.picked.among(answers)
        if self.asks_for_course:
            passing &= self._passes_course(answers, course)
        return passing & self._passes_answers(answers) if self.asks_for_answers else passing

    def _passes_course(self, answers: Answers, course: Course | None) -> BoolArray:
        newly = course.newly(answers.epoch) if course is not None else None
        if course is None or (self.newly is not None and newly is None):
            return np.zeros(len(answers), np.bool_)
        passing = course.forgotten >= self.forgotten
        return passing if self.newly is None or newly is None else passing & newly[0 if self.newly else 1]

    def _passes_answers(self, answers: Answers) -> BoolArray:
        passing = np.ones(len(answers), np.bool_)
        predicted, right, confidences = answers.predicted, answers.right, answers.confidences
        if predicted is None or right is None or confidences is None:
            return np.zeros(len(answers), np.bool_)
        if self.predicted is not None:
            passing &= predicted == self.predicted
        if self.right is not None:
            passing &= right == self.right
        if self.limits_confidence:
            passing &= (confidences >= self.least_confidence) & (confidences <= self.most_confidence)
        return passing


class Order(StrEnum):
    """In which order to look at images; the values are the words shown."""

    INDEX = "by index"
    LOSS = "worst loss first"
    CONFIDENCE = "least sure first"
    MARGIN = "least margin first"
    ENTROPY = "most entropy first"
    FORGOTTEN = "most forgotten first"

    def next(self, by: int = 1) -> "Order":
        """The one `by` places on, in a circle."""
        orders = list(Order)
        return orders[(orders.index(self) + by) % len(orders)]

    def arrange(self, answers: Answers, course: Course | None = None) -> IntArray:
        """All indices (n,) in this order, equals by index; what is not known yet leaves them by index."""
        keys: FloatArray | IntArray | None = None
        match self:
            case Order.LOSS if answers.worst_first is not None:
                return answers.worst_first
            case Order.CONFIDENCE:
                keys = answers.confidences
            case Order.MARGIN:
                keys = answers.margins
            case Order.ENTROPY:
                keys = None if answers.entropies is None else -answers.entropies
            case Order.FORGOTTEN:
                keys = None if course is None else -course.forgotten
            case _:
                pass
        return np.arange(len(answers)) if keys is None else np.argsort(keys, kind="stable")


@dataclass(frozen=True, eq=False)
class Selection:
    """The images that pass a filter, `indices` (k,) into the set, in an order.

    `ranks` (n,) are the places of all images in that order; those of `indices` rise.
    """

    indices: IntArray
    ranks: IntArray

    @classmethod
    def of(cls, answers: Answers, chosen: Filter, order: Order, course: Course | None = None) -> "Selection":
        """Filter and order a set of images; `course` is how their answers went, where that is known."""
        arranged = order.arrange(answers, course)
        ranks = np.empty(len(arranged), np.int64)
        ranks[arranged] = np.arange(len(arranged))
        return cls(arranged[chosen.passes(answers, course)[arranged]], ranks)

    def __len__(self) -> int:
        """How many images pass."""
        return len(self.indices)

    def place(self, index: int) -> int | None:
        """The place of an image among those that pass, or of the nearest in the order; None if none pass."""
        if not len(self):
            return None
        rank = self.ranks[min(index, len(self.ranks) - 1)]
        passing = self.ranks[self.indices]
        after = min(int(np.searchsorted(passing, rank)), len(passing) - 1)
        before = max(after - 1, 0)
        return before if rank - passing[before] < passing[after] - rank else after
