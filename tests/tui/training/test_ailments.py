"""Each preset that is bad on purpose shows its ailment on real MNIST; scripted histories, where none is."""

import re

import numpy as np
import pytest
from real_mnist import real_mnist
from step_samples import trainer_of

from mnist_data import Dataset
from nn.config import Config, DataConfig, DenseConfig, NetworkConfig
from nn.divergence import Diverged
from nn.events import (
    EpochFinished,
    LayerHealth,
    LayersMeasured,
    RunFinished,
    RunStarted,
    StepFinished,
    StepsFinished,
)
from nn.health import measure
from nn.presets import PRESETS, find
from nn.runs.gathering import gather
from nn.runs.history import History
from nn.runs.images import split
from nn.trainer import Trainer
from tui.training.diagnosis import diagnose

MEASURE_STEPS = 50
EPOCHS = {"bad-overfitting": 12}  # the others show what they have within one
DIAGNOSES = {
    "bad-rate-too-high": "diverged at step ",
    "bad-rate-too-low": "rate too low: ",
    "bad-zero-initialisation": "the weights of dense1, dense2, dense3 are all 0 ",
    "bad-deep-sigmoid": "vanishing gradients: that of dense1 ",
    "bad-dead-relus": "dead ReLUs: ",
    "bad-overfitting": "overfitting: ",
    "bad-no-shuffle": "batches are not mixed: ",
}


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    return real_mnist()


def trained(config: Config, dataset: Dataset, epochs: int) -> History:
    """The history of a run's first epochs, its layers measured every fifty steps."""
    history = History()
    trainer = Trainer(config, split(dataset, config.data))
    history.feed(started(len(trainer.batches)))
    before = trainer.network.parameters.copy()
    try:
        with np.errstate(all="ignore"):
            for event in trainer.events():
                if isinstance(event, StepFinished):
                    history.feed(gather([event], 0.1))
                    if event.step % MEASURE_STEPS == 0:
                        history.feed(LayersMeasured(step=event.step, layers=measure(trainer.network, before)))
                    before = trainer.network.parameters.copy()
                else:
                    history.feed(event)
                if isinstance(event, EpochFinished) and event.epoch == epochs:
                    break
    except Diverged as diverged:
        history.feed(ended("diverged", trainer.step, str(diverged)))
    return history


def started(batches: int = 100) -> RunStarted:
    return RunStarted(
        step=0,
        run="run",
        pid=1,
        data="mnist",
        images=55000,
        validation_images=5000,
        batches=batches,
        parameters=1,
        threads=1,
        resumed_from_step=0,
        time=0.0,
    )


def ended(state: str, step: int, reason: str | None) -> RunFinished:
    return RunFinished(
        step=step,
        state=state,
        run="run",
        epochs=0,
        seconds=1.0,
        best_epoch=None,
        validation_accuracy=None,
        test_accuracy=None,
        parameters=1,
        reason=reason,
    )


def test_every_preset_that_is_bad_on_purpose_has_a_diagnosis() -> None:
    assert set(DIAGNOSES) == {preset.name for preset in PRESETS if preset.name.startswith("bad-")}


@pytest.mark.slow
@pytest.mark.parametrize("name", DIAGNOSES)
def test_the_ailment_shows_and_is_named(name: str, mnist: Dataset) -> None:
    sentences = diagnose(trained(find(name).config, mnist, EPOCHS.get(name, 1)), is_cross_entropy=True)
    assert any(sentence.startswith(DIAGNOSES[name]) for sentence in sentences), sentences


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first-minute", "classic-two-hidden"])
def test_good_presets_are_told_nothing(name: str, mnist: Dataset) -> None:
    config = find(name).config
    assert diagnose(trained(config, mnist, config.training.epochs), is_cross_entropy=True) == []


def measured(step: int, *layers: tuple[float | None, float | None, float | None]) -> LayersMeasured:
    """Layers as (gradient norm, update ratio, share of dead neurons)."""
    return LayersMeasured(
        step=step,
        layers=[
            LayerHealth(name=f"dense{place}", gradient_norm=gradient, update_ratio=ratio, dead=dead)
            for place, (gradient, ratio, dead) in enumerate(layers, 1)
        ],
    )


def steps(count: int, loss: float = 0.5, rate: float = 0.1) -> StepsFinished:
    return StepsFinished(
        step=count,
        epoch=1,
        losses=[loss] * count,
        accuracies=[0.5] * count,
        learning_rate=rate,
        images_per_second=None,
    )


def epoch(train_accuracy: float, validation_accuracy: float | None, number: int = 1) -> EpochFinished:
    return EpochFinished(
        step=number,
        epoch=number,
        train_loss=0.1,
        train_accuracy=train_accuracy,
        validation_loss=0.1 * number,
        validation_accuracy=validation_accuracy,
        test_loss=None,
        test_accuracy=None,
        learning_rate=0.1,
        images_per_second=None,
        seconds=1.0,
    )


def told(*events: RunStarted | RunFinished | StepsFinished | LayersMeasured | EpochFinished) -> list[str]:
    history = History()
    for event in (started(), *events):
        history.feed(event)
    return diagnose(history, is_cross_entropy=True)


def test_divergence_names_the_rate_and_a_smaller_one() -> None:
    (sentence,) = told(steps(5, rate=2.0), ended("diverged", 5, "diverged at step 6 in dense1"))
    assert sentence == (
        "diverged at step 6 in dense1; the last loss was 0.5, the rate 2; a loss that falls from about 2.3 "
        "is usual; try a rate of 0.2 and less, or training.clip_norm = 1"
    )


def test_an_end_that_was_asked_for_is_no_matter_of_the_rate() -> None:
    assert told(steps(5), ended("stopped", 5, "asked to stop")) == ["stopped: asked to stop"]


def test_a_rate_is_too_low_when_no_step_ever_moved_a_layer() -> None:
    low = measured(100, (1.0, 2e-7, None), (1.0, 4e-7, None))
    (sentence,) = told(steps(150), low)
    assert sentence.startswith("rate too low: no step moved a layer by more than 4e-07 of its weights")
    assert told(steps(50), low) == []  # too early to say
    assert told(steps(150), measured(10, (1.0, 1e-3, None)), low) == []  # a schedule that ends low


def test_vanishing_gradients_compare_the_first_layer_with_the_last() -> None:
    (sentence,) = told(measured(10, (2e-4, 1e-3, None), (0.1, 1e-3, None)))
    assert sentence.startswith("vanishing gradients: that of dense1 is 0.002 of that of dense2")
    assert told(measured(10, (0.01, 1e-3, None), (0.1, 1e-3, None))) == []
    assert told(measured(10, (1e-4, 1e-3, None))) == []  # one layer alone
    assert told(measured(10, (None, 1e-3, None), (0.1, 1e-3, None))) == []


def test_exploding_gradients_are_long_or_grow_on_the_way_back() -> None:
    (sentence,) = told(measured(10, (30.0, 1e-3, None), (0.1, 1e-3, None)))
    assert sentence.startswith("exploding gradients: that of dense1 is 300 times that of dense2")
    (sentence,) = told(measured(10, (30.0, 1e-3, None), (1234.0, 1e-3, None)))
    assert sentence.startswith("exploding gradients: that of dense2 is 1.23e+03 long")
    assert told(measured(10, (9.0, 1e-3, None), (0.1, 1e-3, None))) == []


def test_a_deep_network_of_large_weights_explodes_and_is_told_so() -> None:
    layers = (*(DenseConfig(50, "relu") for _ in range(6)), DenseConfig(10))
    network = NetworkConfig(initializer="normal", sigma=1.0, layers=layers)
    trainer = trainer_of(Config(network=network, data=DataConfig(validation=0)))
    before = trainer.network.parameters.copy()
    next(trainer.train_epoch())
    sentences = told(steps(1), LayersMeasured(step=1, layers=measure(trainer.network, before)))
    assert any(sentence.startswith("exploding gradients: ") for sentence in sentences), sentences


@pytest.mark.parametrize(
    "events",
    [
        [steps(5, rate=2.0), ended("diverged", 5, "diverged at step 6 in dense1")],
        [steps(150), measured(100, (1.0, 2e-7, None))],
        [measured(10, (0.1, 0.3, None))],
        [measured(10, (2e-4, 1e-3, None), (0.1, 1e-3, None))],
        [measured(10, (30.0, 1e-3, None), (0.1, 1e-3, None))],
        [measured(10, (300.0, 1e-3, None))],
        [measured(10, (0.0, None, 1.0))],
        [measured(10, (0.1, 1e-3, 0.6))],
        [steps(400, loss=2.3)],
        [epoch(0.99, 0.15)],
        [epoch(0.999, 0.9)],
        [epoch(0.9, 0.88, number) for number in (1, 2, 3)],
    ],
    ids=lambda events: type(events[-1]).__name__,
)
def test_each_says_what_was_measured_what_is_usual_and_what_to_try(
    events: list[RunFinished | StepsFinished | LayersMeasured | EpochFinished],
) -> None:
    (sentence,) = told(*events)
    measured_part, _, rest = sentence.partition(" usual")
    assert re.search(r"\d", measured_part)
    assert "; try " in rest


def test_weights_of_zero_are_not_called_dead() -> None:
    (sentence,) = told(measured(10, (0.0, None, 1.0), (0.0, None, None)))
    assert sentence.startswith("the weights of dense1, dense2 are all 0 and get no gradient")


def test_dead_neurons_are_named_with_their_layer() -> None:
    (sentence,) = told(measured(10, (0.1, 1e-3, 0.6), (0.1, 1e-3, 0.4)))
    assert sentence.startswith("dead ReLUs: 60 % of the ReLUs in dense1 fire for no image of a batch")


def test_batches_that_are_not_mixed_are_not_called_overfitting() -> None:
    (sentence,) = told(epoch(0.99, 0.15))
    assert sentence.startswith("batches are not mixed: 99.0 % right in training, 15.0 % on validation")


def test_overfitting_is_a_gap_at_the_end_of_learning() -> None:
    (sentence,) = told(epoch(0.999, 0.9))
    assert sentence.startswith("overfitting: 99.9 % right in training, 90.0 % on validation")
    assert told(epoch(0.95, 0.88)) == []  # it still learns
    assert told(epoch(0.995, 0.98)) == []
    assert told(epoch(0.999, None)) == []


def test_a_network_that_has_learned_nothing_has_not_overfitted() -> None:
    """Its validation loss may rise by chance."""
    guessing = [epoch(0.11, 0.1, number) for number in (1, 2, 3)]
    assert told(*guessing) == []
    learned = [epoch(0.9, 0.88, number) for number in (1, 2, 3)]
    (sentence,) = told(*learned)
    assert sentence.startswith("validation loss rose for 2 epochs, from 0.1 to 0.3; accuracy did not rise")
