"""The comparison one of the first networks asked for: small and convolutional, in NumPy and in PyTorch."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from statistics import mean, median
from typing import NamedTuple

from nn.building import describe
from nn.presets import find
from tests.benchmarks.report import Row
from tests.benchmarks.runs import train

PRESETS = ("classic-two-hidden", "99-in-one-epoch")
LAYOUTS = ("contiguous_format", "channels_last")
SEEDS = (7, 8, 9)


class Training(NamedTuple):
    """Accuracy on training images while learning (last epoch) and on validation images; seconds."""

    train: float
    validation: float
    seconds: float


def rows() -> Iterator[Row]:
    """Four trainings; PyTorch's in the layout that was faster."""
    for preset in PRESETS:
        ours: list[Training] = []
        theirs: dict[str, list[Training]] = {layout: [] for layout in LAYOUTS}
        for seed in SEEDS:
            result = train(preset, f"seed={seed}")
            ours.append(Training(result.train_accuracy, result.validation_accuracy, result.seconds))
            for layout in LAYOUTS:
                theirs[layout].append(_pytorch(preset, seed, layout))
        best = min(theirs.values(), key=lambda found: median(each.seconds for each in found))
        network = describe(find(preset).config.network)
        yield _row(f"{network}, this trainer", ours)
        yield _row(f"{network}, PyTorch {version('torch')}", best)


def _row(what: str, found: list[Training]) -> Row:
    train_accuracy, validation = (mean(column) for column in list(zip(*found, strict=True))[:2])
    epochs = "seeds " + ", ".join(map(str, SEEDS))
    return Row(
        what,
        "-",
        f"training {train_accuracy:.2%}, validation {validation:.2%}, "
        f"{median(each.seconds for each in found):.1f} s",
        f"means over {epochs}, seconds: median, evaluation included; 55,000 images, the preset's epochs",
    )


def _pytorch(preset: str, seed: int, layout: str) -> Training:
    command = [sys.executable, "-m", "tests.benchmarks.pytorch_training", preset, str(seed), layout]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Training(**json.loads(done.stdout))
