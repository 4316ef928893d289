"""The trainer: its events, its edges, its methods, and when it has diverged."""

import msgspec
import numpy as np
import pytest
from samples import EMPTY, OPTIMIZERS, SCHEDULES, config, data, digits, epochs_of, rates_of, run, trainer

from nn.batches import Images
from nn.config import (
    CLASSES,
    AdamConfig,
    BatchNormConfig,
    DenseConfig,
    MomentumConfig,
    NetworkConfig,
    OneCycleConfig,
    OptimizerConfig,
    ScheduleConfig,
    SGDConfig,
)
from nn.divergence import Diverged
from nn.events import EpochFinished, Evaluated, StepFinished
from nn.normalization import BatchNorm
from nn.schedules import build_schedule
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

    @pytest.mark.parametrize("statistic", ["running_mean", "running_var"])
    def test_a_broken_running_statistic_is_named_by_its_layer(self, statistic: str) -> None:
        layers = (DenseConfig(8), BatchNormConfig(activation="relu"), DenseConfig(10))
        made = trainer(msgspec.structs.replace(config(), network=NetworkConfig(layers=layers)))
        normalisation = dict(made.network.learning_layers())["batchnorm1"]
        assert isinstance(normalisation, BatchNorm)
        normalisation.running[statistic][3] = np.inf
        with pytest.raises(Diverged, match=r"^diverged at step 0 in batchnorm1$"):
            made.require_finite_state()

    def test_a_finite_state_passes(self) -> None:
        made: Trainer = trainer(config())
        run(made)
        made.require_finite_state()


class TestAverages:
    def test_the_mean_answers_and_the_live_weights_learn(self) -> None:
        plain, averaged = trainer(config()), trainer(config(ema=0.9))
        run(plain)
        last = epochs_of(run(averaged))[-1]
        np.testing.assert_array_equal(averaged.network.parameters, plain.network.parameters)
        with averaged.answering_weights():
            found = averaged.evaluator.evaluate(averaged.data.validation)
        assert (found.loss, found.accuracy) == (last.validation_loss, last.validation_accuracy)
        assert found.loss != plain.evaluator.evaluate(plain.data.validation).loss

    def test_the_statistics_of_batch_normalisation_have_a_mean_too(self) -> None:
        layers = (DenseConfig(6), BatchNormConfig(activation="relu"), DenseConfig(CLASSES))
        made = trainer(msgspec.structs.replace(config(ema=0.5), network=NetworkConfig(layers=layers)))
        live = expected = None
        for event in made.events():
            if isinstance(event, StepFinished):
                live = made.network.statistics.copy()
                expected = live if expected is None else expected + 0.5 * (live - expected)
        assert live is not None
        assert expected is not None
        with made.answering_weights():
            np.testing.assert_allclose(made.network.statistics, expected, rtol=1e-5)
        np.testing.assert_array_equal(made.network.statistics, live)
        assert not np.allclose(live, expected, rtol=1e-3)

    def test_without_it_the_weights_answer_themselves(self) -> None:
        made = trainer(config())
        with made.answering_weights():
            assert list(made.state()) == ["parameters"]

    def test_before_the_first_step_both_are_the_same(self) -> None:
        plain, averaged = trainer(config()), trainer(config(ema=0.9))
        assert next(plain.events()) == next(averaged.events())


class TestMethods:
    def test_max_norm_holds_after_every_step(self) -> None:
        made = trainer(config(max_norm=1.2))
        for event in made.events():
            if isinstance(event, StepFinished):
                for _, layer in made.network.learning_layers():
                    assert np.linalg.norm(layer.parameters["weight"], axis=0).max() <= 1.2 * (1 + 1e-6)

    def test_the_gradient_is_clipped_before_the_penalty(self) -> None:
        made = trainer(config(clip_norm=0.01, l2=0.5, batch_size=0, epochs=1))
        start = made.network.parameters.copy()
        run(made)
        pull = np.where(np.arange(len(start)) < made.network.weight_count, 0.5 * start, 0)
        clipped = (start - made.network.parameters) / 0.1 - pull
        assert np.linalg.norm(clipped) == pytest.approx(0.01, rel=1e-3)

    def test_smoothing_changes_what_is_learned_and_not_how_it_is_judged(self) -> None:
        smoothed = trainer(config(label_smoothing=0.2))
        run(smoothed)
        found = smoothed.evaluator.evaluate(smoothed.data.validation)
        label = found.probabilities[np.arange(20), smoothed.data.validation.labels]
        assert found.loss == pytest.approx(float(-np.log(label).mean()), rel=1e-5)

    @pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
    def test_the_schedule_knows_the_epochs(self, schedule: ScheduleConfig) -> None:
        rates = rates_of(run(trainer(config(epochs=3, schedule=schedule))))
        plan = build_schedule(schedule, 12, 4)
        assert rates == pytest.approx([0.1 * plan(step) for step in range(12)])
