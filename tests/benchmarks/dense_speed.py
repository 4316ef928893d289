"""Training a dense network, in images a second: this trainer beside PyTorch and scikit-learn."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from importlib.metadata import version
from itertools import pairwise
from statistics import median

import numpy as np

from nn.building import summarize
from nn.presets import find
from nn.runs import environment
from tests.benchmarks.contestants import Contestant, half_busy, turns
from tests.benchmarks.report import Row, remark

PRESET = "classic-three-hidden"
STARTS = 3  # of both programs: how fast PyTorch is differs from start to start
ROUNDS = 5
SECONDS = 1.0
LATE_PRESET = "first-minute"
LATE_EPOCHS = 30
TRAINING_IMAGES = 60_000
BATCHES = (64, 128, 512)
PYTORCH_BARS = {64: "at least 1.2x; aim 1.5x", 128: "at least 1.2x; aim 1.4x", 512: "at least 1.0x; aim 1.2x"}
SCIKIT_LEARN_BARS = {64: "at least 1.8x", 128: "at least 1.5x", 512: "at least 1.2x"}


def rows() -> Iterator[Row]:
    """A row a peer, optimizer and batch, PyTorch beside a busy process; after 30 epochs; sgemm's share."""
    for is_busy in (False, True):
        for optimizer in ("sgd", "adam"):
            for batch in BATCHES:
                yield _against("pytorch", optimizer, batch, is_busy=is_busy)
    for optimizer in ("sgd", "adam"):
        for batch in BATCHES:
            yield _against("scikit_learn", optimizer, batch, is_busy=False)
    yield _late()
    yield _share_of_sgemm(512)


def _against(peer: str, optimizer: str, batch: int, *, is_busy: bool) -> Row:
    arguments = (PRESET, optimizer, str(batch))
    with half_busy() if is_busy else nullcontext():
        speeds = [
            pair
            for _ in range(STARTS)
            for pair in turns(
                [Contestant("our_trainer", *arguments), Contestant(peer, *arguments)], ROUNDS, SECONDS
            )
        ]
    ratios = [ours / theirs for ours, theirs in speeds]
    remark(f"{peer}, {optimizer}, {batch}: " + " ".join(f"{ratio:.2f}" for ratio in ratios))
    ours, theirs = (median(column) for column in zip(*speeds, strict=True))
    name, bars = {
        "pytorch": (f"PyTorch {version('torch')}", PYTORCH_BARS),
        "scikit_learn": (f"scikit-learn {version('scikit-learn')}", SCIKIT_LEARN_BARS),
    }[peer]
    return Row(
        f"784-512-128-64-10, {optimizer}, batch {batch}, against {name}"
        + (", one core half busy" if is_busy else ""),
        bars[batch],
        f"{median(ratios):.2f}x ({ours:,.0f} against {theirs:,.0f} images/s)",
        f"median of {STARTS} times {ROUNDS} alternating pairs of {SECONDS:g} s, least {min(ratios):.2f}x; "
        f"{environment.allowed_threads(0)} threads each, MNIST in memory",
    )


def _late() -> Row:
    """After 30 epochs, when what decays could be subnormal, and slow."""
    ours, theirs = (
        _first_and_last(Contestant(peer, LATE_PRESET, "adam", "128")) for peer in ("our_trainer", "pytorch")
    )
    return Row(
        f"{LATE_PRESET}'s network, adam, batch 128, after {LATE_EPOCHS} epochs, against PyTorch "
        + version("torch"),
        "",
        f"{ours[1] / theirs[1]:.2f}x ({ours[1]:,.0f} against {theirs[1]:,.0f} images/s; at first "
        f"{ours[0]:,.0f} against {theirs[0]:,.0f})",
        f"one after the other, a constant rate; medians of the first and the last 3 windows of {SECONDS:g} s",
    )


def _first_and_last(contestant: Contestant) -> tuple[float, float]:
    """Images a second at first and after `LATE_EPOCHS`."""
    speeds: list[float] = []
    with contestant:
        while sum(speeds) * SECONDS < LATE_EPOCHS * TRAINING_IMAGES:
            speeds.append(contestant.train(SECONDS))
    return median(speeds[:3]), median(speeds[-3:])


def _share_of_sgemm(batch: int) -> Row:
    """Our step's time beside that of its matrix products alone, by NumPy with all BLAS threads."""
    threads = environment.allowed_threads(0)
    with Contestant("our_trainer", PRESET, "sgd", str(batch)) as ours, environment.limit_threads(threads):
        speeds = [(ours.train(SECONDS), batch / _products(batch)) for _ in range(ROUNDS)]
    speed, alone = (median(column) for column in zip(*speeds, strict=True))
    return Row(
        f"784-512-128-64-10, sgd, batch {batch}: share of the machine's sgemm rate",
        "at least 70 %",
        f"{median(ours / products for ours, products in speeds):.0%} ({speed:,.0f} of {alone:,.0f} images/s)",
        f"median of {ROUNDS} pairs; sgemm: the step's products alone, NumPy with {threads} BLAS threads",
    )


def _products(batch: int) -> float:
    """Seconds for the matrix products of one step, the median of many."""
    rng = np.random.default_rng(0)
    rows = [row for row in summarize(find(PRESET).config.network) if row.parameters]
    sizes = [784, *(row.output_shape[0] for row in rows)]
    values = [rng.random((batch, size), dtype=np.float32) for size in sizes]
    weights = [rng.random(pair, dtype=np.float32) for pair in pairwise(sizes)]
    seconds: list[float] = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        began = time.perf_counter()
        for number, weight in enumerate(weights):
            np.matmul(values[number], weight)
            np.matmul(values[number].T, values[number + 1])
            if number:
                np.matmul(values[number + 1], weight.T)
        seconds.append(time.perf_counter() - began)
    return median(seconds)
