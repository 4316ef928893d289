"""`python -m tests.benchmarks [NAME ...]`: measure what the project promises and print it as one table.

Real MNIST must be on the machine (`MNIST_DATA`). Nothing here is a test: no time is asserted.
"""

import argparse
import os
import sys
from importlib import import_module

from mnist_data import DatasetError
from tests.benchmarks import report, runs

NAMES = (
    "first-minute",
    "classic-sigmoid",
    "key-to-start",
    "first-paint",
    "key-to-screen",
    "next-page",
    "wire-bytes",
    "viewer-cost",
    "stalled-terminal",
    "dense-speed",
    "drawn-digits",
    "nearest",
    "cnn-speed",
    "four-trainings",
    "engine",
)
LONG = ("accuracy",)  # only when asked for


def main() -> int:
    """Print the head, then each row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which rows: {', '.join((*NAMES, *LONG))}")
    names = parser.parse_args().names or NAMES
    unknown = [name for name in names if name not in (*NAMES, *LONG)]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; allowed: {', '.join((*NAMES, *LONG))}")
    try:
        runs.mnist()
    except DatasetError as error:
        parser.error(str(error))
    print(report.head(sys.argv[1:]) + "\n\n" + report.table_head(), flush=True)
    for name in names:
        module = import_module(f"tests.benchmarks.{name.replace('-', '_')}")
        for row in module.rows():
            load = f"{row.how}; load {os.getloadavg()[0]:.1f}"
            print(report.line(row._replace(how=load)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
