"""A trainer's methods beside the plain step: means of weights, max-norm, clipping, smoothing, schedules."""

import msgspec
import numpy as np
import pytest
from samples import SCHEDULES, config, epochs_of, rates_of, run, trainer

from nn.config import CLASSES, BatchNormConfig, DenseConfig, NetworkConfig, ScheduleConfig
from nn.events import StepFinished
from nn.schedules import build_schedule


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
