"""`mnist-tui predict`: which digit a picture shows, and how sure the network is."""

import argparse

import numpy as np

from mnist_data.normalise import normalise
from mnist_data.pictures import read_ink
from tui.cli import networks
from tui.cli.output import clean, emit, say
from tui.cli.places import runs_directory
from tui.paths import person_path
from tui.training.progress import percent


def run(arguments: argparse.Namespace) -> int:
    """Read every picture first, then answer them in their order."""
    trained = networks.load(runs_directory(arguments), arguments.network)
    digits = np.stack([normalise(read_ink(person_path(path))) for path in arguments.images])
    with np.errstate(all="ignore"):
        answers = trained.evaluator.loss.probabilities(trained.evaluator.outputs(digits))
    for path, probabilities in zip(arguments.images, answers, strict=True):
        first, second = (int(digit) for digit in np.argsort(-probabilities, kind="stable")[:2])
        if arguments.json:
            emit({"path": path, "digit": first, "probabilities": probabilities.tolist()})
        else:
            say(
                f"{clean(path)}: {first} ({_share(probabilities[first])}), "
                f"then {second} ({_share(probabilities[second])})"
            )
    return 0


def _share(probability: np.floating) -> str:
    return percent(float(probability))
