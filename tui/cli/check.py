"""`mnist-tui check`: backpropagation against central differences in float64, one line for each tensor."""

import argparse

import numpy as np

from nn.gradient_check import BAR, check
from nn.runs.environment import allowed_threads, limit_threads
from tui.cli.configs import resolve
from tui.cli.output import columns, say

HEADER = ("layer", "tensor", "compared", "relative error", "")


def run(arguments: argparse.Namespace) -> int:
    """Check a config's network and loss; 1 if a gradient is wrong."""
    config = resolve(arguments)
    with limit_threads(allowed_threads(0)), np.errstate(all="ignore"):
        checks = check(config)
    rows = [
        (one.layer, one.tensor, str(one.compared), f"{one.error:.1e}", "pass" if one.passed else "fail")
        for one in checks
    ]
    for line in columns([HEADER, *rows], right=(2, 3)):
        say(line)
    failed = sum(not one.passed for one in checks)
    say(f"{failed} of {len(checks)} tensors fail; allowed is a relative error below {BAR:g}")
    return 1 if failed else 0
