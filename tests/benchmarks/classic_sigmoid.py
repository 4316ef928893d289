"""The preset `classic-sigmoid` against the plain loop it grew from: one image at a time, in NumPy."""

import time
from collections.abc import Iterator
from statistics import mean, median, stdev

import numpy as np
from numpy.typing import NDArray

from mnist_data import Dataset
from nn.runs import environment
from tests.benchmarks.report import Row, remark
from tests.benchmarks.runs import mnist, train

SEEDS = (7, 8, 9)
EPOCHS, IMAGES = 3, 60_000
PART = 15_000  # images that the plain loop is timed on, once before each run
RATE = 0.1
Floats = NDArray[np.float32]


def rows() -> Iterator[Row]:
    """Accuracy over the seeds, and the time beside the loop's."""
    dataset, loop = mnist(), list[float]()
    results, accuracy = [], 0.0
    for seed in SEEDS:
        seconds, accuracy = _plain_loop(dataset, seed)
        loop.append(seconds * EPOCHS * IMAGES / PART)
        results.append(train("classic-sigmoid", f"seed={seed}", "data.validation=0"))
        remark(
            f"seed {seed}: {results[-1].accuracy:.2%} in {results[-1].seconds:.1f} s, loop {loop[-1]:.1f} s"
        )
    accuracies = [result.accuracy for result in results]
    how = f"{EPOCHS} epochs, {IMAGES:,} images, last weights; seeds {', '.join(map(str, SEEDS))}"
    measured = f"{mean(accuracies):.2%} ± {stdev(accuracies) * 100:.2f} points (least {min(accuracies):.2%})"
    yield Row("classic-sigmoid: test accuracy", "96.31 %", measured, how)
    ours = [result.seconds for result in results]
    ratios = [mine / theirs for mine, theirs in zip(ours, loop, strict=True)]
    yield Row(
        "classic-sigmoid: time against one image at a time",
        "less than 1x; aim 0.1x",
        f"{median(ratios):.2f}x ({median(ours):.1f} s against {median(loop):.1f} s)",
        f"median of {len(ratios)} pairs; the loop: vectorised per image, float32, 1 BLAS thread, "
        f"{PART:,} images timed and scaled to {EPOCHS} x {IMAGES:,}; after them {accuracy:.1%} right",
    )


def _plain_loop(dataset: Dataset, seed: int) -> tuple[float, float]:
    """Seconds for `PART` images, and the share of test images that are right afterwards."""
    rng = np.random.default_rng(seed)
    images = _pixels(dataset.train_images[:PART])
    targets = np.eye(10, dtype=np.float32)[dataset.train_labels[:PART]]
    weights = [_glorot(rng, 100, 784), _glorot(rng, 10, 100)]
    biases = [np.zeros(100, np.float32), np.zeros(10, np.float32)]
    with environment.limit_threads(1):
        began = time.perf_counter()
        for index in rng.permutation(PART):
            _learn(images[index], targets[index], weights, biases)
        seconds = time.perf_counter() - began
    hidden = _sigmoid(_pixels(dataset.test_images) @ weights[0].T + biases[0])
    answers = (hidden @ weights[1].T + biases[1]).argmax(axis=1)
    return seconds, float(np.mean(answers == dataset.test_labels))


def _learn(image: Floats, target: Floats, weights: list[Floats], biases: list[Floats]) -> None:
    """One image forward and back: sigmoid, sigmoid, half the squared error."""
    hidden = _sigmoid(weights[0] @ image + biases[0])
    output = _sigmoid(weights[1] @ hidden + biases[1])
    delta = (output - target) * output * (1 - output)
    hidden_delta = (delta @ weights[1]) * hidden * (1 - hidden)
    weights[1] -= np.outer(np.float32(RATE) * delta, hidden)
    biases[1] -= np.float32(RATE) * delta
    weights[0] -= np.outer(np.float32(RATE) * hidden_delta, image)
    biases[0] -= np.float32(RATE) * hidden_delta


def _sigmoid(z: Floats) -> Floats:
    return np.reciprocal(1 + np.exp(-z))


def _glorot(rng: np.random.Generator, outputs: int, inputs: int) -> Floats:
    return (rng.standard_normal((outputs, inputs)) * np.sqrt(2 / (outputs + inputs))).astype(np.float32)


def _pixels(images: NDArray[np.uint8]) -> Floats:
    return np.divide(images.reshape(len(images), -1), 255, dtype=np.float32)
