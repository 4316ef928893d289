from pathlib import Path

import msgspec
import numpy as np

import mnist_data
from nn.batches import Images
from nn.config import Config, DataConfig
from nn.runs.store import RunDirectory
from tui.answering.answers import Answers
from tui.answering.current_network import Origin, load
from tui.answering.training_answers import CHUNK, TrainingAnswers

COUNT = CHUNK + 10


def images() -> Answers:
    dataset = mnist_data.synthesize(train=COUNT, test=10)
    return Answers("train", Images(dataset.train_images, dataset.train_labels))


async def test_every_image_is_answered_and_progress_told() -> None:
    config, answers, told = Config(data=DataConfig(source="synthetic")), images(), list[float | None]()
    keeper, origin = TrainingAnswers(), Origin(None, config, 0)
    assert keeper.latest(origin, answers) is None
    await keeper.ask(origin, answers, lambda: told.append(keeper.asking))
    known = keeper.latest(origin, answers)
    assert known is not None
    assert told == [CHUNK / COUNT, 1.0]
    assert keeper.asking is None
    network = load(origin)
    pixels = network.pixels.convert(answers.images, np.empty((COUNT, 28, 28, 1), np.float32))
    expected = network.loss.probabilities(network.network.forward(pixels))
    assert known.step == 0
    assert known.answers.probabilities is not None
    np.testing.assert_allclose(known.answers.probabilities, expected, atol=1e-6)


async def test_each_run_has_its_own_answers_and_the_newest_is_shown(tmp_path: Path) -> None:
    config, answers = Config(data=DataConfig(source="synthetic")), images()
    keeper, first = TrainingAnswers(), Origin(None, config, 0)
    await keeper.ask(first, answers, lambda: None)
    other = Origin(None, msgspec.structs.replace(config, seed=8), 0)
    assert keeper.latest(other, answers) is None
    await keeper.ask(other, answers, lambda: None)
    found, known = keeper.latest(other, answers), keeper.latest(first, answers)
    assert found is not None
    assert known is not None
    assert found.origin == other
    assert known.origin == first
    assert keeper.latest(Origin(RunDirectory(tmp_path), config, 0), answers) is None
