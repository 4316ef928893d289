"""PyTorch as a contestant: what a careful user would write, with the images as float32 in memory."""

from collections.abc import Iterator
from importlib import import_module
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from nn.presets import find
from nn.runs import environment
from tests.benchmarks.contestants import Train, windows
from tests.benchmarks.runs import mnist

RATES = {"sgd": 0.1, "adam": 0.001}


class Prepared(NamedTuple):
    """A network and images for it in one memory layout, with the labels."""

    network: Any
    images: Any
    labels: Any


def prepare(preset: str, optimizer: str, batch_size: str, layout: str = "contiguous_format") -> Train:
    """Train a preset's network on all of MNIST; the optimizers are fused."""
    torch: Any = import_module("torch")
    network, images, labels = prepared(preset, layout)
    make: Any = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer]
    parameters = network.parameters()
    return windows(
        _steps(network, make(parameters, RATES[optimizer], fused=True), images, labels, int(batch_size))
    )


def prepared(preset: str, layout: str, *, test: bool = False) -> Prepared:
    """`layout` is contiguous_format or channels_last; training images, or with `test` the others."""
    from tests.nn.torch_modules import modules

    torch: Any = import_module("torch")
    torch.set_num_threads(environment.allowed_threads(0))
    dataset = mnist()
    pixels = dataset.test_images if test else dataset.train_images
    labels = dataset.test_labels if test else dataset.train_labels
    form: Any = getattr(torch, layout)
    images = torch.from_numpy(pixels[:, np.newaxis].astype(np.float32) / 255).to(memory_format=form)
    network = modules(find(preset).config.network).to(memory_format=form)
    return Prepared(network, images, torch.from_numpy(labels.astype(np.int64)))


def _steps(network: Any, optimizer: Any, images: Any, labels: Any, batch_size: int) -> Iterator[int]:
    torch: Any = import_module("torch")
    for _ in count():
        for chosen in torch.randperm(len(images)).split(batch_size):
            optimizer.zero_grad()
            outputs = network(images.index_select(0, chosen))
            torch.nn.functional.cross_entropy(outputs, labels.index_select(0, chosen)).backward()
            optimizer.step()
            yield len(chosen)
