"""Contestants: each trains one network in a process of its own, and only while it is asked to.

A process each, because the threads of one library would wait, spinning, beside those of the other. In turn
each trains for a window of time and tells its images a second; the data lie in its memory all the while.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Self

WARM_UP_SECONDS = 0.5
Train = Callable[[float], float]  # trains for so many seconds or a little longer: images a second


class Contestant:
    """One process: `module` is one of the contestants', `arguments` is what its `prepare` takes."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.contestants", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def train(self, seconds: float) -> float:
        """Images a second over a window of about so many seconds."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{seconds}\n")
        stdin.flush()
        return float(json.loads(stdout.readline()))

    def __enter__(self) -> Self:
        """Ready when it has trained a little."""
        self.train(WARM_UP_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.communicate()


def turns(contestants: Sequence[Contestant], count: int, seconds: float) -> list[list[float]]:
    """Images a second of each contestant in each of `count` rounds; who was first becomes last."""
    speeds: list[list[float]] = []
    with ExitStack() as stack:
        for contestant in contestants:
            stack.enter_context(contestant)
        for number in range(count):
            order = range(len(contestants)) if number % 2 else reversed(range(len(contestants)))
            found = {index: contestants[index].train(seconds) for index in order}
            speeds.append([found[index] for index in range(len(contestants))])
    return speeds


@contextmanager
def half_busy() -> Iterator[None]:
    """A second process that wants a core for half of the time, 5 ms on and 5 ms off."""
    code = (
        "import time\n"
        "while True:\n"
        "    until = time.perf_counter() + 0.005\n"
        "    while time.perf_counter() < until: pass\n"
        "    time.sleep(0.005)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def windows(steps: Iterator[int]) -> Train:
    """Train by drawing from `steps`, each of which tells its images."""

    def train(seconds: float) -> float:
        images, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            images += next(steps)
        return images / (time.perf_counter() - began)

    return train


def main(module: str, *arguments: str) -> None:
    """A contestant's process: a line in asks for so many seconds, a line out tells the speed."""
    train: Train = import_module(f"tests.benchmarks.{module}").prepare(*arguments)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(train(float(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
