"""The project's evaluation as a contestant: 10,000 test images, bytes to answers."""

from collections.abc import Iterator
from itertools import count

from nn.batches import PixelScale
from nn.evaluation import Evaluator
from nn.losses import build_loss
from nn.network import Network
from nn.presets import find
from nn.randomness import Purpose, generator
from nn.runs import environment
from tests.benchmarks.contestants import Train, windows
from tests.benchmarks.report import SEED
from tests.benchmarks.runs import mnist


def prepare(preset: str) -> Train:
    """A preset's network, untrained, answering the test images again and again."""
    config = find(preset).config
    environment.limit_threads(1)
    network = Network(config.network, threads=environment.allowed_threads(0))
    network.initialize(generator(SEED, Purpose.INITIALIZE))
    pixels = PixelScale.of(standardise=config.data.standardise)
    return windows(_passes(Evaluator(network, build_loss(config.training), pixels)))


def _passes(evaluator: Evaluator) -> Iterator[int]:
    images = mnist().test_images
    for _ in count():
        yield len(evaluator.outputs(images))
