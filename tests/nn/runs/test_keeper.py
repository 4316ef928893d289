"""What the loop keeps on disk: a checkpoint a second at most, and nothing that is not finite."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from run_samples import InProcess, create, curves, go_on, history_of, parameters, small_config
from samples import Clock

from nn import checkpoint, weights
from nn.config import SGDConfig
from nn.events import EpochFinished
from nn.runs import keeper, predictions
from nn.runs.control import AnyCommand, Change, Pause, Stop
from nn.runs.store import RunDirectory
from nn.trainer import Data, Trainer

Noted = TypeVar("Noted")


def noted_at_saves(monkeypatch: pytest.MonkeyPatch, note: Callable[[Trainer], Noted]) -> list[Noted]:
    """What `note` says of the trainer whenever a checkpoint will be saved."""
    notes, real = list[Noted](), checkpoint.save

    def save(trainer: Trainer, path: Path) -> None:
        notes.append(note(trainer))
        real(trainer, path)

    monkeypatch.setattr(keeper.checkpoint, "save", save)
    return notes


def test_many_changes_share_a_checkpoint_within_the_second(
    run: RunDirectory, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = noted_at_saves(monkeypatch, lambda trainer: trainer.step)
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
    steps = noted_at_saves(monkeypatch, lambda trainer: trainer.step)
    paused = [Change(rate_times=0.5), Change(rate_times=0.5), Stop()]
    InProcess(run, data, at={7: [Pause()]}, paused=paused).train()
    assert steps == [0, 7, 7, 7, 7]  # evaluated, paused, changed twice, stopped


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


def test_checkpoints_are_at_most_one_a_second_and_the_last_epoch_s_is_there(
    tmp_path: Path, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(tmp_path, small_config(epochs=150, batch_size=0))
    clock = Clock(tick=0.01)
    saved = noted_at_saves(monkeypatch, lambda trainer: (clock.now, trainer.epoch))
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
