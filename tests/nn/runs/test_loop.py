"""The worker's loop in this process, under a scripted person and a clock that the test holds."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from run_samples import (
    InProcess,
    create,
    curves,
    exported,
    go_on,
    history_of,
    parameters,
    small_config,
    told,
)
from samples import Clock

from nn import checkpoint, tensors, weights
from nn.events import Continued, EpochFinished, Evaluated, Paused, RunFinished, StepsFinished
from nn.runs import predictions
from nn.runs.control import AnyCommand, Epoch, Pause, Resume, Step, Stop
from nn.runs.store import RunDirectory
from nn.trainer import Data


def test_a_run_tells_everything_in_order_and_keeps_its_files(unbroken: RunDirectory) -> None:
    events = told(unbroken)
    kinds = [type(event) for event in events]
    assert kinds == [Evaluated, *[StepsFinished, EpochFinished] * 3, RunFinished]
    last = events[-1]
    assert isinstance(last, RunFinished)
    record = unbroken.record()
    assert (last.state, last.epochs, last.step, last.reason) == ("finished", 3, 15, None)
    assert (record.state, record.epoch, record.best_epoch) == ("finished", 3, last.best_epoch)
    assert record.validation_accuracy == last.validation_accuracy is not None
    assert record.test_accuracy == last.test_accuracy is not None
    assert predictions.epochs(unbroken.predictions_path) == [0, 1, 2, 3]
    assert {name: array.shape for name, array in predictions.load(unbroken.predictions_path, 3).items()} == {
        "validation": (100, 10),
        "test": (200, 10),
    }
    network, config = weights.read(unbroken.best_path)
    assert len(network.parameters) == last.parameters
    assert config.training.epochs == 3


def test_gathered_steps_lose_nothing(run: RunDirectory, data: Data, unbroken: RunDirectory) -> None:
    InProcess(run, data, clock=Clock(tick=0.03)).train()
    assert len([event for event in told(run) if isinstance(event, StepsFinished)]) > 5
    assert curves(history_of(run)) == curves(history_of(unbroken))


@pytest.mark.parametrize(
    ("at", "paused", "stops"),
    [
        ({7: [Pause()]}, [Resume()], [7]),
        ({0: [Pause()]}, [Resume()], [0]),
        ({3: [Step()]}, [Step(), Step(), Resume()], [4, 5, 6]),
        ({7: [Epoch()]}, [Epoch(), Resume()], [10, 15]),
        ({5: [Epoch()]}, [Resume()], [10]),
        ({7: [Pause(), Resume()]}, [], []),
        ({14: [Step()]}, [Resume()], [15]),
    ],
)
def test_paused_stepped_and_going_on_ends_where_an_unbroken_run_ends(
    run: RunDirectory,
    data: Data,
    unbroken: RunDirectory,
    at: dict[int, list[AnyCommand]],
    paused: list[AnyCommand],
    stops: list[int],
) -> None:
    process = InProcess(run, data, at=at, paused=paused)
    assert process.train().state == "finished"
    events = told(run)
    assert [event.step for event in events if isinstance(event, Paused)] == stops
    assert [event.step for event in events if isinstance(event, Continued)] == stops
    assert process.script.errors == []
    assert parameters(run) == parameters(unbroken)
    assert exported(run) == exported(unbroken)
    assert curves(history_of(run)) == curves(history_of(unbroken))
    assert not run.record().steered


def test_the_checkpoint_of_a_pause_is_at_its_step(run: RunDirectory, data: Data) -> None:
    seen: list[tuple[str, int]] = []
    process = InProcess(run, data, at={7: [Pause()]})

    def look() -> AnyCommand:
        other = InProcess(create(run.path.parent, small_config()), data)
        checkpoint.load(other.trainer, run.checkpoint_path)
        other.events.close()
        seen.append((run.record().state, other.trainer.step))
        return Resume()

    process.script.paused = (look() for _ in range(1))
    process.train()
    assert seen == [("paused", 7)]


@pytest.mark.parametrize("step", [0, 3, 5, 14])
def test_stopped_and_resumed_ends_where_an_unbroken_run_ends(
    run: RunDirectory, data: Data, unbroken: RunDirectory, step: int
) -> None:
    finished = InProcess(run, data, at={step: [Stop("enough")]}).train()
    assert (finished.state, finished.reason, finished.step) == ("stopped", "enough", step)
    assert run.record().state == "stopped"
    assert go_on(run, data).train().state == "finished"
    assert parameters(run) == parameters(unbroken)
    assert curves(history_of(run)) == curves(history_of(unbroken))
    assert run.best_path.read_bytes() == unbroken.best_path.read_bytes()


def test_a_stop_in_a_pause_ends_the_run(run: RunDirectory, data: Data) -> None:
    finished = InProcess(run, data, at={7: [Pause()]}, paused=[Stop("enough")]).train()
    assert (finished.state, finished.step) == ("stopped", 7)


def test_a_run_of_no_epochs_initialises_evaluates_and_saves(tmp_path: Path, data: Data) -> None:
    run = create(tmp_path, small_config(epochs=0))
    finished = InProcess(run, data).train()
    assert (finished.state, finished.epochs, finished.step, finished.best_epoch) == ("finished", 0, 0, None)
    assert finished.test_accuracy is not None
    assert [type(event) for event in told(run)] == [Evaluated, RunFinished]
    assert run.checkpoint_path.exists()
    assert not run.best_path.exists()
    assert predictions.epochs(run.predictions_path) == [0]


def test_without_validation_images_there_is_no_best_epoch(tmp_path: Path, data: Data) -> None:
    run = create(tmp_path, small_config(validation=0))
    empty = data._replace(validation=type(data.test)(data.test.images[:0], data.test.labels[:0]))
    finished = InProcess(run, empty).train()
    assert (finished.validation_accuracy, finished.best_epoch) == (None, None)
    assert finished.test_accuracy is not None
    epochs = history_of(run).epochs
    assert {(epoch.validation_loss, epoch.validation_accuracy) for epoch in epochs} == {(None, None)}
    assert not run.best_path.exists()
    assert set(predictions.load(run.predictions_path, 1)) == {"test"}
    assert b"NaN" not in run.events_path.read_bytes()


def test_images_a_second_are_of_learning_alone(
    run: RunDirectory, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = InProcess(run, data, clock=Clock(tick=0.001))
    trainer_clock = Clock(tick=1.0)  # each step is timed by two looks, one second
    process.trainer.clock = trainer_clock
    save = process.loop.keeper.save

    def slowly() -> None:
        trainer_clock.now += 1000
        save()

    monkeypatch.setattr(process.loop.keeper, "save", slowly)
    process.train()
    rates = {event.images_per_second for event in told(run) if isinstance(event, StepsFinished)}
    assert rates == {100.0}


def test_layers_are_measured_now_and_then(run: RunDirectory, data: Data) -> None:
    InProcess(run, data, clock=Clock(tick=0.1)).train()
    measured = history_of(run).measured
    assert len(measured) >= 2
    assert [layer.name for layer in measured[0].layers] == ["dense1", "dense2"]


def test_where_there_is_a_mean_it_is_evaluated_exported_and_best(tmp_path: Path, data: Data) -> None:
    config = small_config()
    config = msgspec.structs.replace(config, training=msgspec.structs.replace(config.training, ema=0.9))
    run = create(tmp_path, config)
    process = InProcess(run, data)
    finished = process.train()
    arrays, _ = tensors.read(run.checkpoint_path, checkpoint.KEY)
    assert {"parameters", "averages"} < set(arrays)
    live, mean = process.trainer.network.parameters, run.load_network("last").parameters
    np.testing.assert_array_equal(mean, process.trainer.averages["averages"].values)
    assert (mean != live).any()
    process.trainer.network.parameters[...] = mean
    assert process.trainer.evaluator.evaluate(data.test).accuracy == finished.test_accuracy
    assert finished.best_epoch == 3
    np.testing.assert_array_equal(weights.read(run.best_path)[0].parameters, mean)
