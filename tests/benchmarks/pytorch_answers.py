"""PyTorch as a contestant that only answers: 10,000 test images in chunks."""

from collections.abc import Iterator
from importlib import import_module
from itertools import count
from typing import Any

from tests.benchmarks.contestants import Train, windows
from tests.benchmarks.pytorch import prepared

CHUNK = 500


def prepare(preset: str, layout: str) -> Train:
    """A preset's network, untrained, answering the test images again and again."""
    network, images, _ = prepared(preset, layout, test=True)
    return windows(_chunks(network.eval(), images))


def _chunks(network: Any, images: Any) -> Iterator[int]:
    torch: Any = import_module("torch")
    with torch.inference_mode():
        for _ in count():
            for chunk in images.split(CHUNK):
                network(chunk)
                yield len(chunk)
