"""PyTorch as a contestant: what a careful user would write, with the images as float32 in memory."""

from collections.abc import Iterator
from importlib import import_module
from itertools import count, pairwise
from typing import Any

import numpy as np

from nn.building import summarize
from nn.presets import find
from nn.runs import environment
from tests.benchmarks.contestants import Train, windows
from tests.benchmarks.runs import mnist


def prepare(preset: str, optimizer: str, batch_size: str) -> Train:
    """The dense network of a preset, with ReLU; the optimizers are fused."""
    torch: Any = import_module("torch")
    torch.set_num_threads(environment.allowed_threads(0))
    dataset = mnist()
    images = torch.from_numpy(dataset.train_images.reshape(-1, 784).astype(np.float32) / 255)
    labels = torch.from_numpy(dataset.train_labels.astype(np.int64))
    rows = [row for row in summarize(find(preset).config.network) if row.parameters]
    layers: list[Any] = []
    for inputs, outputs in pairwise([784, *(row.output_shape[0] for row in rows)]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer]
    rate = {"sgd": 0.1, "adam": 0.001}[optimizer]
    fused = make(network.parameters(), rate, fused=True)
    return windows(_steps(torch, network, fused, (images, labels), int(batch_size)))


def _steps(torch: Any, network: Any, optimizer: Any, data: Any, batch_size: int) -> Iterator[int]:
    images, labels = data
    for _ in count():
        for chosen in torch.randperm(len(images)).split(batch_size):
            optimizer.zero_grad()
            outputs = network(images.index_select(0, chosen))
            torch.nn.functional.cross_entropy(outputs, labels.index_select(0, chosen)).backward()
            optimizer.step()
            yield len(chosen)
