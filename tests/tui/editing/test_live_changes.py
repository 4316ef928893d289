"""What stands beside the rate while a run trains, and what of an edit changes the run at once."""

import pytest
from few_images import config_of
from scripted_events import finished
from scripted_trainer import ScriptedTrainer
from steering_hand import Hand, running, until

from nn.events import Changed
from nn.settings import with_settings
from tui.editing.edits import setting_of
from tui.editing.live_changes import LIVE, RATE, notes, with_live_changes


def note_of_rate(hand: Hand) -> str:
    config = hand.session.config
    return notes(config, hand.session)(setting_of(config, RATE))


async def told_factor(hand: Hand, factor: float) -> None:
    """The run tells by how much its rate is multiplied, of all that was done to it."""
    ScriptedTrainer.made[-1].tell(Changed(step=10, rate_factor=factor, epochs=5))
    await until(lambda: hand.session.history.rate_factor == factor)


async def test_an_edited_rate_is_not_counted_twice(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    await running(hand, trainers)
    assert note_of_rate(hand) == LIVE
    await hand.steering.edit(with_settings(hand.session.config, {RATE: 0.01}), None)
    await until(lambda: hand.session.history.rate_factor == 2)
    assert note_of_rate(hand) == LIVE
    await told_factor(hand, 2 * 0.8)  # and [ once
    assert note_of_rate(hand) == f"{LIVE}, x0.8"


@pytest.mark.parametrize("rate", [0.00625, 0.007, 0.1])
async def test_no_factor_is_left_of_any_edit(
    hand: Hand, trainers: list[ScriptedTrainer], rate: float
) -> None:
    await running(hand, trainers)
    await hand.steering.edit(with_settings(hand.session.config, {RATE: rate}), None)
    await until(lambda: hand.session.history.rate_factor != 1)
    assert note_of_rate(hand) == LIVE


async def test_a_resumed_run_began_with_its_own_rate(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    trainer = await running(hand, trainers)
    await hand.steering.edit(with_settings(hand.session.config, {RATE: 0.01}), None)
    trainer.tell(finished("stopped", 10))
    await hand.until("stopped")
    await hand.steering.train()
    assert trainers[1].how == "resume"
    await told_factor(hand, 2)
    assert note_of_rate(hand) == LIVE


async def test_of_a_run_opened_again_the_row_has_the_rate_it_began_with(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    trainer = await running(hand, trainers)
    await hand.steering.shown.open(trainer.run)
    await told_factor(hand, 2)
    assert hand.session.config.training.optimizer.learning_rate == 0.005
    assert note_of_rate(hand) == f"{LIVE}, x2"


async def test_nothing_makes_a_factor_of_a_rate_of_nothing(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    hand.session.config = with_settings(hand.session.config, {RATE: 0})
    await running(hand, trainers)
    await told_factor(hand, 0.8)
    assert note_of_rate(hand) == LIVE


def test_another_preset_does_not_reach_the_run() -> None:
    run = config_of("synthetic")
    other = with_settings(
        run,
        {"training.optimizer": {"type": "sgd", "learning_rate": 15.0}, "training.epochs": 3},
    )
    assert with_live_changes(run, run, other) is None
    # Its rate means another thing than the rate of the run's optimizer; its epochs do not.
    faster = with_settings(other, {"training.optimizer.learning_rate": 20.0})
    assert with_live_changes(run, other, faster) is None
    longer = with_live_changes(run, other, with_settings(other, {"training.epochs": 9}))
    assert longer == with_settings(run, {"training.epochs": 9})
    patient = with_live_changes(run, other, with_settings(other, {"training.patience": 3}))
    assert patient == with_settings(run, {"training.patience": 3})


def test_no_factor_leads_from_or_to_a_rate_of_nothing() -> None:
    run = config_of("synthetic")
    still = with_settings(run, {"training.optimizer.learning_rate": 0.0})
    assert with_live_changes(run, run, still) is None
    assert with_live_changes(still, still, run) is None
    assert with_live_changes(run, run, run) is None
