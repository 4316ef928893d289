"""How good the presets are: last epoch, test set, several seeds, and networks that answer together.

Trainings of minutes to hours: they are not part of a plain `python -m tests.benchmarks`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median, stdev
from typing import NamedTuple

from nn.runs.store import list_runs
from tests.benchmarks.report import Row, remark
from tests.benchmarks.runs import train


class Claim(NamedTuple):
    """A preset with what is changed of it, the seeds, and the bar."""

    preset: str
    seeds: tuple[int, ...]
    bar: str
    settings: tuple[str, ...] = ()
    together: str = ""  # the bar of all of them answering together


FIVE = (1, 2, 3, 4, 5)
CLAIMS = (
    Claim("first-minute", FIVE, "at least 97.8 %"),
    Claim("99-in-one-epoch", FIVE, "at least 99.0 %, no seed below 98.85 %"),
    Claim("mlp-strong", FIVE, "at least 98.8 %"),
    Claim("mlp-strong", (1, 2, 3), "at least 99.2 %", ("training.epochs=60",)),
    Claim("99.4-small", FIVE, "at least 99.35 %", together="at least 99.5 %"),
    Claim("99.6", (1, 2, 3), "at least 99.55 %, under 40 minutes a seed"),
)


def rows() -> Iterator[Row]:
    """A row a claim, as soon as its seeds are trained."""
    for claim in CLAIMS:
        with tempfile.TemporaryDirectory() as folder:
            yield _alone(claim, Path(folder))
            if claim.together:
                yield _together(claim, Path(folder))


def _alone(claim: Claim, runs_dir: Path) -> Row:
    results = []
    for seed in claim.seeds:
        results.append(train(claim.preset, f"seed={seed}", *claim.settings, runs_dir=runs_dir))
        remark(f"{claim.preset}, seed {seed}: {results[-1].accuracy:.2%} in {results[-1].seconds:.0f} s")
    accuracies = [result.accuracy for result in results]
    spread = f" ± {100 * stdev(accuracies):.2f} points" if len(accuracies) > 1 else ""
    return Row(
        " ".join([claim.preset, *claim.settings]),
        claim.bar,
        f"{mean(accuracies):.2%}{spread}, least {min(accuracies):.2%}; "
        f"{median(result.seconds for result in results):.1f} s a seed",
        f"last epoch, 55,000 images, test set; seeds {', '.join(map(str, claim.seeds))}",
    )


def _together(claim: Claim, runs_dir: Path) -> Row:
    names = [str(run.path) for run in list_runs(runs_dir)]
    command = [sys.executable, "-P", "-m", "tui", "evaluate", *names, "--json", "--runs-dir", str(runs_dir)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Row(
        f"{claim.preset}, {len(names)} networks together",
        claim.together,
        f"{json.loads(done.stdout)['accuracy']:.2%}",
        "summed probabilities, test set",
    )
