"""The trainer: its events, its edges, and when it has diverged."""

import numpy as np
import pytest
from samples import EMPTY, OPTIMIZERS, config, data, digits, epochs_of, rates_of, run, trainer

from nn.batches import Images
from nn.config import (
    AdamConfig,
    MomentumConfig,
    OneCycleConfig,
    OptimizerConfig,
    SGDConfig,
)
from nn.divergence import Diverged
from nn.events import EpochFinished, Evaluated, StepFinished
from nn.trainer import Data, Trainer


def test_events_come_in_order() -> None:
    events = run(trainer(config(epochs=2)))
    assert [type(event) for event in events] == [
        Evaluated,
        *[StepFinished] * 4,
        EpochFinished,
        *[StepFinished] * 4,
        EpochFinished,
    ]
    assert [event.step for event in events] == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 8]
    assert [event.images for event in events if isinstance(event, StepFinished)] == [16, 16, 16, 2] * 2
    assert [event.epoch for event in events if isinstance(event, StepFinished)] == [1] * 4 + [2] * 4


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)
def test_every_optimizer_learns(optimizer: OptimizerConfig) -> None:
    events = run(trainer(config(optimizer=optimizer, epochs=25), data(training=200)))
    last = epochs_of(events)[-1]
    assert last.train_loss < 0.5
    assert last.test_accuracy is not None
    assert last.test_accuracy > 0.8


def test_the_training_figures_are_means_over_images() -> None:
    events = run(trainer(config(epochs=1)))
    steps = [event for event in events if isinstance(event, StepFinished)]
    (epoch,) = epochs_of(events)
    assert epoch.train_loss == pytest.approx(sum(step.loss * step.images for step in steps) / 50)
    assert epoch.train_accuracy == sum(step.correct for step in steps) / 50
    assert epoch.learning_rate == steps[-1].learning_rate


def test_seconds_are_counted_by_the_given_clock() -> None:
    (epoch,) = epochs_of(run(trainer(config(epochs=1))))
    # Each of four steps lasts one tick of the clock, the epoch's evaluation another.
    assert epoch.images_per_second == 50 / 4
    assert epoch.seconds == 5


def test_time_between_events_is_not_training_time() -> None:
    made = trainer(config(epochs=1))
    for event in made.events():
        for _ in range(100):
            made.clock()
        if isinstance(event, EpochFinished):
            assert event.seconds == 5


def test_the_same_config_gives_the_same_weights() -> None:
    first, second, other = trainer(config()), trainer(config()), trainer(config(seed=8))
    assert [*map(repr, run(first))] == [*map(repr, run(second))]
    np.testing.assert_array_equal(first.network.parameters, second.network.parameters)
    run(other)
    assert (first.network.parameters != other.network.parameters).any()


def test_watching_does_not_change_the_weights() -> None:
    quiet, watched = trainer(config()), trainer(config())
    run(quiet)
    for _ in watched.events():
        watched.evaluator.evaluate(digits(33, 9))
        watched.learning_rate()
    np.testing.assert_array_equal(quiet.network.parameters, watched.network.parameters)


def test_a_plain_loop_gives_the_same_weights() -> None:
    """Full batch, plain descent: w := w - rate * gradient, with a second network's own passes."""
    made = trainer(config(batch_size=0, epochs=5))
    reference = trainer(config(batch_size=0, epochs=5))
    run(made)
    images = reference.data.training.images[..., np.newaxis] / np.float32(255)
    for _ in range(5):
        outputs = reference.network.forward(images.astype(np.float32))
        _, gradient = reference.loss(outputs, reference.data.training.labels)
        reference.network.backward(gradient)
        reference.network.parameters -= np.float32(0.1) * reference.network.gradients
    np.testing.assert_allclose(made.network.parameters, reference.network.parameters, atol=1e-6)


def test_adam_gets_the_number_of_the_step() -> None:
    """Its bias correction depends on the step, counted here by hand."""
    made, reference = (trainer(config(optimizer=AdamConfig(0.01), batch_size=0, epochs=4)) for _ in range(2))
    run(made)
    images, labels = next(reference.batches.epoch(0))
    for step in range(4):
        _, gradient = reference.loss(
            reference.network.forward_bytes(images, reference.pixels, reference.key), labels
        )
        reference.network.backward(gradient)
        reference.optimizer.update(reference.network.parameters, reference.network.gradients, 0.01, step)
    np.testing.assert_array_equal(made.network.parameters, reference.network.parameters)


class TestEdges:
    def test_no_epochs_is_a_run_too(self) -> None:
        made = trainer(config(epochs=0, schedule=OneCycleConfig()))
        before = made.network.parameters.copy()
        (event,) = run(made)
        assert isinstance(event, Evaluated)
        assert event.test_accuracy is not None
        assert made.learning_rate() >= 0
        np.testing.assert_array_equal(made.network.parameters, before)

    def test_without_validation_images_figures_are_null(self) -> None:
        made = trainer(config(epochs=2), Data(digits(30), EMPTY, EMPTY))
        for event in run(made):
            if not isinstance(event, StepFinished):
                assert event.validation_loss is event.validation_accuracy is None
                assert event.test_loss is event.test_accuracy is None
        assert made.evaluations == {}
        assert made.position.best_epoch is None

    @pytest.mark.parametrize("batch_size", [0, 50, 51, 10**9])
    def test_a_batch_of_everything_is_one_step_an_epoch(self, batch_size: int) -> None:
        events = run(trainer(config(batch_size=batch_size, epochs=2)))
        assert [event.images for event in events if isinstance(event, StepFinished)] == [50, 50]

    def test_one_image(self) -> None:
        events = run(trainer(config(epochs=2), Data(digits(1), digits(1), digits(1))))
        assert [event.step for event in epochs_of(events)] == [1, 2]

    def test_one_step_of_one_cycle(self) -> None:
        (rate,) = rates_of(run(trainer(config(batch_size=0, epochs=1, schedule=OneCycleConfig()))))
        assert rate == pytest.approx(0.1 * 4e-6)

    def test_evaluation_is_independent_of_its_chunks(self) -> None:
        made = trainer(config(epochs=1))
        run(made)
        many = digits(1203, 5)
        whole = made.evaluator.evaluate(many)
        parts = [
            made.evaluator.evaluate(
                Images(many.images[start : start + 100], many.labels[start : start + 100])
            )
            for start in range(0, 1203, 100)
        ]
        probabilities = np.concatenate([part.probabilities for part in parts])
        np.testing.assert_allclose(whole.probabilities, probabilities, atol=1e-6)
        assert whole.accuracy == np.mean(whole.probabilities.argmax(axis=1) == many.labels)


class TestDivergence:
    @pytest.mark.parametrize("optimizer", [SGDConfig(1000.0), MomentumConfig(1000.0)])
    def test_it_names_step_and_layer(self, optimizer: OptimizerConfig) -> None:
        made = trainer(config(optimizer=optimizer, epochs=50, l2=1000.0))
        with np.errstate(all="ignore"), pytest.raises(Diverged, match=r"^diverged at step \d+ in dense[12]$"):
            run(made)

    def test_a_loss_that_is_not_finite_is_seen_at_its_step(self) -> None:
        made = trainer(config())
        events = made.events()
        for event in events:
            if event.step == 5:
                break
        layers = dict(made.network.learning_layers())
        layers["dense2"].parameters["weight"][3, 3] = np.nan
        with np.errstate(all="ignore"), pytest.raises(Diverged, match=r"^diverged at step 6 in dense2$"):
            next(events)

    def test_a_weight_broken_by_an_epochs_last_step_is_seen_before_the_evaluation(self) -> None:
        made = trainer(config())
        events = made.events()
        for event in events:
            if event.step == 4:
                break
        made.network.parameters[-1] = np.inf  # a bias of the second layer
        with pytest.raises(Diverged, match=r"^diverged at step 4 in dense2$"):
            next(events)

    def test_an_optimizers_slot_counts_too(self) -> None:
        made = trainer(config(optimizer=AdamConfig(0.01)))
        run(made)
        made.optimizer.slots["square_sum"][0] = np.inf
        with pytest.raises(Diverged, match=r"^diverged at step 12 in dense1$"):
            made.require_finite_state()

    def test_a_finite_state_passes(self) -> None:
        made: Trainer = trainer(config())
        run(made)
        made.require_finite_state()
