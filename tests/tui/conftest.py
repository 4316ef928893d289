"""Few images, written once, and a trainer that trains nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted import ScriptedTrainer, config_of

import mnist_data
from nn.config import Config


@pytest.fixture(scope="session")
def few_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 200 training and 100 test images."""
    folder = tmp_path_factory.mktemp("few-images")
    mnist_data.save(mnist_data.synthesize(train=200, test=100), folder)
    return folder


@pytest.fixture
def config(few_images: Path) -> Config:
    """The first preset on few images."""
    return config_of(few_images)


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    """No runs yet."""
    return tmp_path / "runs"


@pytest.fixture
def trainers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ScriptedTrainer]]:
    """The trainers that the app makes, in order; none of them trains."""
    monkeypatch.setattr("tui.steering.AsyncTrainer", ScriptedTrainer)
    yield ScriptedTrainer.made
    ScriptedTrainer.made.clear()
    ScriptedTrainer.refusal = None
