"""Steering over scripted trainers, without a screen: which command each key's deed sends in which state."""

import os
from pathlib import Path

import pytest
from few_images import config_of
from scripted_events import epochs, finished, started, steps
from scripted_trainer import ScriptedTrainer
from steering_hand import Hand, running, until
from written_run import write_run

from mnist_data import DatasetError
from nn.config import Config, DataConfig
from nn.events import Paused
from nn.presets import find
from nn.runs.control import ControlError
from nn.runs.store import RunDirectory, RunError, list_runs, lock
from nn.settings import with_settings
from tui.choices import RunDeed
from tui.session import Parts


async def test_space_starts_pauses_and_goes_on(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    await hand.steering.train()
    await hand.steering.train()  # it starts already
    assert [trainer.how for trainer in trainers] == ["start"]
    assert hand.session.run_config == hand.session.config
    assert hand.session.run_name == "first-minute"
    trainer = trainers[0]
    trainer.tell(started(), steps(10))
    await hand.until("running")
    await hand.steering.train()
    await hand.until("paused")
    await hand.steering.train()
    await hand.until("running")
    assert trainer.commands == [("pause",), ("go_on",)]


@pytest.mark.parametrize(("deed", "command"), [("step", "step"), ("epoch", "finish_epoch")])
async def test_one_step_or_epoch_begins_a_run_or_moves_the_one_there_is(
    hand: Hand, trainers: list[ScriptedTrainer], deed: str, command: str
) -> None:
    await getattr(hand.steering, deed)()
    assert trainers[0].pause_after == deed
    trainers[0].tell(started(), Paused(step=0))
    await hand.until("paused")
    await getattr(hand.steering, deed)()
    assert trainers[0].commands == [(command,)]


@pytest.mark.parametrize("state", ["stopped", "failed"])
@pytest.mark.parametrize("deed", ["train", "step", "epoch"])
async def test_a_run_that_stopped_is_resumed_unless_its_config_was_edited(
    hand: Hand, trainers: list[ScriptedTrainer], state: str, deed: str
) -> None:
    first = await running(hand, trainers)
    first.tell(finished(state, 10, "asked to stop"))
    await hand.until(state)
    await getattr(hand.steering, deed)()
    assert trainers[1].how == "resume"
    assert trainers[1].run.path == first.run.path
    assert trainers[1].pause_after == (None if deed == "train" else deed)
    trainers[1].tell(finished(state, 10, "asked to stop"))
    await hand.until(state)
    await hand.steering.edit(with_settings(hand.session.config, {"seed": 8}), None)
    await getattr(hand.steering, deed)()
    assert trainers[2].how == "start"
    assert trainers[2].run.path != first.run.path


@pytest.mark.parametrize("state", ["finished", "diverged"])
async def test_space_after_the_end_trains_anew(
    hand: Hand, trainers: list[ScriptedTrainer], state: str
) -> None:
    (await running(hand, trainers)).tell(finished(state, 10))
    await hand.until(state)
    await hand.steering.train()
    assert [trainer.how for trainer in trainers] == ["start", "start"]


async def test_again_stops_what_runs_and_keeps_or_changes_the_seed(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    first = await running(hand, trainers)
    await hand.steering.again(new_seed=False)
    assert first.commands == [("stop", "started again")]
    assert trainers[1].run.config().seed == 7
    trainers[1].tell(started())
    await hand.steering.again(new_seed=True)
    assert hand.session.config.seed != 7
    assert hand.session.preset is None
    assert trainers[2].run.config().seed == hand.session.config.seed


async def test_again_loads_the_images_once(
    hand: Hand, trainers: list[ScriptedTrainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await running(hand, trainers)
    load, loaded = hand.steering.shown.loader.load, list[DataConfig]()

    async def counted(config: DataConfig) -> Parts:
        loaded.append(config)
        return await load(config)

    monkeypatch.setattr(hand.steering.shown.loader, "load", counted)
    await hand.steering.edit(with_settings(hand.session.config, {"data.limit": 80}), None)
    await hand.steering.again(new_seed=True)
    assert first.commands == [("stop", "started again")]
    assert [config.limit for config in loaded] == [80]
    assert hand.session.parts is not None
    assert hand.session.parts.config == hand.session.config.data


async def test_images_edited_while_the_run_stops_are_the_ones_trained_on(
    hand: Hand, trainers: list[ScriptedTrainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await running(hand, trainers)
    stop = first.stop

    async def edited(*reasons: str) -> None:
        await stop(*reasons)
        hand.session.config = with_settings(hand.session.config, {"data.limit": 80})

    monkeypatch.setattr(first, "stop", edited)
    await hand.steering.again(new_seed=False)
    assert hand.session.parts is not None
    assert hand.session.parts.config.limit == 80


async def test_again_with_images_that_cannot_be_had_leaves_the_run_alone(
    hand: Hand, trainers: list[ScriptedTrainer], tmp_path: Path
) -> None:
    first = await running(hand, trainers)
    await hand.steering.edit(config_of(tmp_path / "nowhere"), None)
    with pytest.raises(DatasetError, match="nowhere"):
        await hand.steering.again(new_seed=False)
    assert first.commands == []


async def test_stop_needs_a_run(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    with pytest.raises(RunError, match="no run is training; space starts one"):
        await hand.steering.stop()
    trainer = await running(hand, trainers)
    await hand.steering.stop()
    await hand.until("stopped")
    assert trainer.commands == [("stop", "asked to stop")]


async def test_the_rate_is_the_runs_while_it_trains_and_else_the_configs(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    await hand.steering.change_rate(up=False)
    assert hand.session.config.training.optimizer.learning_rate == 0.004
    assert hand.session.preset is None
    trainer = await running(hand, trainers)
    await hand.steering.change_rate(up=True)
    assert trainer.commands == [("change", 1.25, None)]
    assert hand.session.config.training.optimizer.learning_rate == 0.004
    await until(lambda: hand.session.history.rate_factor == 1.25)


async def test_without_a_run_the_rate_keeps_to_what_is_allowed(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    reasons = [await hand.steering.attempt(hand.steering.by_key["rate_up"]) for _ in range(60)]
    assert reasons[0] is None
    assert "allowed: a number from 0 to 1000" in str(reasons[-1])
    assert 800 < hand.session.config.training.optimizer.learning_rate <= 1000
    longer = with_settings(hand.session.config, {"training.epochs": 8})
    assert await hand.steering.edit(longer, None) is None


async def test_a_rate_down_and_up_again_is_the_presets(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    hand.session.config = find("first-minute").config
    await hand.steering.change_rate(up=False)
    assert hand.session.preset is None
    await hand.steering.change_rate(up=True)
    assert hand.session.preset == "first-minute"
    assert hand.changes == 2


async def test_a_refused_command_is_one_sentence(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    await running(hand, trainers)
    ScriptedTrainer.refusal = "the run has ended"
    with pytest.raises(ControlError, match="the run has ended"):
        await hand.steering.train()


# runs that are there


@pytest.mark.parametrize(("deed", "how"), [("open", "attach"), ("resume", "resume"), ("stop", "attach")])
async def test_what_the_list_of_runs_asks_for(
    hand: Hand, trainers: list[ScriptedTrainer], deed: RunDeed, how: str, config: Config
) -> None:
    run = write_run(hand.session.runs_dir, config, epochs(1), state="stopped")
    if deed == "stop":
        with pytest.raises(RunError, match=r"^this run is not training$"):
            await hand.steering.deed(run.path, deed)
        worker = lock(run.events_path)
        await hand.steering.deed(run.path, deed)
        os.close(worker)
    else:
        await hand.steering.deed(run.path, deed)
    assert trainers[0].how == how
    if deed == "stop":
        assert trainers[0].commands == [("stop", "asked to stop")]
        assert hand.session.run is None
    else:
        assert hand.session.run is not None
        assert hand.session.dataset is not None


async def test_the_run_on_screen_is_not_deleted_and_another_is(
    hand: Hand, trainers: list[ScriptedTrainer], config: Config
) -> None:
    shown = write_run(hand.session.runs_dir, config, [*epochs(1), finished(step=10)])
    other = write_run(hand.session.runs_dir, config, [*epochs(1), finished(step=10)])
    await hand.steering.deed(shown.path, "open")
    with pytest.raises(RunError, match="on screen"):
        await hand.steering.deed(shown.path, "delete")
    await hand.steering.deed(other.path, "delete")
    assert [run.path for run in list_runs(hand.session.runs_dir)] == [shown.path]


async def test_a_run_that_was_deleted_is_not_resumed(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    first = await running(hand, trainers)
    first.tell(finished("stopped", 10, "asked to stop"))
    await hand.until("stopped")
    first.run.remove()
    await hand.steering.train()
    assert trainers[1].how == "start"


async def test_what_is_no_run_is_said(hand: Hand, trainers: list[ScriptedTrainer], tmp_path: Path) -> None:
    with pytest.raises(RunError, match="the run nothing is not there any more"):
        await hand.steering.deed(RunDirectory(tmp_path / "nothing").path, "open")
    assert hand.session.run is None


async def test_a_run_of_the_list_or_the_one_before_is_laid_over(
    hand: Hand, trainers: list[ScriptedTrainer], config: Config
) -> None:
    other = write_run(hand.session.runs_dir, config, [*epochs(3), finished(step=30)])
    shown = write_run(hand.session.runs_dir, config, [*epochs(1), finished(step=10)])
    await hand.steering.deed(shown.path, "open")
    await hand.steering.deed(other.path, "overlay")
    assert [history.step for history in hand.session.overlays.values()] == [30]
    await hand.steering.toggle_overlay()
    assert hand.session.overlays == {}
    await hand.steering.toggle_overlay()
    assert [history.step for history in hand.session.overlays.values()] == [30]
