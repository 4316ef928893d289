"""What the benchmarks print: a head that says on what was measured, then one row a claim."""

import os
import platform
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nn.runs import environment

SEED = 7
COLUMNS = ("what", "bar", "measured", "how")


class Row(NamedTuple):
    """One claim: what is measured, what was promised, what came out, and how."""

    what: str
    bar: str
    measured: str
    how: str


def head(command: Sequence[str]) -> str:
    """Machine, versions, threads, seed and command."""
    load = " ".join(f"{average:.1f}" for average in os.getloadavg())
    facts = {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "load before": f"{load} (1, 5 and 15 minutes)",
        "Python": f"{platform.python_version()}, NumPy {np.__version__}, {environment.blas()}",
        "threads": f"{environment.allowed_threads(0)} unless a row says otherwise",
        "seed": f"{SEED} unless a row says otherwise",
        "command": shlex.join(["python", "-m", "tests.benchmarks", *command]),
    }
    return "\n".join(f"{name:<12} {value}" for name, value in facts.items())


def table_head() -> str:
    """The table's first two lines, in Markdown."""
    return line(COLUMNS) + "\n" + line(["---"] * len(COLUMNS))


def line(cells: Sequence[str]) -> str:
    """One line of the table."""
    return "| " + " | ".join(cells) + " |"


def remark(text: str) -> None:
    """Something that is worth seeing while it is measured, beside the table."""
    sys.stderr.write(f"  {text}\n")


def interval(values: Sequence[float], seed: int = SEED) -> tuple[float, float]:
    """The 95 % interval of the median, by bootstrap over the values."""
    samples = np.random.default_rng(seed).choice(np.asarray(values), (10_000, len(values)))
    low, high = np.percentile(np.median(samples, axis=1), (2.5, 97.5))
    return float(low), float(high)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((text.partition(": ")[2] for text in lines if text.startswith("model name")), "unknown CPU")
