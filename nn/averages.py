"""A running mean of the weights (EMA), which often answers better than any weights on the way."""

from collections.abc import Generator
from contextlib import contextmanager

import numpy as np

from nn.arrays import FloatArray


class WeightAverage:
    """mean := decay * mean + (1 - decay) * w after each step (Polyak and Juditsky, 1992, with a memory).

    As PyTorch's `AveragedModel` with `get_ema_multi_avg_fn` and `use_buffers`: the first step's weights are
    taken whole, and the statistics of batch normalisation have a mean of their own.
    """

    def __init__(self, parameters: FloatArray, decay: float) -> None:
        """`parameters` are the live weights, whose values the mean begins with."""
        self.parameters = parameters
        self.decay = decay
        self.values = parameters.copy()
        self._scratch = np.empty_like(parameters)

    def update(self, step: int) -> None:
        """Take in the weights after a step, counted from 0."""
        if step == 0:
            np.copyto(self.values, self.parameters)
            return
        np.subtract(self.parameters, self.values, out=self._scratch)
        self._scratch *= 1 - self.decay
        self.values += self._scratch

    @contextmanager
    def in_place(self) -> Generator[None]:
        """For as long as this lasts the network has the mean; then its live weights again, bit for bit."""
        live = self.parameters.copy()
        np.copyto(self.parameters, self.values)
        try:
            yield
        finally:
            np.copyto(self.parameters, live)
