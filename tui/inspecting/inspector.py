"""One image through the network of the run on screen: loads the network once a checkpoint, then inspects.

Blocks for some milliseconds, so it belongs into a thread, and into one at a time: a network lends its memory
from pass to pass.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nn.arrays import ByteArray
from nn.explain.inspection import Inspection, inspect
from nn.runs.record import RunError
from tui.answering.current_network import CurrentNetwork, Origin, load
from tui.session import Session


def origin_of(session: Session, before: Origin | None) -> Origin:
    """The network on screen, at `before` unless that is another run or config, or had no weights yet.

    Whoever follows a run asks without `before` as often as a newer checkpoint is to be looked for.
    """
    if (
        before is not None
        and (before.run, before.config) == (session.run, session.shown_config)
        and before.version
    ):
        return before
    return Origin.of(session)


@dataclass(frozen=True, eq=False)
class Subject:
    """What is looked at: a network and one image, uint8 (28, 28), with its true digit."""

    origin: Origin
    image: ByteArray
    label: int

    @classmethod
    def of(cls, session: Session, origin: Origin) -> "Subject | None":
        """The image chosen, for a network to look at; None without images."""
        answers, chosen = session.answers, session.chosen
        if answers is None or not 0 <= chosen < len(answers):
            return None
        return cls(origin, answers.images[chosen], int(answers.labels[chosen]))

    def is_same(self, other: "Subject | None") -> bool:
        """Whether the other would be told the same."""
        return (
            other is not None
            and self.label == other.label
            and self.origin == other.origin
            and np.array_equal(self.image, other.image)
        )


@dataclass(frozen=True, eq=False)
class Told:
    """What came of it; `step` is the network's, counted from the run's start."""

    subject: Subject
    inspection: Inspection
    step: int


class Inspector:
    """Keeps the network it loaded last."""

    def __init__(self) -> None:
        self._loaded: tuple[Origin, CurrentNetwork] | None = None

    def inspect(self, subject: Subject) -> Told:
        """Raises `RunError` where the run has no weights to be read."""
        if self._loaded is None or self._loaded[0] != subject.origin:
            self._loaded = subject.origin, load(subject.origin)
        current = self._loaded[1]
        images = subject.image[np.newaxis]
        pixels = current.pixels.convert(images, np.empty((*images.shape, 1), np.float32))
        return Told(subject, inspect(current.network, current.loss, pixels[0], subject.label), current.step)


class LatestWish:
    """Inspects what was wished for last, in a thread, one at a time; wishes overtaken meanwhile are dropped.

    `told` is what came of the last one that could be told, `failure` why the present one cannot.
    """

    def __init__(self) -> None:
        self.wanted: Subject | None = None
        self.told: Told | None = None
        self._failed: tuple[Subject, str] | None = None
        self._inspector = Inspector()
        self._is_busy = False

    @property
    def failure(self) -> str:
        """Why what is wanted cannot be told; empty where it can."""
        is_failed = self._failed is not None and self._failed[0].is_same(self.wanted)
        return self._failed[1] if self._failed is not None and is_failed else ""

    @property
    def is_answered(self) -> bool:
        """Whether what is wanted is what was told."""
        return self.told is not None and self.told.subject.is_same(self.wanted)

    def wish(self, subject: Subject | None) -> bool:
        """Want something else; True where the caller must see to it that `fulfil` runs."""
        self.wanted = subject
        if subject is None:
            self.told = None
        if self._is_busy or not self._is_open:
            return False
        self._is_busy = True
        return True

    async def fulfil(self, announce: Callable[[], None]) -> None:
        """Inspect until nothing is open; `announce` is called after each."""
        try:
            while (subject := self.wanted) is not None and self._is_open:
                try:
                    self.told = await asyncio.to_thread(self._inspector.inspect, subject)
                except RunError as error:
                    self.told, self._failed = None, (subject, str(error))
                announce()
        finally:
            self._is_busy = False

    @property
    def _is_open(self) -> bool:
        return self.wanted is not None and not self.is_answered and not self.failure
