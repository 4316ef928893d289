"""What an edit of the config does to the run on screen: at once, from the next run on, or not at all."""

import pytest
from scripted_events import finished
from scripted_trainer import ScriptedTrainer
from steering_hand import Hand, running

from nn.runs.control import ControlError
from nn.settings import with_settings


async def test_epochs_and_rate_change_the_run_that_trains(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    trainer = await running(hand, trainers)
    config = with_settings(hand.session.config, {"training.epochs": 8})
    assert await hand.steering.edit(config, None) == "changed in the run that trains"
    config = with_settings(config, {"training.optimizer.learning_rate": 0.01})
    assert await hand.steering.edit(config, None) == "changed in the run that trains"
    assert trainer.commands == [("change", None, 8), ("change", 2.0, None)]
    assert hand.session.run_config == hand.session.config
    trainer.tell(finished("stopped", 10))
    await hand.until("stopped")
    await hand.steering.train()
    assert trainers[1].how == "resume"


async def test_all_else_holds_from_the_next_run_on(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    trainer = await running(hand, trainers)
    run_config = hand.session.run_config
    config = with_settings(hand.session.config, {"training.batch_size": 64})
    assert await hand.steering.edit(config, None) == "this holds from the next run on"
    assert hand.session.config == config
    assert hand.session.run_config == run_config
    assert trainer.commands == []


async def test_an_edit_without_a_run_says_nothing(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    config = with_settings(hand.session.config, {"training.epochs": 8})
    assert await hand.steering.edit(config, None) is None
    assert hand.session.config == config


async def test_a_change_that_the_run_refuses_stays_an_edit(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    await running(hand, trainers)
    run_config = hand.session.run_config
    ScriptedTrainer.refusal = "epochs is 1; allowed: at least 2"
    config = with_settings(hand.session.config, {"training.epochs": 1})
    with pytest.raises(ControlError):
        await hand.steering.edit(config, None)
    assert hand.session.config == config
    assert hand.session.run_config == run_config
