"""Events of runs that nobody trained: with them the app shows all that it would show of a real run."""

from typing import Any

from few_images import VALIDATION

from nn.events import (
    EpochFinished,
    Evaluated,
    LayerHealth,
    LayersMeasured,
    RunEvent,
    RunFinished,
    RunStarted,
    StepsFinished,
)
from nn.runs.history import History

BATCHES = 10  # steps an epoch
HEALTHY = (0.41, 1e-3, 0.1)  # a layer's gradient norm, update ratio and share of dead neurons


def started(step: int = 0) -> RunStarted:
    return RunStarted(
        step=step,
        run="run",
        pid=1,
        data="few",
        images=150,
        validation_images=VALIDATION,
        batches=BATCHES,
        parameters=101_770,
        threads=1,
        resumed_from_step=step,
        time=0.0,
    )


def before() -> Evaluated:
    return Evaluated(step=0, validation_loss=2.4, validation_accuracy=0.1, test_loss=2.4, test_accuracy=0.1)


def steps(last: int, count: int = BATCHES, loss: float | None = None, rate: float = 0.005) -> StepsFinished:
    """The `count` steps up to `last`, with a loss that falls from 2 unless one is given."""
    places = range(last - count + 1, last + 1)
    return StepsFinished(
        step=last,
        epoch=(last - 1) // BATCHES + 1,
        losses=[loss if loss is not None else 20 / (place + 9) for place in places],
        accuracies=[1 - 9 / (place + 9) for place in places],
        learning_rate=rate,
        images_per_second=1234.0,
    )


def epoch(number: int, **figures: Any) -> EpochFinished:
    shares: dict[str, Any] = {
        "train_loss": 0.5 / number,
        "train_accuracy": 1 - 0.2 / number,
        "validation_loss": 0.6 / number,
        "validation_accuracy": 1 - 0.25 / number,
        "test_loss": 0.65 / number,
        "test_accuracy": 1 - 0.26 / number,
    }
    return EpochFinished(
        step=number * BATCHES,
        epoch=number,
        learning_rate=0.005,
        images_per_second=1234.0,
        seconds=2.0,
        **(shares | figures),
    )


def measured(step: int, *layers: tuple[float | None, float | None, float | None]) -> LayersMeasured:
    """Layers dense1, dense2 ... as (gradient norm, update ratio, share of dead neurons)."""
    return LayersMeasured(
        step=step,
        layers=[
            LayerHealth(name=f"dense{place}", gradient_norm=gradient, update_ratio=ratio, dead=dead)
            for place, (gradient, ratio, dead) in enumerate(layers, 1)
        ],
    )


def finished(state: str = "finished", step: int = 0, reason: str | None = None) -> RunFinished:
    return RunFinished(
        step=step,
        state=state,
        run="run",
        epochs=step // BATCHES,
        seconds=4.0,
        best_epoch=1,
        validation_accuracy=0.75,
        test_accuracy=0.74,
        parameters=101_770,
        reason=reason,
    )


def epochs(count: int) -> list[RunEvent]:
    """A run's events up to the end of epoch `count`."""
    events: list[RunEvent] = [started(), before()]
    for number in range(1, count + 1):
        step = number * BATCHES
        events += [steps(step), measured(step, HEALTHY, HEALTHY), epoch(number)]
    return events


def told(*events: RunEvent) -> History:
    """What is known of a run that has told these events."""
    history = History()
    for event in events:
        history.feed(event)
    return history
