"""The core and the runs never load the screen, and only downloading loads what downloads."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import mnist_data
import nn

FOREIGN = ("textual", "rich", "plotext", "pooch", "requests", "torch", "tui")


def modules_of(package: ModuleType) -> list[str]:
    """The names of the package and of every module in it, at any depth."""
    root = Path(package.__path__[0])
    paths = (path.relative_to(root.parent).with_suffix("") for path in root.rglob("*.py"))
    return [".".join(path.parts).removesuffix(".__init__") for path in paths]


RUNS = [name for name in modules_of(nn) if f"{name}.".startswith("nn.runs.")]
CORE = sorted({*modules_of(nn)} - {*RUNS})
DATA = modules_of(mnist_data)


def loaded(modules: list[str]) -> set[str]:
    """The top-level names in `sys.modules` after importing `modules` in a process of their own."""
    program = f"import {', '.join(modules)}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name for name in done.stdout.split() if name.count(".") <= 1}


@pytest.mark.parametrize(
    ("modules", "others"),
    [
        (CORE, {*FOREIGN, "mnist_data", "nn.runs"}),
        ([name for name in DATA if name != "mnist_data.download"], {*FOREIGN, "nn"}),
        ([*CORE, *RUNS, "mnist_data"], set(FOREIGN)),
    ],
    ids=["core", "data", "runs"],
)
def test_what_is_not_loaded(modules: list[str], others: set[str]) -> None:
    found = loaded(modules)
    assert "numpy" in found
    assert found & others == set()
