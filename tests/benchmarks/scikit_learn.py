"""scikit-learn's MLPClassifier as a contestant: whole epochs of `fit`, float32."""

import time
import warnings
from importlib import import_module
from typing import Any

import numpy as np

from nn.building import summarize
from nn.presets import find
from nn.runs import environment
from tests.benchmarks.contestants import Train
from tests.benchmarks.runs import mnist


def prepare(preset: str, optimizer: str, batch_size: str) -> Train:
    """The dense network of a preset, with ReLU, without penalty and momentum."""
    environment.limit_threads(environment.allowed_threads(0))
    warnings.simplefilter("ignore")  # one epoch a time, so it never converges
    dataset = mnist()
    images = dataset.train_images.reshape(-1, 784).astype(np.float32) / 255
    sizes = [row.output_shape[0] for row in summarize(find(preset).config.network) if row.parameters]
    classifier: Any = import_module("sklearn.neural_network").MLPClassifier(
        sizes[:-1],
        solver=optimizer,
        batch_size=int(batch_size),
        learning_rate_init={"sgd": 0.1, "adam": 0.001}[optimizer],
        alpha=0.0,
        momentum=0.0,
        nesterovs_momentum=False,
        max_iter=1,
        warm_start=True,
    )

    def train(seconds: float) -> float:
        learned, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            classifier.fit(images, dataset.train_labels)
            learned += len(images)
        return learned / (time.perf_counter() - began)

    return train
