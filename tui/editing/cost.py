"""What a config will cost before it starts: parameters, memory, operations and seconds an epoch.

The time of a step is modelled from figures measured once on two cores; a run measured here corrects
them.
"""

from dataclasses import dataclass
from math import ceil, prod

from mnist_data import Dataset
from nn.building import summarize
from nn.config import Config

MNIST_IMAGES = 60_000
BYTES = 4  # float32
# Arrays as large as the parameters that an optimizer keeps besides them.
SLOTS = {"sgd": 0, "momentum": 1, "nesterov": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
# A step on two cores of an AMD EPYC, fitted to dense networks of 8 thousand to 3 million parameters, batches
# of 16 to 1,024: right within a factor of two there. Where there are feature maps, what is done to each
# number of them (copying, pooling, normalising) takes longer than the products.
SECONDS_A_STEP = 50e-6
SECONDS_AN_IMAGE = 1e-6
SECONDS_A_PARAMETER, SECONDS_A_SLOT = 1e-9, 0.75e-9
SECONDS_A_MAPPED_NUMBER = 3.3e-9
OPERATIONS_A_SECOND = 250e9


@dataclass(frozen=True)
class Cost:
    """`memory` in bytes; `flops` for one image forward; `seconds` an epoch; `is_measured`: a run backs it."""

    parameters: int
    memory: int
    flops: int
    seconds: float
    is_measured: bool


@dataclass(frozen=True)
class Measured:
    """A run's config and the images a second it reached here."""

    config: Config
    images_per_second: float


def images(config: Config, dataset: Dataset | None) -> int:
    """How many images an epoch has; MNIST's number where the data set is not there yet."""
    there = MNIST_IMAGES if dataset is None else len(dataset.train_images)
    return max(1, min(config.data.limit or there, there) - config.data.validation)


def cost(config: Config, images: int, measured: Measured | None = None) -> Cost:
    """The cost of training on `images` images an epoch; raises `ConfigError` where the network cannot be."""
    rows = summarize(config.network)
    parameters, flops = sum(row.parameters for row in rows), sum(row.flops for row in rows)
    batch = _batch(config, images)
    outputs = sum(prod(row.output_shape) for row in rows)
    # Weights, their gradients and what the optimizer keeps; for a batch pixels, outputs and their gradients.
    memory = BYTES * (parameters * (2 + _slots(config)) + batch * (784 + 2 * outputs))
    factor = 1.0
    if measured is not None:
        factor = 1 / (measured.images_per_second * _seconds_an_image(measured.config, images))
    steps_of_images = ceil(images / batch) * batch
    return Cost(
        parameters,
        memory,
        flops,
        factor * _seconds_an_image(config, images) * steps_of_images,
        measured is not None,
    )


def describe(cost: Cost, separator: str) -> tuple[str, str]:
    """Two short lines: parameters and memory, operations and time; a time that no run backs is a guess."""
    word = "about" if cost.is_measured else "guess"
    return (
        f"{cost.parameters:,} parameters {separator} {_amount(cost.memory)}B",
        f"{_amount(cost.flops)}FLOP/image {separator} {word} {_seconds(cost.seconds)}/epoch",
    )


def _batch(config: Config, images: int) -> int:
    size = config.training.batch_size
    return max(1, min(size, images) if size else images)


def _slots(config: Config) -> int:
    return SLOTS.get(str(config.training.optimizer.__struct_config__.tag), 2)


def _seconds_an_image(config: Config, images: int) -> float:
    rows = summarize(config.network)
    parameters, flops = sum(row.parameters for row in rows), sum(row.flops for row in rows)
    mapped = sum(prod(row.output_shape) for row in rows if len(row.output_shape) == 3)
    update = parameters * (SECONDS_A_PARAMETER + SECONDS_A_SLOT * _slots(config))
    # Backward is twice forward: the gradient of the weights and that of the inputs.
    return (
        (SECONDS_A_STEP + update) / _batch(config, images)
        + SECONDS_AN_IMAGE
        + mapped * SECONDS_A_MAPPED_NUMBER
        + 3 * flops / OPERATIONS_A_SECOND
    )


def _amount(value: float) -> str:
    """Two digits and a prefix: `0.81 M`, `203 k`."""
    for limit, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g} {prefix}"
    return f"{value:.0f} "


def _seconds(seconds: float) -> str:
    if seconds < 0.01:
        return "0.01 s"
    if seconds < 60:
        return f"{seconds:.1g} s" if seconds < 1 else f"{seconds:.2g} s"
    return f"{seconds / 60:.2g} min" if seconds < 6000 else f"{seconds / 3600:.2g} h"
