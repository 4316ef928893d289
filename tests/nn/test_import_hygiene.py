"""The core and the runs never load the screen, and only downloading loads what downloads."""

import subprocess
import sys
from pathlib import Path

import pytest

import mnist_data
import nn

FOREIGN = ("textual", "rich", "plotext", "pooch", "requests", "torch", "tui")
CORE = [f"nn.{path.stem}" for path in Path(nn.__path__[0]).glob("*.py") if path.stem != "__init__"]
RUNS = [f"nn.runs.{path.stem}" for path in (Path(nn.__path__[0]) / "runs").glob("*.py")]
DATA = [f"mnist_data.{path.stem}" for path in Path(mnist_data.__path__[0]).glob("*.py")]


def loaded(modules: list[str]) -> set[str]:
    """The top-level names in `sys.modules` after importing `modules` in a process of their own."""
    names = [name.removesuffix(".__init__") for name in modules]
    program = f"import {', '.join(names)}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name for name in done.stdout.split() if name.count(".") <= 1}


@pytest.mark.parametrize(
    ("modules", "others"),
    [
        (CORE, {*FOREIGN, "mnist_data", "nn.runs"}),
        (["mnist_data", *(name for name in DATA if name != "mnist_data.download")], {*FOREIGN, "nn"}),
        ([*CORE, "nn.runs", *RUNS, "mnist_data"], set(FOREIGN)),
    ],
    ids=["core", "data", "runs"],
)
def test_what_is_not_loaded(modules: list[str], others: set[str]) -> None:
    found = loaded(modules)
    assert "numpy" in found
    assert found & others == set()
