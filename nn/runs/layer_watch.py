"""Now and then the layers measured over one step: gradients, updates, silent neurons."""

import time
from collections.abc import Callable

from nn.arrays import FloatArray
from nn.events import LayersMeasured
from nn.health import measure
from nn.trainer import Trainer

MEASURE_SECONDS = 0.5


class LayerWatch:
    """Measures a step when the last measuring is long ago; that takes the parameters of before the step."""

    def __init__(self, trainer: Trainer, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self.trainer = trainer
        self.clock = clock
        self._measured = clock()
        self._before: FloatArray | None = None

    def before_step(self) -> None:
        """Keep the parameters where the step that comes is to be measured."""
        if self.clock() - self._measured >= MEASURE_SECONDS:
            self._before = self.trainer.network.parameters.copy()

    def after_step(self) -> LayersMeasured | None:
        """What the step did, if it was to be measured."""
        if self._before is None:
            return None
        layers = measure(self.trainer.network, self._before)
        self._before = None
        self._measured = self.clock()
        return LayersMeasured(step=self.trainer.step, layers=layers)
