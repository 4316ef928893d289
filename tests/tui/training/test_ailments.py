"""Each preset that is bad on purpose shows its ailment on real MNIST; so does a network made to explode."""

import msgspec
import numpy as np
import pytest
from real_mnist import real_mnist
from scripted_events import finished, started, steps, told
from step_samples import trainer_of

from mnist_data import Dataset
from nn.config import Config, DataConfig, DenseConfig, NetworkConfig
from nn.divergence import Diverged
from nn.events import (
    EpochFinished,
    LayersMeasured,
    StepFinished,
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
    trainer = Trainer(config, split(dataset, config.data))
    history = told(msgspec.structs.replace(started(), batches=len(trainer.batches)))
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
        history.feed(finished("diverged", trainer.step, str(diverged)))
    return history


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


def test_a_deep_network_of_large_weights_explodes_and_is_told_so() -> None:
    layers = (*(DenseConfig(50, "relu") for _ in range(6)), DenseConfig(10))
    network = NetworkConfig(initializer="normal", sigma=1.0, layers=layers)
    trainer = trainer_of(Config(network=network, data=DataConfig(validation=0)))
    before = trainer.network.parameters.copy()
    next(trainer.train_epoch())
    history = told(started(), steps(1, 1), LayersMeasured(step=1, layers=measure(trainer.network, before)))
    sentences = diagnose(history, is_cross_entropy=True)
    assert any(sentence.startswith("exploding gradients: ") for sentence in sentences), sentences
