"""What a person changes in a run's loop while it trains: rate, epochs and patience."""

from pathlib import Path

import msgspec
import pytest
from run_samples import InProcess, create, go_on, history_of, notes, parameters, small_config, told

from nn import weights
from nn.config import ConstantConfig, OneCycleConfig, ScheduleConfig, SGDConfig
from nn.events import Changed
from nn.runs.control import Change, Stop
from nn.runs.store import RunDirectory
from nn.trainer import Data


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


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (
            OneCycleConfig(final_div_factor=10.0),
            ["the schedule one_cycle has ended: epochs added now train at its last rate, 2e-05"],
        ),
        (ConstantConfig(), []),
    ],
)
def test_epochs_added_after_the_end_of_a_schedule_train_at_its_last_rate_and_that_is_said(
    tmp_path: Path, data: Data, schedule: ScheduleConfig, expected: list[str]
) -> None:
    config = small_config()
    training = msgspec.structs.replace(config.training, schedule=schedule)
    run = create(tmp_path, msgspec.structs.replace(config, training=training))
    InProcess(run, data).train()
    longer = go_on(run, data)
    longer.loop.begin_with(Change(epochs=4))
    longer.train()
    assert notes(run) == expected
    assert history_of(run).epochs[-1].epoch == 4


@pytest.fixture
def one_cycle(tmp_path: Path) -> RunDirectory:
    config = small_config()
    training = msgspec.structs.replace(config.training, schedule=OneCycleConfig())
    return create(tmp_path, msgspec.structs.replace(config, training=training))


def test_that_a_schedule_has_ended_is_not_said_where_epochs_are_taken_away(
    one_cycle: RunDirectory, data: Data
) -> None:
    InProcess(one_cycle, data).train()
    longer = go_on(one_cycle, data)
    longer.loop.begin_with(Change(epochs=6))
    longer.script.at[17] = [Change(epochs=4)]
    longer.train()
    assert len(notes(one_cycle)) == 1  # that of the epochs added


def test_no_epochs_at_all_are_no_schedule_that_has_ended(one_cycle: RunDirectory, data: Data) -> None:
    none = InProcess(one_cycle, data)
    none.loop.begin_with(Change(epochs=0))
    none.train()
    assert notes(one_cycle) == []


def test_a_stretched_schedule_ends_although_its_steps_are_rounded(
    one_cycle: RunDirectory, data: Data
) -> None:
    InProcess(one_cycle, data, at={2: [Change(epochs=5)]}).train()
    longer = go_on(one_cycle, data)
    longer.loop.begin_with(Change(epochs=6))
    position = longer.trainer.position
    assert position.planned_step(batches=5) < position.planned_epochs * 5
    longer.train()
    assert len(notes(one_cycle)) == 1
