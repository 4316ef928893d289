"""What is off with a run, from scripted events."""

import re

import pytest
from scripted_events import HEALTHY, epoch, finished, measured, started, steps, told

from nn.events import EpochFinished, RunEvent
from nn.runs.history import History
from tui.training.diagnosis import diagnose


def sentences(*events: RunEvent, is_cross_entropy: bool = True) -> list[str]:
    """What is said of a run that has told these events since its start."""
    return diagnose(told(started(), *events), is_cross_entropy=is_cross_entropy)


def judged(train_accuracy: float, validation_accuracy: float | None, number: int = 1) -> EpochFinished:
    """An epoch with these shares of right answers; with its number its validation loss rises."""
    return epoch(
        number,
        train_accuracy=train_accuracy,
        validation_accuracy=validation_accuracy,
        validation_loss=0.1 * number,
    )


def test_nothing_is_off_with_a_good_run() -> None:
    assert sentences(steps(400, 400), measured(400, HEALTHY), epoch(1), epoch(2)) == []
    assert diagnose(History(), is_cross_entropy=True) == []


def test_a_network_that_guesses() -> None:
    flat = steps(400, 400, loss=2.3026)
    (sentence,) = sentences(flat)
    assert "loss stays at 2.303, and ln 10 = 2.303 is a guess" in sentence
    assert sentences(flat, is_cross_entropy=False) == []
    assert sentences(steps(50, 50, loss=2.3026)) == []  # too early to say
    assert sentences(steps(400, 400, loss=2.29)) == []


def test_a_rate_that_is_too_high_names_layer_and_share() -> None:
    first, second = sentences(measured(10, (0.4, 0.2, None), (0.4, 0.2, None)))
    assert "rate too high: one step moves dense1 by 20 % of its weights" in first
    assert "(update-to-weight ratio 0.2); below 10 % is usual; try the rate divided by 10" in first
    assert "dense2" in second
    (sentence,) = sentences(measured(10, (0.4, 3.0, None)))
    assert sentence.endswith("try the rate divided by 100")


def test_dead_neurons_are_named_with_their_layer() -> None:
    (sentence,) = sentences(measured(10, (0.1, 1e-3, 0.6), (0.1, 1e-3, 0.4)))
    assert sentence.startswith("dead ReLUs: 60 % of the ReLUs in dense1 fire for no image of a batch")


def test_nearly_all_are_not_called_all() -> None:
    (sentence,) = sentences(measured(10, (0.4, 1e-3, 0.996)))
    assert sentence.startswith("dead ReLUs: >99 % of the ReLUs")
    (sentence,) = sentences(judged(0.9996, 0.9))
    assert sentence.startswith("overfitting: >99.9 % right in training, 90.0 % on")


def test_a_lost_worker_comes_first() -> None:
    history = told(started(), measured(10, (0.4, 1e-3, 0.6)))
    history.lose("killed by SIGKILL")
    first = diagnose(history, is_cross_entropy=True)[0]
    assert first == "the worker is gone: killed by SIGKILL; space resumes from the last checkpoint"


def test_a_reason_for_the_end_is_given() -> None:
    reason = "the loss is not finite at step 212; last good weights kept"
    assert sentences(finished("diverged", 212, reason)) == [f"diverged: {reason}"]
    assert sentences(finished()) == []


def rising(*losses: float | None, last: float = 0.9) -> list[str]:
    """What is said after epochs with these validation losses, the last of which is right in that share."""
    epochs = [
        epoch(number, validation_loss=loss, validation_accuracy=0.9) for number, loss in enumerate(losses, 1)
    ]
    epochs[-1] = epoch(len(losses), validation_loss=losses[-1], validation_accuracy=last)
    return sentences(*epochs)


def test_validation_loss_that_rises() -> None:
    assert rising(0.3, 0.2, 0.3, 0.4) == [
        "validation loss rose for 2 epochs, from 0.2 to 0.4; accuracy did not rise: it learns the training "
        "images by heart; falling or level is usual; try an earlier stop (patience) or l2"
    ]
    assert rising(0.2, 0.3, 0.4, last=0.95) == [
        "validation loss rose for 2 epochs, from 0.2 to 0.4; accuracy still rose; falling or level is "
        "usual; try an earlier stop (patience) or l2"
    ]


@pytest.mark.parametrize(
    "losses", [(0.3, 0.2), (0.2, 0.3), (0.2, 0.3, 0.4, 0.35), (None, None, None), (0.2,)]
)
def test_validation_loss_that_does_not_rise_twice(losses: tuple[float | None, ...]) -> None:
    assert rising(*losses) == []


def test_divergence_names_the_rate_and_a_smaller_one() -> None:
    (sentence,) = sentences(
        steps(5, 5, loss=0.5, rate=2.0), finished("diverged", 5, "diverged at step 6 in dense1")
    )
    assert sentence == (
        "diverged at step 6 in dense1; the last loss was 0.5, the rate 2; a loss that falls from about 2.3 "
        "is usual; try a rate of 0.2 and less, or training.clip_norm = 1"
    )


def test_an_end_that_was_asked_for_is_no_matter_of_the_rate() -> None:
    assert sentences(steps(5, 5), finished("stopped", 5, "asked to stop")) == ["stopped: asked to stop"]


def test_a_rate_is_too_low_when_no_step_ever_moved_a_layer() -> None:
    low = measured(100, (1.0, 2e-7, None), (1.0, 4e-7, None))
    (sentence,) = sentences(steps(150, 150), low)
    assert sentence.startswith("rate too low: no step moved a layer by more than 4e-07 of its weights")
    assert sentence.endswith("about 0.001 is usual; try a rate 2,000 times as high")
    (sentence,) = sentences(steps(150, 150), measured(100, (1.0, 1.7e-6, None)))
    assert sentence.endswith("try a rate 500 times as high")
    (sentence,) = sentences(steps(150, 150), measured(100, (1.0, 0.0, None)))
    assert sentence.endswith("try a higher rate")
    assert sentences(steps(50, 50), low) == []  # too early to say
    assert sentences(steps(150, 150), measured(10, (1.0, 1e-3, None)), low) == []  # its schedule ends low


def test_vanishing_gradients_compare_the_first_layer_with_the_last() -> None:
    (sentence,) = sentences(measured(10, (2e-4, 1e-3, None), (0.1, 1e-3, None)))
    assert sentence.startswith("vanishing gradients: that of dense1 is 0.002 of that of dense2")
    assert sentences(measured(10, (0.01, 1e-3, None), (0.1, 1e-3, None))) == []
    assert sentences(measured(10, (1e-4, 1e-3, None))) == []  # one layer alone
    assert sentences(measured(10, (None, 1e-3, None), (0.1, 1e-3, None))) == []


def test_exploding_gradients_are_long_or_grow_on_the_way_back() -> None:
    (sentence,) = sentences(measured(10, (30.0, 1e-3, None), (0.1, 1e-3, None)))
    assert sentence.startswith("exploding gradients: that of dense1 is 300 times that of dense2")
    (sentence,) = sentences(measured(10, (30.0, 1e-3, None), (1234.0, 1e-3, None)))
    assert sentence.startswith("exploding gradients: that of dense2 is 1.23e+03 long")
    assert sentences(measured(10, (9.0, 1e-3, None), (0.1, 1e-3, None))) == []


@pytest.mark.parametrize(
    "events",
    [
        [steps(5, 5, loss=0.5, rate=2.0), finished("diverged", 5, "diverged at step 6 in dense1")],
        [steps(150, 150), measured(100, (1.0, 2e-7, None))],
        [measured(10, (0.1, 0.3, None))],
        [measured(10, (2e-4, 1e-3, None), (0.1, 1e-3, None))],
        [measured(10, (30.0, 1e-3, None), (0.1, 1e-3, None))],
        [measured(10, (300.0, 1e-3, None))],
        [measured(10, (0.0, None, 1.0))],
        [measured(10, (0.1, 1e-3, 0.6))],
        [steps(400, 400, loss=2.3)],
        [judged(0.99, 0.15)],
        [judged(0.999, 0.9)],
        [judged(0.9, 0.88, number) for number in (1, 2, 3)],
    ],
    ids=lambda events: type(events[-1]).__name__,
)
def test_each_says_what_was_measured_what_is_usual_and_what_to_try(events: list[RunEvent]) -> None:
    (sentence,) = sentences(*events)
    measured_part, _, rest = sentence.partition(" usual")
    assert re.search(r"\d", measured_part)
    assert "; try " in rest


def test_weights_of_zero_are_not_called_dead() -> None:
    (sentence,) = sentences(measured(10, (0.0, None, 1.0), (0.0, None, None)))
    assert sentence.startswith("the weights of dense1, dense2 are all 0 and get no gradient")


def test_batches_that_are_not_mixed_are_not_called_overfitting() -> None:
    (sentence,) = sentences(judged(0.99, 0.15))
    assert sentence.startswith("batches are not mixed: 99.0 % right in training, 15.0 % on validation")


def test_overfitting_is_a_gap_at_the_end_of_learning() -> None:
    (sentence,) = sentences(judged(0.999, 0.9))
    assert sentence.startswith("overfitting: 99.9 % right in training, 90.0 % on validation")
    assert sentences(judged(0.95, 0.88)) == []  # it still learns
    assert sentences(judged(0.995, 0.98)) == []
    assert sentences(judged(0.999, None)) == []


def test_a_network_that_has_learned_nothing_has_not_overfitted() -> None:
    """Its validation loss may rise by chance."""
    guessing = [judged(0.11, 0.1, number) for number in (1, 2, 3)]
    assert sentences(*guessing) == []
    learned = [judged(0.9, 0.88, number) for number in (1, 2, 3)]
    (sentence,) = sentences(*learned)
    assert sentence.startswith("validation loss rose for 2 epochs, from 0.1 to 0.3; accuracy did not rise")
