"""What a person may change while a trainer runs: the rate, the epochs, and how long it is patient."""

import math
from typing import Any

import numpy as np
import pytest
from samples import EMPTY, config, digits, epochs_of, rates_of, run, trainer

from nn.batches import Images
from nn.config import OneCycleConfig
from nn.events import EpochFinished, StepFinished
from nn.schedules import build_schedule
from nn.trainer import Data, Trainer, TrainerEvent


class TestChange:
    def test_a_factor_multiplies_what_the_schedule_gives(self) -> None:
        made = trainer(config(epochs=2, schedule=OneCycleConfig()))
        rates: list[float] = []
        for event in made.events():
            if isinstance(event, StepFinished):
                rates.append(event.learning_rate)
                if event.step == 3:
                    made.change(rate_factor=0.5)
        plan = build_schedule(OneCycleConfig(), 8)
        expected = [0.1 * plan(step) * (0.5 if step >= 3 else 1) for step in range(8)]
        assert rates == pytest.approx(expected)

    @pytest.mark.parametrize(("epochs", "steps_left"), [(2, 3), (3, 7), (9, 31)])
    def test_what_remains_of_the_schedule_is_stretched(self, epochs: int, steps_left: int) -> None:
        made = trainer(config(epochs=3, schedule=OneCycleConfig()))
        rates: list[float] = []
        for event in made.events():
            if isinstance(event, StepFinished):
                rates.append(event.learning_rate)
                if event.step == 5:
                    made.change(epochs=epochs)
        assert len(rates) == 4 * epochs
        plan = build_schedule(OneCycleConfig(), 12)
        expected = [0.1 * plan(5 + step * 7 / steps_left) for step in range(steps_left)]
        assert rates[5:] == pytest.approx(expected)

    def test_before_the_start_it_is_a_new_plan(self) -> None:
        changed = trainer(config(epochs=3, schedule=OneCycleConfig()))
        changed.change(epochs=5)
        planned = trainer(config(epochs=5, schedule=OneCycleConfig()))
        assert rates_of(run(changed)) == rates_of(run(planned))
        np.testing.assert_array_equal(changed.network.parameters, planned.network.parameters)

    def test_after_the_end_it_goes_on_at_the_last_rate(self) -> None:
        made = trainer(config(epochs=2, schedule=OneCycleConfig()))
        last = rates_of(run(made))[-1]
        made.change(epochs=3)
        events = run(made)
        assert [event.step for event in events] == [9, 10, 11, 12, 12]
        assert rates_of(events) == pytest.approx([last] * 4)

    def test_no_epochs_and_then_some(self) -> None:
        made = trainer(config(epochs=0, schedule=OneCycleConfig()))
        run(made)
        made.change(epochs=1)
        assert rates_of(run(made)) == rates_of(run(trainer(config(epochs=1, schedule=OneCycleConfig()))))

    def test_the_epoch_under_way_can_be_the_last(self) -> None:
        made = trainer(config(epochs=5))
        events: list[TrainerEvent] = []
        for event in made.events():
            events.append(event)
            if event.step == 5 and isinstance(event, StepFinished):
                made.change(epochs=2)
        assert events[-1].step == 8

    @pytest.mark.parametrize(
        ("step", "epochs", "least"), [(0, -1, 0), (5, 1, 2), (8, 1, 2), (4, 0, 1), (1, 10**6 + 1, 1)]
    )
    def test_epochs_out_of_range_are_one_sentence_and_change_nothing(
        self, step: int, epochs: int, least: int
    ) -> None:
        made = trainer(config(epochs=5))
        for event in made.events():
            if event.step == step:
                break
        before = made.position
        with pytest.raises(
            ValueError, match=rf"^epochs is {epochs}; allowed: a whole number from {least} to"
        ):
            made.change(epochs=epochs, rate_factor=2.0)
        assert made.position == before

    @pytest.mark.parametrize("factor", [-1.0, math.nan, math.inf, 1e10])
    def test_a_factor_out_of_range_is_one_sentence(self, factor: float) -> None:
        made = trainer(config())
        with pytest.raises(ValueError, match=r"^rate_factor is .*; allowed: a number from 0 to 1e\+09$"):
            made.change(rate_factor=factor)
        assert made.position.rate_factor == 1.0


class TestPatience:
    """On labels drawn by lot there is nothing to learn: the best epoch comes soon and is never bettered."""

    def hopeless(self, **training: Any) -> Trainer:
        rng = np.random.default_rng(0)
        validation = Images(digits(60, 2).images, rng.integers(0, 10, 60).astype(np.uint8))
        return trainer(config(epochs=40, **training), Data(digits(50, 1), validation, digits(20, 3)))

    def test_a_run_ends_when_no_epoch_was_better_for_so_long(self) -> None:
        made = self.hopeless(patience=3)
        epochs = epochs_of(run(made))
        assert made.has_stopped_early
        assert made.position.best_epoch == epochs[-1].epoch - 3
        assert len(epochs) < 40
        scores = [(e.validation_accuracy, -(e.validation_loss or 0)) for e in epochs]
        assert max(scores) == scores[-4]

    def test_patience_that_ends_with_the_last_epoch_stopped_nothing_early(self) -> None:
        made = self.hopeless(patience=3)
        made.change(epochs=epochs_of(run(self.hopeless(patience=3)))[-1].epoch)
        run(made)
        assert made.epoch == made.position.epochs
        assert not made.has_stopped_early

    def test_what_came_before_is_the_same_run(self) -> None:
        patient, endless = self.hopeless(patience=3), self.hopeless()
        told = run(patient)
        assert [*map(repr, told)] == [*map(repr, run(endless)[: len(told)])]
        assert not endless.has_stopped_early

    def test_more_epochs_begin_the_count_anew(self) -> None:
        made = self.hopeless(patience=3)
        before = epochs_of(run(made))[-1].epoch
        made.change(epochs=41)
        assert not made.has_stopped_early
        assert epochs_of(run(made))[-1].epoch >= before + 1

    def test_a_live_change_counts_from_its_epoch(self) -> None:
        made = self.hopeless()
        for event in made.events():
            if isinstance(event, EpochFinished) and event.epoch == 10:
                made.change(patience=2)
        best = made.position.best_epoch or 0
        assert made.epoch == max(best, 10) + 2
        assert made.has_stopped_early

    def test_it_never_ends_within_an_epoch(self) -> None:
        made = self.hopeless()
        for event in made.events():
            if isinstance(event, StepFinished) and event.step == 4 * 20 + 2:
                made.change(patience=1)
                assert not made.has_stopped_early
        assert made.between_epochs
        assert made.epoch in (21, 22)

    @pytest.mark.parametrize("patience", [-1, 10**6 + 1])
    def test_out_of_range_is_one_sentence(self, patience: int) -> None:
        made = trainer(config())
        with pytest.raises(ValueError, match=rf"^patience is {patience}; allowed: a whole number from 0 to"):
            made.change(patience=patience)
        assert made.position.patience == 0

    def test_without_validation_there_is_nothing_to_wait_for(self) -> None:
        made = trainer(config(), Data(digits(30), EMPTY, EMPTY))
        with pytest.raises(ValueError, match=r"^patience is 2; allowed: 0 while no images are held out"):
            made.change(patience=2)
