"""A disk that fails while a run is saved: told once, tried again, and at the end of the run a failure."""

from collections.abc import Callable

import pytest
from run_samples import InProcess, history_of, notes, parameters
from samples import Clock

from nn import checkpoint
from nn.runs import keeper, predictions
from nn.runs.control import AnyCommand, Stop
from nn.runs.store import RunDirectory
from nn.trainer import Data


def failing(count: int, real: Callable[..., None]) -> Callable[..., None]:
    """A writer that fails `count` times and then is `real`."""
    left = [count]

    def write(*arguments: object) -> None:
        if left[0]:
            left[0] -= 1
            raise OSError(28, "No space left on device")
        real(*arguments)

    return write


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
