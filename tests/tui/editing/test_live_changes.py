"""What stands beside the rate while a run trains: the factor that the edited rate does not hold already."""

import pytest
from scripted_events import finished
from scripted_trainer import ScriptedTrainer
from steering_hand import Hand, running, until

from nn.events import Changed
from nn.settings import with_settings
from tui.editing.edits import setting_of
from tui.editing.live_changes import LIVE, RATE, notes


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
