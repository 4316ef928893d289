"""`mnist-tui predict`: which digit a picture shows, and how sure the network is."""

import argparse

import numpy as np

from mnist_data.normalise import normalise
from mnist_data.pictures import read_ink
from nn.runs.environment import allowed_threads, limit_threads
from tui.cli import networks
from tui.cli.output import clean, emit, say
from tui.cli.places import runs_directory
from tui.numbers import probability
from tui.paths import person_path


def run(arguments: argparse.Namespace) -> int:
    """Read every picture first, then answer them in their order."""
    trained = networks.load(runs_directory(arguments), arguments.network)
    digits = np.stack([normalise(read_ink(person_path(path))) for path in arguments.images])
    with limit_threads(allowed_threads(0)), np.errstate(all="ignore"):
        answers = trained.evaluator.loss.probabilities(trained.evaluator.outputs(digits))
    for path, probabilities in zip(arguments.images, answers, strict=True):
        first, second = (int(digit) for digit in np.argsort(-probabilities, kind="stable")[:2])
        if arguments.json:
            emit({"path": path, "digit": first, "probabilities": probabilities.tolist()})
        else:
            say(
                f"{clean(path)}: {first} ({probability(float(probabilities[first]), 2)}), "
                f"then {second} ({probability(float(probabilities[second]), 2)})"
            )
    return 0
