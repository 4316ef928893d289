"""Data files that lie in a checkout get into neither the wheel nor the source archive."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.mnist_data.folders import NAMES, drop

ROOT = Path(__file__).parents[2]
BUILD = (
    "import hatchling.build as b, sys; print(b.build_wheel(sys.argv[1])); print(b.build_sdist(sys.argv[1]))"
)


@pytest.mark.slow
def test_dropped_files_stay_out_of_a_build(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("mnist_data", "nn", "tui"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    for place in ("{}", "{}.gz", "archive/{}", "{0}.d/{0}"):
        drop(checkout / "mnist_data", place.format)
    subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)], cwd=checkout, check=True, capture_output=True
    )
    (wheel,), (sdist,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive, tarfile.open(sdist) as source:
        contents = [*archive.namelist(), *source.getnames()]
    assert any(name.endswith("mnist_data/idx.py") for name in contents)
    assert not [name for name in contents if any(data in name for data in NAMES)]
