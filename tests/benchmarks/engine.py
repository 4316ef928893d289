"""What else the engine promises: distortions, answering, memory, and how its cost grows."""

import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import median

import msgspec
import numpy as np

from nn.augmentation import Augmentation
from nn.batches import Images
from nn.building import summarize
from nn.config import Config, DenseConfig
from nn.presets import find
from nn.runs import environment
from nn.trainer import Data, Trainer
from tests.benchmarks import runs
from tests.benchmarks.contestants import Contestant, turns, windows
from tests.benchmarks.our_trainer import configured
from tests.benchmarks.report import SEED, Row

ROUNDS = 5
SECONDS = 1.0
WATCHED_SECONDS = 25
SMALL = "99.4-small"
BATCH = 128


def rows() -> Iterator[Row]:
    """One row a promise, the growth tables last."""
    yield _distortions()
    for preset in ("first-minute", "99-in-one-epoch"):
        yield _answering(preset)
    yield _memory("99-in-one-epoch")
    yield from _growth()


def _distortions() -> Row:
    """Shift, rotation and scale of 60,000 images beside an undistorted epoch."""
    augmentation = Augmentation(find("99.6").config.augmentation, SEED)
    images = runs.mnist().train_images
    times: list[tuple[float, float]] = []
    with Contestant("our_trainer", SMALL, "adam", str(BATCH)) as ours:
        for number in range(ROUNDS):
            epoch = len(images) / ours.train(SECONDS)
            began = time.perf_counter()
            for step, start in enumerate(range(0, len(images), BATCH)):
                augmentation.apply(images[start : start + BATCH], number, step)
            times.append((time.perf_counter() - began, epoch))
    seconds, epoch = (median(column) for column in zip(*times, strict=True))
    return Row(
        f"shift, rotate and scale 60,000 images, beside an epoch of {SMALL}",
        "at most 25 %",
        f"{median(ours / whole for ours, whole in times):.0%} ({seconds:.2f} s beside {epoch:.1f} s)",
        f"median of {ROUNDS} pairs, batch {BATCH}",
    )


def _answering(preset: str) -> Row:
    contestants = [
        Contestant("our_answers", preset),
        Contestant("pytorch_answers", preset, "contiguous_format"),
        Contestant("pytorch_answers", preset, "channels_last"),
    ]
    speeds = turns(contestants, ROUNDS, SECONDS)
    ratios = [ours / max(theirs) for ours, *theirs in speeds]
    ours, default, last = (median(column) for column in zip(*speeds, strict=True))
    return Row(
        f"the trainer's evaluation of the 10,000 test images, {preset}, against PyTorch {version('torch')}",
        "at least 1.0x",
        f"{median(ratios):.2f}x ({ours:,.0f} against {default:,.0f}, channels last {last:,.0f} images/s)",
        f"median of {ROUNDS} alternating rounds, least {min(ratios):.2f}x; ours from bytes, theirs float32",
    )


def _memory(preset: str) -> Row:
    """The largest memory of a worker and the processes that help it; what they share counts once."""
    most = 0
    with tempfile.TemporaryDirectory() as folder, runs.long_run(find(preset).config, Path(folder)) as worker:
        pid = worker.run.record().pid or 0
        until = time.monotonic() + WATCHED_SECONDS
        while time.monotonic() < until:
            most = max(most, sum(_proportional(process) for process in (pid, *_children(pid))))
            time.sleep(0.1)
    return Row(
        f"memory of the worker and its helpers on all of MNIST, {preset}",
        "at most 300 MB",
        f"{most / 1e6:.0f} MB",
        f"largest sum of proportional set sizes in {WATCHED_SECONDS} s of training and evaluation",
    )


def _children(pid: int) -> list[int]:
    """The processes that a process has started, by any of its threads."""
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        found += map(int, tasks.read_text().split())
    return found


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _growth() -> Iterator[Row]:
    """Microseconds an image, and picoseconds a floating-point operation, as one thing doubles."""
    base = configured("classic-three-hidden", "adam", BATCH)
    batches = [_with_batch(base, size) for size in (32, 64, 128, 256, 512, 1024)]
    yield _grown("batch 32 to 1024 (doubling)", batches)
    yield _grown(
        "width 1x to 8x of 784-64-64-10, batch 128", [_wide(base, 64 << power) for power in range(4)]
    )
    yield _grown("images 6,000 to 60,000, batch 128", [base] * 4, (6_000, 15_000, 30_000, 60_000))
    small = configured(SMALL, "adam", BATCH)
    yield _grown(
        f"{SMALL}, batch 32 to 512 (doubling)", [_with_batch(small, 32 << power) for power in range(5)]
    )


def _grown(what: str, configs: list[Config], limits: tuple[int, ...] = ()) -> Row:
    costs = [
        _cost(config, limit) for config, limit in zip(configs, limits or [60_000] * len(configs), strict=True)
    ]
    flops = [3 * sum(row.flops for row in summarize(config.network)) for config in configs]
    return Row(
        f"cost of an image: {what}",
        "near-constant per FLOP",
        " ".join(f"{1e6 * cost:.1f}" for cost in costs)
        + " us an image; "
        + " ".join(f"{1e12 * cost / count:.0f}" for cost, count in zip(costs, flops, strict=True))
        + " ps per FLOP",
        f"median of 3 windows of {SECONDS:g} s; FLOPs of a step taken as three forward passes",
    )


def _cost(config: Config, images: int) -> float:
    """Seconds an image."""
    dataset = runs.mnist()
    nothing = Images(dataset.test_images[:0], dataset.test_labels[:0])
    data = Data(Images(dataset.train_images[:images], dataset.train_labels[:images]), nothing, nothing)
    np.seterr(all="ignore")
    with environment.limit_threads(1):
        trainer = Trainer(config, data, threads=environment.allowed_threads(0))
        train = windows(step.images for _ in iter(int, 1) for step in trainer.train_epoch())
        train(SECONDS / 2)
        return 1 / median(train(SECONDS) for _ in range(3))


def _with_batch(config: Config, size: int) -> Config:
    training = msgspec.structs.replace(config.training, batch_size=size)
    return msgspec.structs.replace(config, training=training)


def _wide(config: Config, units: int) -> Config:
    layers = (DenseConfig(units, "relu"), DenseConfig(units, "relu"), DenseConfig(10))
    return msgspec.structs.replace(config, network=msgspec.structs.replace(config.network, layers=layers))
