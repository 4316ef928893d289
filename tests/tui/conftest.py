"""Few images, written once, and a trainer that trains nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import settling
from few_images import config_of
from full_run import write_full_run
from long_run import create_stopped, save_digits, stop_all
from piloted_app import app_on
from scripted_trainer import ScriptedTrainer
from steering_hand import Hand

import mnist_data
from nn.config import Config
from nn.runs.store import RunDirectory
from tui.app import MnistApp
from tui.panes.base import Pane
from tui.panes.browse import BrowsePane
from tui.panes.configure import ConfigurePane
from tui.panes.draw import DrawPane
from tui.panes.errors import ErrorsPane
from tui.panes.inside import InsidePane
from tui.panes.runs import RunsPane
from tui.panes.train import TrainPane


@pytest.fixture(scope="session", autouse=True)
def _settling() -> Iterator[None]:
    """Keys and pauses end as soon as the app has nothing left to do."""
    with settling.watched():
        yield


@pytest.fixture(scope="session")
def few_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 200 training and 100 test images."""
    folder = tmp_path_factory.mktemp("few-images")
    drawn = mnist_data.synthesize(train=200, test=100)
    mnist_data.save(replace(drawn, is_synthetic=False), folder)  # a person's own, as far as the app knows
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
def full_run(runs_dir: Path, config: Config, few_images: Path) -> RunDirectory:
    """An ended run with all that any pane or screen shows."""
    return write_full_run(runs_dir, config, few_images)


@pytest.fixture(scope="session")
def learnable_digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of images for real trainings."""
    folder = tmp_path_factory.mktemp("data") / "digits"
    save_digits(folder)
    return folder


@pytest.fixture
def busy_runs_dir(runs_dir: Path) -> Iterator[Path]:
    """No runs yet; what trains there is stopped after the test."""
    yield runs_dir
    stop_all(runs_dir)


@pytest.fixture
def stopped_run(busy_runs_dir: Path, learnable_digits: Path) -> RunDirectory:
    """A run that was stopped after a step and has a hundred thousand epochs to go."""
    return create_stopped(busy_runs_dir, learnable_digits)


@pytest.fixture
def trainers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ScriptedTrainer]]:
    """The trainers that the app makes, in order; none of them trains."""
    monkeypatch.setattr("tui.shown_run.AsyncTrainer", ScriptedTrainer)
    monkeypatch.setattr("tui.steering.AsyncTrainer", ScriptedTrainer)
    yield ScriptedTrainer.made
    ScriptedTrainer.made.clear()
    ScriptedTrainer.refusal = None


@pytest.fixture
def app(runs_dir: Path, config: Config, trainers: list[ScriptedTrainer]) -> MnistApp:
    """The app on the first preset, without a run unless the test writes one before it starts."""
    return app_on(runs_dir, config)


@pytest.fixture
def hand(runs_dir: Path, config: Config, trainers: list[ScriptedTrainer]) -> Hand:
    """A steering whose trainers are scripted."""
    return Hand(runs_dir, config)


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the panes that were drawn, in order."""
    calls: list[int] = []

    def counted(pane: type[Pane]) -> None:
        def counting(self: Pane, show: Callable[[Pane], None] = pane.show) -> None:
            calls.append(self.number)
            show(self)

        monkeypatch.setattr(pane, "show", counting)

    for pane in (ConfigurePane, TrainPane, BrowsePane, ErrorsPane, InsidePane, DrawPane, RunsPane):
        counted(pane)
    return calls
