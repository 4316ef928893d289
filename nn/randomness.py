"""Counter-style randomness: a generator for each (seed, purpose, epoch, step), so a position is integers.

Nothing carries a generator's state from one step to the next, which is why a run resumes in the middle of an
epoch with the same shuffle it was stopped in.
"""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What the numbers are for; each purpose has a stream of its own."""

    INITIALIZE = 0
    SHUFFLE = 1
    CHECK = 2


def generator(seed: int, purpose: Purpose, epoch: int = 0, step: int = 0) -> np.random.Generator:
    """A generator that depends on its arguments and on nothing else (PCG64, seeded through SeedSequence)."""
    return np.random.default_rng([seed, purpose, epoch, step])
