"""What is off with a run, from scripted events."""

import pytest
from scripted_events import epoch, finished, layers, started, steps

from nn.events import RunEvent
from nn.runs.history import History
from tui.training.diagnosis import diagnose


def told(*events: RunEvent) -> History:
    history = History()
    for event in events:
        history.feed(event)
    return history


def sentences(*events: RunEvent, is_cross_entropy: bool = True) -> str:
    return "\n".join(diagnose(told(*events), is_cross_entropy=is_cross_entropy))


def test_nothing_is_off_with_a_good_run() -> None:
    assert sentences(started(), steps(400, 400), layers(400, "dense1"), epoch(1), epoch(2)) == ""
    assert diagnose(History(), is_cross_entropy=True) == []


def test_a_network_that_guesses() -> None:
    flat = (started(), steps(400, 400, loss=2.3026))
    assert "loss stays at 2.303, and ln 10 = 2.303 is a guess" in sentences(*flat)
    assert sentences(*flat, is_cross_entropy=False) == ""
    assert sentences(started(), steps(50, 50, loss=2.3026)) == ""  # too early to say
    assert sentences(started(), steps(400, 400, loss=2.29)) == ""


def test_a_rate_that_is_too_high_names_layer_and_share() -> None:
    text = sentences(started(), layers(10, "dense1", "dense2", update_ratio=0.2))
    assert "rate too high: one step moves dense1 by 20 % of its weights" in text
    assert "(update-to-weight ratio 0.2); about 0.1 % is usual" in text
    assert "dense2" in text


def test_dead_neurons() -> None:
    assert "60 % of the ReLUs in dense1 fire for no image of a batch" in sentences(
        started(), layers(10, "dense1", dead=0.6)
    )
    assert sentences(started(), layers(10, "dense1", dead=None)) == ""


def test_nearly_all_are_not_called_all() -> None:
    assert "dead ReLUs: >99 % of the ReLUs" in sentences(started(), layers(10, "dense1", dead=0.996))
    by_heart = epoch(1, train_accuracy=0.9996, validation_accuracy=0.9)
    assert "overfitting: >99.9 % right in training, 90.0 % on" in sentences(started(), by_heart)


def test_a_lost_worker_comes_first() -> None:
    history = told(started(), layers(10, "dense1", dead=0.6))
    history.lose("killed by SIGKILL")
    first = diagnose(history, is_cross_entropy=True)[0]
    assert first == "the worker is gone: killed by SIGKILL; space resumes from the last checkpoint"


def test_a_reason_for_the_end_is_given() -> None:
    reason = "the loss is not finite at step 212; last good weights kept"
    assert sentences(started(), finished("diverged", 212, reason)) == f"diverged: {reason}"
    assert sentences(started(), finished()) == ""


def rising(*losses: float | None, accuracy: float = 0.9, last: float = 0.9) -> str:
    told = [
        epoch(number, validation_loss=loss, validation_accuracy=accuracy)
        for number, loss in enumerate(losses, 1)
    ]
    told[-1] = epoch(len(losses), validation_loss=losses[-1], validation_accuracy=last)
    return sentences(started(), *told)


def test_validation_loss_that_rises() -> None:
    assert rising(0.3, 0.2, 0.3, 0.4) == (
        "validation loss rose for 2 epochs, from 0.2 to 0.4; accuracy did not rise: it learns the training "
        "images by heart; falling or level is usual; try an earlier stop (patience) or l2"
    )
    assert rising(0.2, 0.3, 0.4, last=0.95) == (
        "validation loss rose for 2 epochs, from 0.2 to 0.4; accuracy still rose; falling or level is "
        "usual; try an earlier stop (patience) or l2"
    )


@pytest.mark.parametrize(
    "losses", [(0.3, 0.2), (0.2, 0.3), (0.2, 0.3, 0.4, 0.35), (None, None, None), (0.2,)]
)
def test_validation_loss_that_does_not_rise_twice(losses: tuple[float | None, ...]) -> None:
    assert rising(*losses) == ""
