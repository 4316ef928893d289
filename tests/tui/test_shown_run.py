"""The run on screen over scripted trainers, without a screen: begun, opened, followed."""

import asyncio
from pathlib import Path

import pytest
from few_images import config_of
from scripted_events import epochs, finished, steps
from scripted_trainer import ScriptedTrainer
from steering_hand import Hand, running
from written_run import write_run

from mnist_data import DatasetError
from nn.runs.client import WorkerLost
from nn.runs.store import RunError
from nn.settings import with_settings


async def test_images_too_few_or_missing_start_nothing(
    hand: Hand, trainers: list[ScriptedTrainer], tmp_path: Path, few_images: Path
) -> None:
    hand.session.config = config_of(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="nowhere"):
        await hand.steering.train()
    hand.session.config = with_settings(config_of(few_images), {"data.validation": 500})
    with pytest.raises(DatasetError, match="500"):
        await hand.steering.train()
    assert trainers == []
    assert hand.session.run is None


async def test_a_start_that_fails_leaves_the_run_and_its_images(
    hand: Hand, trainers: list[ScriptedTrainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise RunError("no room")

    await running(hand, trainers)
    await hand.steering.stop()
    run, dataset = hand.session.run, hand.session.dataset
    assert dataset is not None
    hand.session.config = config_of("synthetic")
    monkeypatch.setattr(ScriptedTrainer, "start", refuse)
    with pytest.raises(RunError, match="no room"):
        await hand.steering.again(new_seed=False)
    assert (hand.session.run, hand.session.dataset) == (run, dataset)


async def test_a_network_with_a_long_description_still_gets_a_name(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    layers = [{"type": "dense", "units": 100}] * 20 + [{"type": "dense", "units": 10}]
    await hand.steering.edit(with_settings(hand.session.config, {"network.layers": layers}), None)
    await hand.steering.train()
    assert hand.session.run_name.startswith("784-100-100")


async def test_a_lost_worker_is_told_in_words_and_can_be_resumed(
    hand: Hand, trainers: list[ScriptedTrainer]
) -> None:
    trainer = await running(hand, trainers)
    trainer.tell(WorkerLost("killed by SIGKILL"))
    await hand.until("failed")
    assert hand.session.history.lost == "killed by SIGKILL"
    assert not hand.session.is_alive
    await hand.steering.train()
    assert trainers[1].how == "resume"


async def test_opening_a_run_shows_its_config_curves_and_images(
    hand: Hand, trainers: list[ScriptedTrainer], few_images: Path
) -> None:
    config = config_of(few_images, epochs=2)
    run = write_run(hand.session.runs_dir, config, [*epochs(2), finished(step=20)], name="mine")
    await hand.steering.shown.open(run)
    await hand.until("finished")
    assert hand.session.config == config
    assert hand.session.preset is None
    assert hand.session.run_name == "mine"
    assert hand.session.dataset is not None
    assert hand.session.history.step == 20
    assert hand.session.epochs_kept == [0, 1, 2]


async def test_a_run_of_a_preset_is_that_preset(
    hand: Hand, trainers: list[ScriptedTrainer], few_images: Path
) -> None:
    whole = with_settings(config_of(few_images), {"data.validation": 5000})
    run = write_run(hand.session.runs_dir, whole, [*epochs(1), finished(step=10)])
    await hand.steering.shown.open(run)
    assert hand.session.preset == "first-minute"


async def test_opening_a_run_whose_images_are_gone_shows_none(
    hand: Hand, trainers: list[ScriptedTrainer], tmp_path: Path
) -> None:
    loader = hand.steering.shown.loader
    loader.take(await loader.load(hand.session.config.data))
    hand.session.refresh_answers()
    run = write_run(hand.session.runs_dir, config_of(tmp_path / "gone"), [*epochs(1), finished(step=10)])
    await hand.steering.shown.open(run)
    assert hand.session.dataset is None
    assert "the images of this run cannot be shown" in hand.session.dataset_note
    assert hand.session.answers_are_old  # those of the images before must not stay


async def test_a_long_log_lets_the_keyboard_in(hand: Hand, trainers: list[ScriptedTrainer]) -> None:
    trainer = await running(hand, trainers)
    trainer.tell(*(steps(step, 1) for step in range(11, 2011)))
    turns = 0
    while hand.session.history.step < 2010:
        await asyncio.sleep(0)
        turns += 1
    assert turns >= 10
