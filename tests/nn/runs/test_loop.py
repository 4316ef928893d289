"""The worker's loop in this process, under a scripted person and a clock that the test holds."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from run_samples import Clock, InProcess, create, curves, exported, history_of, parameters, small_config, told

from nn import checkpoint, tensors, weights
from nn.config import SGDConfig
from nn.events import Changed, Continued, EpochFinished, Evaluated, Note, Paused, RunFinished, StepsFinished
from nn.runs import keeper, predictions
from nn.runs.control import AnyCommand, Change, Epoch, Pause, Resume, Step, Stop
from nn.runs.store import RunDirectory
from nn.trainer import Data, Trainer


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """Three epochs of five steps."""
    return create(tmp_path, small_config())


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, data: Data) -> RunDirectory:
    run = create(tmp_path_factory.mktemp("unbroken"), small_config())
    assert InProcess(run, data).train().state == "finished"
    return run


def go_on(run: RunDirectory, data: Data, clock: Clock | None = None) -> InProcess:
    """The same run in a new process, from its checkpoint."""
    process = InProcess(run, data, clock=clock)
    checkpoint.load(process.trainer, run.checkpoint_path)
    return process


def failing(count: int, real: Callable[..., None]) -> Callable[..., None]:
    """A writer that fails `count` times and then is `real`."""
    left = [count]

    def write(*arguments: object) -> None:
        if left[0]:
            left[0] -= 1
            raise OSError(28, "No space left on device")
        real(*arguments)

    return write


def notes(run: RunDirectory) -> list[str]:
    return [event.text for event in told(run) if isinstance(event, Note)]


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


def test_a_live_change_is_told_saved_and_marks_the_run(
    run: RunDirectory, data: Data, unbroken: RunDirectory
) -> None:
    change = Change(rate_times=0.5, epochs=4)
    InProcess(run, data, at={7: [change, Change(rate_times=0.5)], 9: [Stop()]}).train()
    changed = [event for event in told(run) if isinstance(event, Changed)]
    assert changed == [
        Changed(step=7, rate_factor=0.5, epochs=4),
        Changed(step=7, rate_factor=0.25, epochs=4),
    ]
    resumed = go_on(run, data)
    assert (resumed.trainer.position.rate_factor, resumed.trainer.position.epochs) == (0.25, 4)
    assert resumed.train().epochs == 4
    history = history_of(run)
    assert (history.rate_factor, history.epochs_planned, len(history.epochs)) == (0.25, 4, 4)
    record = run.record()
    assert (record.steered, record.epochs) == (True, 4)
    assert run.config().training.epochs == 3
    assert parameters(run) != parameters(unbroken)


def saved_steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The step of every checkpoint that will be saved."""
    steps, real = list[int](), checkpoint.save

    def save(trainer: Trainer, path: Path) -> None:
        steps.append(trainer.step)
        real(trainer, path)

    monkeypatch.setattr(keeper.checkpoint, "save", save)
    return steps


def test_many_changes_share_a_checkpoint_within_the_second(
    run: RunDirectory, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = saved_steps(monkeypatch)
    changes: list[AnyCommand] = [Change(rate_times=0.9)] * 5
    process = InProcess(run, data, at={2: changes, 3: list(changes), 9: [Stop()]})
    process.train()  # its clock stands still
    assert steps == [0, 9]


def test_a_change_is_due_to_be_saved_within_the_second(run: RunDirectory, data: Data) -> None:
    process = InProcess(run, data, at={0: [Change(rate_times=0.5)]})
    process.loop._obey()
    assert not process.loop.keeper.is_due
    process.clock.now += 1.0
    assert process.loop.keeper.is_due
    process.events.close()


def test_a_change_in_a_pause_is_saved_at_once(
    run: RunDirectory, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = saved_steps(monkeypatch)
    paused = [Change(rate_times=0.5), Change(rate_times=0.5), Stop()]
    InProcess(run, data, at={7: [Pause()]}, paused=paused).train()
    assert steps == [0, 7, 7, 7, 7]  # evaluated, paused, changed twice, stopped


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(), "allowed: rate_times, epochs, patience"),
        (Change(patience=-1), "patience is -1; allowed"),
        (Change(rate_times=2.0, patience=10**7), "patience is 10000000; allowed"),
        (Change(rate_times=-1.0), "allowed: 1e-09 to 1e"),
        (Change(rate_times=0.0), "allowed: 1e-09 to 1e"),
        (Change(rate_times=1e300), "allowed: 1e-09 to 1e"),
        (Change(rate_times=2.0, epochs=1), "epochs is 1; allowed"),
        (Change(epochs=10**30), "allowed"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
    run: RunDirectory, data: Data, unbroken: RunDirectory, change: Change, words: str
) -> None:
    process = InProcess(run, data, at={7: [change]})
    assert process.train().state == "finished"
    (error,) = process.script.errors
    assert words in error
    assert parameters(run) == parameters(unbroken)
    assert not run.record().steered
    assert not [event for event in told(run) if isinstance(event, Changed)]


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


def test_a_rate_out_of_all_reason_diverges_and_spares_the_checkpoint(tmp_path: Path, data: Data) -> None:
    run = create(tmp_path, small_config(optimizer=SGDConfig(1000.0), activation="none"))
    with np.errstate(all="ignore"):
        finished = InProcess(run, data, at={5: [Change(rate_times=1e9)]}).train()
    assert finished.state == "diverged"
    assert (finished.reason or "").startswith(f"diverged at step {finished.step + 1} in dense")
    assert parameters(run)  # finite and readable
    assert run.record().state == "diverged"
    assert history_of(run).state == "diverged"
    assert weights.read(run.best_path)[1].seed == 7  # the first epoch's, though no later checkpoint came


def test_a_state_that_is_not_finite_when_it_is_stopped_has_diverged(run: RunDirectory, data: Data) -> None:
    process = InProcess(run, data, at={7: [Pause()]})

    def poison() -> AnyCommand:
        process.trainer.network.parameters[0] = np.nan
        return Stop()

    process.script.paused = (poison() for _ in range(1))
    finished = process.train()
    assert (finished.state, finished.step) == ("diverged", 7)
    assert parameters(run)


def test_a_first_save_that_would_not_be_finite_leaves_no_checkpoint(run: RunDirectory, data: Data) -> None:
    process = InProcess(run, data)
    process.trainer.network.parameters[:] = np.inf
    with np.errstate(all="ignore"):
        finished = process.train()
    assert finished.state == "diverged"
    assert not run.checkpoint_path.exists()
    assert b"Infinity" not in run.events_path.read_bytes()


def test_a_disk_that_fails_once_is_told_and_tried_again(
    run: RunDirectory, data: Data, unbroken: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper.checkpoint, "save", failing(1, checkpoint.save))
    assert InProcess(run, data).train().state == "finished"
    (note,) = notes(run)
    assert "checkpoint" in note
    assert "No space left on device" in note
    assert parameters(run) == parameters(unbroken)


def test_a_disk_that_fails_for_long_is_told_once(
    run: RunDirectory, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper.checkpoint, "save", failing(4, checkpoint.save))
    assert InProcess(run, data, clock=Clock(tick=1.0)).train().state == "finished"
    assert len(notes(run)) == 1


def test_answers_that_cannot_be_written_do_not_end_the_training(
    run: RunDirectory, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper.predictions, "save", failing(1, predictions.save))
    assert InProcess(run, data).train().state == "finished"
    assert len(notes(run)) == 1
    assert predictions.epochs(run.predictions_path) == [0, 1, 2, 3]  # tried again with the checkpoint


@pytest.mark.parametrize("at", [{}, {7: [Stop()]}])
def test_a_last_save_that_fails_fails_the_run(
    run: RunDirectory, data: Data, monkeypatch: pytest.MonkeyPatch, at: dict[int, list[AnyCommand]]
) -> None:
    monkeypatch.setattr(keeper.checkpoint, "save", failing(99, checkpoint.save))
    finished = InProcess(run, data, at=at).train()
    assert finished.state == "failed"
    assert finished.reason == "the run could not be saved: No space left on device"
    assert run.record().state == history_of(run).state == "failed"


def test_checkpoints_are_at_most_one_a_second_and_the_last_epoch_s_is_there(
    tmp_path: Path, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(tmp_path, small_config(epochs=150, batch_size=0))
    clock = Clock(tick=0.01)
    saved: list[tuple[float, int]] = []

    real = checkpoint.save

    def save(trainer: Trainer, path: Path) -> None:
        saved.append((clock.now, trainer.epoch))
        real(trainer, path)

    monkeypatch.setattr(keeper.checkpoint, "save", save)
    process = InProcess(run, data, clock=clock)
    assert process.train().state == "finished"
    between = np.diff([moment for moment, _ in saved[:-1]])
    assert len(saved) > 5
    assert between.min() >= 1.0
    assert saved[0][1] == 0
    assert saved[-1][1] == 150
    kept = predictions.epochs(run.predictions_path)
    assert (kept[0], kept[-1]) == (0, 150)
    assert len(kept) <= predictions.MOST
    assert len(history_of(run).epochs) == 150


def test_a_checkpoint_that_lags_behind_short_epochs_is_made_up_for(tmp_path: Path, data: Data) -> None:
    """Killed far past the last checkpoint: what was told and answered since is told and answered anew."""
    config = small_config(epochs=40, batch_size=0)
    whole, broken = create(tmp_path, config, "whole"), create(tmp_path, config, "broken")
    InProcess(whole, data).train()
    process = InProcess(broken, data)  # its clock stands still: no checkpoint after the first
    for event in process.trainer.events():
        process.loop._tell(event)
        if process.trainer.epoch == 25 and isinstance(event, EpochFinished):
            break  # killed
    process.events.close()
    assert history_of(broken).epochs[-1].epoch == 25
    resumed = go_on(broken, data)
    assert resumed.trainer.epoch == 0
    predictions.forget_after(broken.predictions_path, 0)
    assert resumed.train().state == "finished"
    assert parameters(broken) == parameters(whole)
    assert broken.best_path.read_bytes() == whole.best_path.read_bytes()
    assert curves(history_of(broken)) == curves(history_of(whole))
    assert broken.record().best_epoch == whole.record().best_epoch


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


def test_a_loop_may_begin_with_a_command_that_cannot_be(run: RunDirectory, data: Data) -> None:
    process = InProcess(run, data)
    with pytest.raises(ValueError, match="epochs is -1"):
        process.loop.begin_with(Change(epochs=-1))
    process.events.close()


def test_a_run_out_of_patience_is_finished_with_a_note(tmp_path: Path, data: Data) -> None:
    """A rate of next to nothing: the accuracy of the first epoch is not bettered for long."""
    config = small_config(epochs=50, optimizer=SGDConfig(0.0))
    training = msgspec.structs.replace(config.training, patience=3)
    run = create(tmp_path, msgspec.structs.replace(config, training=training))
    finished = InProcess(run, data).train()
    assert (finished.state, finished.reason, finished.epochs) == ("finished", None, 4)
    (note,) = notes(run)
    assert note.startswith("stopped early: 3 epochs without a better validation accuracy than ")
    assert note.endswith("that of epoch 1")
    record = run.record()
    assert (record.state, record.epoch, record.best_epoch) == ("finished", 4, 1)
    assert weights.read(run.best_path)[1].training.patience == 3


def test_patience_can_be_changed_while_it_trains(tmp_path: Path, data: Data) -> None:
    run = create(tmp_path, small_config(epochs=50, optimizer=SGDConfig(0.0)))
    finished = InProcess(run, data, at={7: [Change(patience=2)]}).train()
    assert (finished.state, finished.epochs) == ("finished", 3)
    (changed,) = [event for event in told(run) if isinstance(event, Changed)]
    assert changed == Changed(step=7, rate_factor=1.0, epochs=50, patience=2)
    assert run.record().steered


def test_where_there_is_a_mean_it_is_evaluated_exported_and_best(tmp_path: Path, data: Data) -> None:
    config = small_config()
    config = msgspec.structs.replace(config, training=msgspec.structs.replace(config.training, ema=0.9))
    run = create(tmp_path, config)
    process = InProcess(run, data)
    finished = process.train()
    arrays, _ = tensors.read(run.checkpoint_path, "position")
    assert {"parameters", "averages"} < set(arrays)
    live, mean = process.trainer.network.parameters, run.load_network("last").parameters
    np.testing.assert_array_equal(mean, process.trainer.averages["averages"].values)
    assert (mean != live).any()
    process.trainer.network.parameters[...] = mean
    assert process.trainer.evaluator.evaluate(data.test).accuracy == finished.test_accuracy
    assert finished.best_epoch == 3
    np.testing.assert_array_equal(weights.read(run.best_path)[0].parameters, mean)
