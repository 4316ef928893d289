"""Counter-style randomness: a generator for each (seed, purpose, epoch, step), so a position is integers.

Nothing carries a generator's state from one step to the next, which is why a run resumes in the middle of an
epoch with the same shuffle it was stopped in.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np


class Purpose(IntEnum):
    """What the numbers are for; each purpose has a stream of its own."""

    INITIALIZE = 0
    SHUFFLE = 1
    CHECK = 2
    AUGMENT = 3
    DROPOUT = 4


class StepKey(NamedTuple):
    """Where a training step's randomness comes from: the seed, the epoch and the step in it, from 0."""

    seed: int
    epoch: int
    step: int


def generator(
    seed: int, purpose: Purpose, epoch: int = 0, step: int = 0, *places: int
) -> np.random.Generator:
    """A generator that depends on its arguments and on nothing else (PCG64, seeded through SeedSequence).

    `places` tell apart what has the same purpose in the same step: which layer, which share of the batch.
    """
    return np.random.default_rng([seed, purpose, epoch, step, *places])
