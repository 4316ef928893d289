"""Events survive JSON, one line each, and a number that is not finite is null."""

import json
import math
from typing import get_args

import msgspec
import pytest
from samples import config, run, trainer

from nn import events
from nn.events import LayerHealth, LayersMeasured, RunEvent, StepsFinished

SAMPLES: list[RunEvent] = [
    StepsFinished(
        step=3, epoch=1, losses=[0.5, None], accuracies=[0.1, 1.0], learning_rate=1e-9, images_per_second=None
    ),
    LayersMeasured(
        step=3, layers=[LayerHealth(name="dense1", gradient_norm=0.1, update_ratio=None, dead=0.0)]
    ),
    events.Evaluated(
        step=0, validation_loss=None, validation_accuracy=None, test_loss=2.3, test_accuracy=0.1
    ),
    events.EpochFinished(
        step=4,
        epoch=1,
        train_loss=0.1,
        train_accuracy=0.9,
        validation_loss=None,
        validation_accuracy=None,
        test_loss=0.2,
        test_accuracy=0.8,
        learning_rate=0.1,
        images_per_second=100.0,
        seconds=1.5,
    ),
    events.RunStarted(
        step=0,
        run="/runs/ä [red] \x1b",
        pid=1,
        data="MNIST",
        images=55000,
        validation_images=5000,
        batches=430,
        parameters=101770,
        threads=2,
        resumed_from_step=0,
        time=1.0,
    ),
    events.Resumed(step=4, epochs=1),
    events.Paused(step=4),
    events.Continued(step=4),
    events.Changed(step=4, rate_factor=0.5, epochs=9, patience=3),
    events.RunFinished(
        step=4,
        state="diverged",
        run="r",
        epochs=1,
        seconds=3.0,
        best_epoch=None,
        validation_accuracy=None,
        test_accuracy=0.5,
        parameters=5,
        reason="diverged at step 5 in dense1",
    ),
]


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_survives_json_on_one_line(event: RunEvent) -> None:
    line = msgspec.json.encode(event)
    assert b"\n" not in line
    assert msgspec.json.decode(line, type=RunEvent) == event
    assert json.loads(line)["step"] == event.step


def test_every_event_of_a_run_has_a_name_of_its_own() -> None:
    names = [msgspec.to_builtins(event)["event"] for event in SAMPLES]
    assert len(set(names)) == len(SAMPLES)
    assert {"run_started", "epoch_finished", "run_finished"} <= set(names)
    assert {type(event) for event in SAMPLES} <= set(get_args(RunEvent))


def test_what_the_trainer_tells_survives_json() -> None:
    for event in run(trainer(config(epochs=1))):
        assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_becomes_null(value: float) -> None:
    event = StepsFinished(
        step=1, epoch=1, losses=[value], accuracies=[], learning_rate=0.1, images_per_second=value
    )
    line = json.loads(msgspec.json.encode(event))
    assert line["losses"] == [None]
    assert line["images_per_second"] is None


def test_events_are_frozen() -> None:
    for event in SAMPLES:
        for name in event.__struct_fields__:
            with pytest.raises(AttributeError):
                setattr(event, name, None)
