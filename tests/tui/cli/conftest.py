"""A small data set on disk, a finished run on it, and the command line called in this process."""

import asyncio
from pathlib import Path

import pytest

from mnist_data import save, synthesize
from nn.config import Config
from nn.runs.client import AsyncTrainer
from nn.runs.store import RunDirectory, list_runs
from nn.settings import with_settings
from tests.tui.cli.processes import Call
from tui.__main__ import main


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 600 training and 200 test images."""
    folder = tmp_path_factory.mktemp("digits")
    save(synthesize(train=600, test=200), folder)
    return folder


@pytest.fixture(scope="session")
def config(digits: Path) -> Config:
    return with_settings(
        Config(),
        {
            "data.source": str(digits),
            "data.validation": 100,
            "training.epochs": 2,
            "training.batch_size": 25,
        },
    )


@pytest.fixture(scope="session")
def finished_runs(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one finished run, called `[red]lunch`; tests only read it."""
    runs_dir = tmp_path_factory.mktemp("runs")

    async def train() -> None:
        trainer = await AsyncTrainer.start(config, runs_dir=runs_dir, name="[red]lunch")
        async for _ in trainer.events():
            pass

    asyncio.run(train())
    return runs_dir


@pytest.fixture
def finished_run(finished_runs: Path) -> RunDirectory:
    (run,) = list_runs(finished_runs)
    assert run.state() == "finished"
    return run


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test finds the user's MNIST, cache or runs, or anything in the working folder."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.delenv("MNIST_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command line here: its exit code, standard output and standard error."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
