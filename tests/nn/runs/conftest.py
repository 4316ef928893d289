from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from client_samples import start, until
from run_samples import ENDLESS, InProcess, create, none_left, small_config

from mnist_data import Dataset, load, save, synthesize
from nn.events import EpochFinished
from nn.runs.client import AsyncTrainer
from nn.runs.images import split
from nn.runs.store import RunDirectory
from nn.trainer import Data


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data source: 600 training and 200 test digits as IDX files."""
    folder = tmp_path_factory.mktemp("digits")
    save(synthesize(train=600, test=200), folder)
    return folder


@pytest.fixture(scope="session")
def dataset(folder: Path) -> Dataset:
    return load(str(folder), environment={}, cwd=folder, cache=folder)


@pytest.fixture(scope="session")
def data(dataset: Dataset) -> Data:
    """500 to learn from, 100 to validate, 200 to test; with batches of 100, five steps an epoch."""
    return split(dataset, small_config().data)


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """Three epochs of five steps."""
    return create(tmp_path, small_config())


@pytest.fixture
def short_run(tmp_path: Path, folder: Path) -> RunDirectory:
    """Two epochs that a worker does in no time."""
    return create(tmp_path / "runs", small_config(folder, epochs=2))


@pytest.fixture(scope="session")
def unbroken(tmp_path_factory: pytest.TempPathFactory, data: Data) -> RunDirectory:
    """A small run of three epochs of five steps that nothing disturbed."""
    run = create(tmp_path_factory.mktemp("unbroken"), small_config())
    assert InProcess(run, data).train().state == "finished"
    return run


@pytest.fixture
async def endless_training(tmp_path: Path, folder: Path) -> AsyncIterator[AsyncTrainer]:
    """A run that goes on until the test stops it."""
    trainer = await start(tmp_path, folder, epochs=ENDLESS)
    await until(trainer, EpochFinished)
    with none_left(trainer.run):
        yield trainer
