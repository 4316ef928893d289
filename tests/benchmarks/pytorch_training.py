"""PyTorch training a preset to its end, as `python -m tests.benchmarks.pytorch_training PRESET SEED LAYOUT`.

It prints one JSON object: accuracies on training and validation images, and the seconds of training and
evaluation. Recipe and schedule are the preset's; the first weights are PyTorch's own.
"""

import json
import sys
import time
from importlib import import_module
from typing import Any

from nn.config import AdamConfig, Config, SGDConfig
from nn.presets import find
from nn.schedules import build_schedule
from tests.benchmarks.pytorch import Prepared, prepared


def main(preset: str, seed: str, layout: str) -> None:
    """Train, measure, print."""
    torch: Any = import_module("torch")
    torch.manual_seed(int(seed))
    config = find(preset).config
    whole = prepared(preset, layout)
    held = config.data.validation
    training = Prepared(whole.network, whole.images[:-held], whole.labels[:-held])
    began = time.perf_counter()
    correct = _train(config, training, torch)
    validation = _accuracy(Prepared(whole.network, whole.images[-held:], whole.labels[-held:]), torch)
    seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({"train": correct, "validation": validation, "seconds": seconds}) + "\n")


def _train(config: Config, data: Prepared, torch: Any) -> float:
    """Train all epochs: the share of right answers in the last, while it learned."""
    settings = config.training
    batches = -(-len(data.labels) // settings.batch_size)
    schedule = build_schedule(settings.schedule, settings.epochs * batches, batches)
    optimizer = _optimizer(config, data.network, torch)
    step = correct = 0
    for _ in range(settings.epochs):
        correct = 0
        for chosen in torch.randperm(len(data.labels)).split(settings.batch_size):
            optimizer.param_groups[0]["lr"] = settings.optimizer.learning_rate * schedule(step)
            optimizer.zero_grad()
            outputs = data.network(data.images.index_select(0, chosen))
            labels = data.labels.index_select(0, chosen)
            loss = torch.nn.functional.cross_entropy(
                outputs, labels, label_smoothing=settings.label_smoothing
            )
            loss.backward()
            optimizer.step()
            correct += int((outputs.argmax(1) == labels).sum())
            step += 1
    return correct / len(data.labels)


def _optimizer(config: Config, network: Any, torch: Any) -> Any:
    chosen = config.training.optimizer
    match chosen:
        case AdamConfig():
            betas = chosen.beta1, chosen.beta2
            return torch.optim.Adam(network.parameters(), chosen.learning_rate, betas=betas, fused=True)
        case SGDConfig():
            return torch.optim.SGD(network.parameters(), chosen.learning_rate, fused=True)
        case _:
            raise ValueError(f"{chosen} is not compared")


def _accuracy(data: Prepared, torch: Any) -> float:
    data.network.eval()
    with torch.inference_mode():
        chunks = zip(data.images.split(500), data.labels.split(500), strict=True)
        correct = sum(int((data.network(images).argmax(1) == labels).sum()) for images, labels in chunks)
    return correct / len(data.labels)


if __name__ == "__main__":
    main(*sys.argv[1:])
