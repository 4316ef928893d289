"""Answers to the training images: nobody stores them, so the network on screen is asked when a person wants.

What was asked is kept for each run and checkpoint, and shown with the step that it is of.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.evaluation import Evaluator
from tui.answering.answers import Answers
from tui.answering.current_network import CurrentNetwork, Origin, load

CHUNK = 1000  # images a piece: between two pieces progress is told and a cancellation is heard
MOST_KEPT = 4


class Known(NamedTuple):
    """What the checkpoint `origin`, saved after `step`, answered to the training images."""

    origin: Origin
    step: int
    answers: Answers


class TrainingAnswers:
    """Keeps the answers of the last few checkpoints that were asked."""

    def __init__(self) -> None:
        self.asking: float | None = None  # the share that is answered, while the network is asked
        self._kept: list[Known] = []

    def latest(self, origin: Origin, answers: Answers) -> Known | None:
        """What this run's checkpoint that was asked last answered to as many images."""
        alike = [
            known
            for known in self._kept
            if _is_of_one_run(known.origin, origin) and len(known.answers) == len(answers)
        ]
        return alike[-1] if alike else None

    async def ask(self, origin: Origin, answers: Answers, progress: Callable[[], None]) -> None:
        """Answer all images in threads; `progress` is called after each piece. Raises `RunError`."""
        self.asking = 0.0
        try:
            network = await asyncio.to_thread(load, origin)
            probabilities = await self._answer(network, answers.images, progress)
        finally:
            self.asking = None
        found = Known(origin, network.step, Answers("train", answers.data, probabilities))
        self._kept = [*self._kept, found][-MOST_KEPT:]

    async def _answer(
        self, network: CurrentNetwork, images: ByteArray, progress: Callable[[], None]
    ) -> FloatArray:
        evaluator = Evaluator(network.network, network.loss, network.pixels)
        pieces: list[FloatArray] = []
        for start in range(0, len(images), CHUNK):
            outputs = await asyncio.to_thread(evaluator.outputs, images[start : start + CHUNK])
            pieces.append(network.loss.probabilities(outputs))
            self.asking = min((start + CHUNK) / len(images), 1.0)
            progress()
        return np.concatenate(pieces)


def _is_of_one_run(one: Origin, other: Origin) -> bool:
    if one.run is None or other.run is None:
        return one.run is other.run and one.config == other.config
    return one.run.path == other.run.path
