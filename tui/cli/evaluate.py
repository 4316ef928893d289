"""`mnist-tui evaluate`: how well one network answers, or several together by their mean probabilities."""

import argparse
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from mnist_data import Dataset
from nn import metrics
from nn.arrays import FloatArray
from nn.batches import Images
from nn.losses import LOSSES
from nn.metrics import IntArray
from nn.runs.environment import allowed_threads, limit_threads
from tui.cli import images, networks
from tui.cli.errors import UsageError
from tui.cli.networks import Trained
from tui.cli.output import columns, emit, remark, say
from tui.cli.places import runs_directory
from tui.training.progress import accuracy_figure, figure


class Result(NamedTuple):
    """The mean loss, and counts (10, 10): rows are true digits, columns predicted ones."""

    loss: float
    confusion: IntArray

    @property
    def images(self) -> int:
        """How many images were answered."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return int(np.trace(self.confusion)) / self.images


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, and write the figures."""
    if (arguments.images is None) != (arguments.labels is None):
        raise UsageError("--images and --labels belong together: one IDX file each")
    runs_dir = runs_directory(arguments)
    trained = [networks.load(runs_dir, text, arguments.weights) for text in arguments.networks]
    if arguments.images is None:
        data = _test_images(trained)
    else:
        data = images.of_files(Path(arguments.images), Path(arguments.labels))
        remark(f"images: {len(data.labels):,} in {arguments.images}")
    with limit_threads(allowed_threads(0)), np.errstate(all="ignore"):
        result = evaluate(trained, data)
    if arguments.json:
        _emit(result)
    else:
        _say(result)
    return 0


def evaluate(trained: list[Trained], data: Images) -> Result:
    """The figures of one network with its own training loss, or of several by their mean probabilities.

    The loss of several is the squared error if all were trained with it, otherwise the cross-entropy.
    """
    if len(trained) == 1:
        evaluator = trained[0].evaluator
        outputs = evaluator.outputs(data.images)
        loss, _ = evaluator.loss(outputs, data.labels)
        return Result(loss, metrics.confusion(outputs.argmax(axis=1), data.labels))
    answers = [one.evaluator.loss.probabilities(one.evaluator.outputs(data.images)) for one in trained]
    mean: FloatArray = np.mean(answers, axis=0)
    if all(one.config.training.loss == "mse" for one in trained):
        loss, _ = LOSSES["mse"](mean, data.labels)
    else:
        loss = float(metrics.losses(mean, data.labels).mean())
    return Result(loss, metrics.confusion(mean.argmax(axis=1), data.labels))


def _test_images(trained: list[Trained]) -> Images:
    """The test images that all the networks' configs name; raises `UsageError` where they differ."""
    found: dict[str, Dataset] = {}
    for one in trained:
        dataset = images.of_config(one.config) if one.run is None else images.of_run(one.run, one.config)
        found[dataset.fingerprint] = dataset
    if len(found) > 1:
        names = ", ".join(dataset.origin for dataset in found.values())
        raise UsageError(
            f"the networks learned from different images ({names}); name some with --images and --labels"
        )
    (dataset,) = found.values()
    remark(f"images: the {len(dataset.test_labels):,} test images of {dataset.name}, {dataset.origin}")
    return Images(dataset.test_images, dataset.test_labels)


def _emit(result: Result) -> None:
    emit(
        {
            "accuracy": result.accuracy,
            "loss": result.loss,
            "n": result.images,
            "per_class": [msgspec.to_builtins(score) for score in metrics.per_digit(result.confusion)],
            "confusion": result.confusion.tolist(),
        }
    )


def _say(result: Result) -> None:
    say(f"accuracy {accuracy_figure(result.accuracy)}, loss {figure(result.loss)}, {result.images:,} images")
    say()
    scores = [
        (
            str(score.digit),
            accuracy_figure(score.precision),
            accuracy_figure(score.recall),
            accuracy_figure(score.f1),
            f"{score.support:,}",
        )
        for score in metrics.per_digit(result.confusion)
    ]
    header = ("digit", "precision", "recall", "f1", "images")
    for line in columns([header, *scores], right=range(5)):
        say(line)
    say()
    say("confusion: rows are true digits, columns predicted ones")
    digits = [str(digit) for digit in range(len(result.confusion))]
    counts = [[digit, *map(str, row)] for digit, row in zip(digits, result.confusion.tolist(), strict=True)]
    for line in columns([["", *digits], *counts], right=range(11)):
        say(line)
