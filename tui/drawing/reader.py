"""Reads drawings with the network of the run on screen, which it loads when that has learned further.

It blocks for a few milliseconds and must be asked from one thread at a time: a network lends its memory.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.evaluation import Evaluator
from nn.runs.store import RunError
from tui.answering.current_network import CurrentNetwork, Origin, load
from tui.drawing.views import Views


class Reading(NamedTuple):
    """Probabilities (10,) for each view; None for an empty pad or without a network, then `problem` says why.

    `step` is where the network's training stood, 0 for an untrained one.
    """

    drawn: FloatArray | None = None
    normalised: FloatArray | None = None
    step: int | None = None
    problem: str = ""


class Score(NamedTuple):
    """How many of `drawings` were read right as they were drawn, and how many normalised."""

    drawings: int
    drawn: int
    normalised: int


class Reader:
    """Keeps the network it loaded last."""

    def __init__(self) -> None:
        self._origin: Origin | None = None
        self._current: CurrentNetwork | None = None
        self._evaluator: Evaluator | None = None

    def read(self, origin: Origin, views: Views | None) -> Reading:
        """The network's answers to both views."""
        try:
            self._load(origin)
        except RunError as error:
            return Reading(problem=str(error))
        step = self._current.step if self._current else None
        if views is None:
            return Reading(step=step)
        drawn, normalised = self._probabilities(np.stack(views))
        return Reading(drawn, normalised, step)

    def score(self, origin: Origin, pairs: Sequence[Views], labels: ByteArray) -> Score:
        """Read a set of at least one drawing; raises `RunError` where there is no network."""
        self._load(origin)
        right = [
            int((self._probabilities(np.stack(images)).argmax(axis=1) == labels).sum())
            for images in zip(*pairs, strict=True)
        ]
        return Score(len(labels), *right)

    def _probabilities(self, images: ByteArray) -> FloatArray:
        if self._evaluator is None:
            raise RuntimeError("no network is loaded")
        # A network that diverged answers with no numbers.
        with np.errstate(all="ignore"):
            return self._evaluator.loss.probabilities(self._evaluator.outputs(images))

    def _load(self, origin: Origin) -> None:
        if origin == self._origin and self._current is not None:
            return
        self._current = current = load(origin)
        self._evaluator = Evaluator(current.network, current.loss, current.pixels)
        self._origin = origin
