"""The preset `first-minute` on real MNIST, trained by a worker: how good, and how fast."""

from collections.abc import Iterator
from statistics import mean, median, stdev

from tests.benchmarks.report import Row, remark
from tests.benchmarks.runs import train

SEEDS = (7, 8, 9)


def rows() -> Iterator[Row]:
    """Accuracy over the seeds, and the time."""
    results = []
    for seed in SEEDS:
        results.append(train("first-minute", f"seed={seed}"))
        remark(f"seed {seed}: {results[-1].accuracy:.2%} in {results[-1].seconds:.1f} s")
    accuracies = [result.accuracy for result in results]
    speeds = [speed for result in results for speed in result.speeds]
    how = f"5 epochs, 55,000 images, test set, last weights; seeds {', '.join(map(str, SEEDS))}"
    measured = f"{mean(accuracies):.2%} ± {stdev(accuracies) * 100:.2f} points (least {min(accuracies):.2%})"
    yield Row("first-minute: test accuracy", "97.5 %", measured, how)
    seconds = ", ".join(f"{result.seconds:.1f}" for result in results)
    yield Row(
        "first-minute: time",
        "-",
        f"{median(result.seconds for result in results):.1f} s; {median(speeds):,.0f} images/s",
        f"medians of {len(results)} runs ({seconds} s, evaluation included) and of {len(speeds)} epochs",
    )
