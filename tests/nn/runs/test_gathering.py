"""Several steps as one event: each step's figures, shortened, and the speed of all."""

import pytest

from nn.events import StepFinished, StepsFinished
from nn.runs.gathering import gather

STEPS = [
    StepFinished(step=8, epoch=2, loss=0.123456789, correct=1, images=3, learning_rate=0.2),
    StepFinished(step=9, epoch=2, loss=2.0, correct=3, images=3, learning_rate=0.1),
]


@pytest.mark.parametrize(("seconds", "images_per_second"), [(0.5, 12.0), (0.0, None)])
def test_steps_become_one_event(seconds: float, images_per_second: float | None) -> None:
    """It stands where the last step stood, with its rate; no time has no speed."""
    assert gather(STEPS, seconds) == StepsFinished(
        step=9,
        epoch=2,
        losses=[0.123457, 2.0],
        accuracies=[0.3333, 1.0],
        learning_rate=0.1,
        images_per_second=images_per_second,
    )
