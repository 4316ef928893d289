"""How images come to the session: at once, or synthetic ones first and MNIST behind them."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from few_images import config_of, renamed
from piloted_app import app_on, drawn, ready, screen_text, until
from scripted_trainer import ScriptedTrainer
from textual.app import App
from written_run import write_run

import mnist_data
from mnist_data import Dataset, DatasetError, DatasetMissing
from nn.config import Config, DataConfig
from nn.presets import find
from tui import loading
from tui.loading import MNIST_CAME, NO_MIRROR, NO_MNIST, Loader, mnist_is_at_hand
from tui.session import Session


class Place:
    """A machine without MNIST, and a download that comes when the test says so."""

    def __init__(self, images: Dataset) -> None:
        self.images = images
        self.found: Dataset | None = renamed(images, "mnist")
        self.may_come = threading.Event()
        self.is_at_hand = False
        self.loaded: list[str] = []

    def load(self, source: str) -> Dataset:
        self.loaded.append(source)
        if source == "mnist" and not self.is_at_hand:
            raise DatasetMissing("MNIST is not on this machine")
        return renamed(self.images, source)

    def download(self, cancelled: Callable[[], bool]) -> Dataset | None:
        while not self.may_come.wait(0.01):
            if cancelled():
                return None
        return self.found


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, few_images: Path) -> Place:
    place = Place(mnist_data.load(str(few_images), environment={}, cwd=few_images, cache=few_images))
    monkeypatch.setattr(loading, "_load", place.load)
    monkeypatch.setattr(loading, "_download", place.download)
    return place


@pytest.fixture
def mnist() -> Config:
    config = config_of("mnist")
    assert config.data.source == find("first-minute").config.data.source
    return config


def loader_of(config: Config, runs_dir: Path) -> Loader:
    return Loader(Session(config, "first-minute", runs_dir), lambda: None)


async def test_what_is_loaded_already_is_not_loaded_again(
    place: Place, mnist: Config, runs_dir: Path
) -> None:
    loader = loader_of(mnist, runs_dir)
    first = await loader.load(DataConfig(source="synthetic", validation=50))
    assert loader.session.dataset is None  # not before it is taken
    loader.take(first)
    assert await loader.load(first.config) is first
    split_anew = await loader.load(DataConfig(source="synthetic", validation=20))
    assert split_anew.dataset is first.dataset
    elsewhere = await loader.load(DataConfig(source="elsewhere"))
    assert elsewhere.dataset is not first.dataset
    assert place.loaded == ["synthetic", "elsewhere"]
    loader.take(elsewhere)
    assert loader.session.dataset_source == "elsewhere"


async def test_synthetic_digits_stand_in_and_the_config_says_so(
    place: Place, mnist: Config, runs_dir: Path
) -> None:
    loader = loader_of(mnist, runs_dir)
    await loader.load_or_synthesize()
    assert loader.session.config.data.source == "synthetic"
    assert loader.session.dataset_note == NO_MNIST
    assert loader.session.dataset is not None
    assert loader.session.dataset.is_synthetic
    place.may_come.set()
    await loader.fetch_missing()
    assert loader.session.config.data.source == "mnist"
    assert loader.session.dataset_source == "mnist"
    assert loader.session.dataset_note == ""


async def test_nothing_is_fetched_where_nothing_is_missing(
    place: Place, config: Config, runs_dir: Path
) -> None:
    loader = loader_of(config, runs_dir)
    await loader.load_or_synthesize()
    await loader.fetch_missing()  # would wait for ever
    assert loader.session.config == config
    assert loader.session.dataset_note == ""


async def test_without_a_mirror_the_note_says_what_to_do(place: Place, mnist: Config, runs_dir: Path) -> None:
    place.found = None
    place.may_come.set()
    loader = loader_of(mnist, runs_dir)
    await loader.load_or_synthesize()
    await loader.fetch_missing()
    assert loader.session.dataset_note == NO_MIRROR
    assert loader.session.config.data.source == "synthetic"


async def test_before_the_next_run_mnist_that_was_brought_meanwhile_is_found(
    place: Place, mnist: Config, runs_dir: Path
) -> None:
    loader = loader_of(mnist, runs_dir)
    await loader.load_or_synthesize()
    await loader.look_again()
    assert loader.session.config.data.source == "synthetic"
    place.is_at_hand = True
    await loader.look_again()
    assert loader.session.config.data.source == "mnist"


@pytest.mark.parametrize("error", [DatasetMissing("not on this machine"), DatasetError("it is cut off")])
async def test_mnist_that_came_but_cannot_be_loaded_leaves_the_synthetic_digits(
    place: Place, mnist: Config, runs_dir: Path, monkeypatch: pytest.MonkeyPatch, error: DatasetError
) -> None:
    """As with a damaged file beside three whole ones: the next run is on what can be trained on."""
    loader = loader_of(mnist, runs_dir)
    await loader.load_or_synthesize()

    def damaged(source: str) -> Dataset:
        raise error

    monkeypatch.setattr(loading, "_load", damaged)
    await loader.look_again()
    assert loader.session.config.data.source == "synthetic"
    monkeypatch.setattr(loading, "_load", place.load)
    place.is_at_hand = True  # it was mended
    await loader.look_again()
    assert loader.session.config.data.source == "mnist"


def test_mnist_is_at_hand_where_its_files_are_whole(
    monkeypatch: pytest.MonkeyPatch, few_images: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    shutil.copytree(few_images, folder)
    monkeypatch.setenv("MNIST_DATA", str(folder))
    assert mnist_is_at_hand()
    damaged = next(folder.glob("t10k-labels*"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert not mnist_is_at_hand()


async def test_digits_that_a_person_chose_are_not_replaced_before_a_run(
    place: Place, mnist: Config, runs_dir: Path
) -> None:
    asked_for = loader_of(config_of("synthetic"), runs_dir)
    await asked_for.load_or_synthesize()
    stand_in = loader_of(mnist, runs_dir)
    await stand_in.load_or_synthesize()
    stand_in.session.config = config_of("/my/digits")
    place.is_at_hand = True
    for loader, source in ((asked_for, "synthetic"), (stand_in, "/my/digits")):
        await loader.look_again()
        assert loader.session.config.data.source == source


async def test_images_that_a_person_named_meanwhile_stay(place: Place, mnist: Config, runs_dir: Path) -> None:
    place.may_come.set()
    loader = loader_of(mnist, runs_dir)
    await loader.load_or_synthesize()
    loader.session.config = config_of("/my/digits")
    await loader.fetch_missing()
    assert loader.session.config.data.source == "/my/digits"
    assert loader.session.dataset_source == "synthetic"


async def test_a_source_that_is_named_is_never_replaced(
    monkeypatch: pytest.MonkeyPatch, config: Config, runs_dir: Path
) -> None:
    def broken(source: str) -> Dataset:
        raise DatasetError(f"{source} is cut off")

    monkeypatch.setattr(loading, "_load", broken)
    loader = loader_of(config, runs_dir)
    with pytest.raises(DatasetError, match="is cut off"):
        await loader.load_or_synthesize()
    assert loader.session.dataset is None


async def test_the_app_opens_on_synthetic_digits_and_mnist_comes(
    place: Place, mnist: Config, runs_dir: Path
) -> None:
    app = app_on(runs_dir, mnist)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        text = await drawn(pilot)
        assert "SYNTHETIC DIGITS" in text
        assert "these are synthetic digits" in text
        assert "trying to fetch it" in text  # the sentence is not cut at the pane's edge
        place.may_come.set()
        await until(pilot, lambda: app.session.dataset_source == "mnist")
        text = await drawn(pilot)
        assert "SYNTHETIC" not in text
        assert "synthetic" not in text


async def test_mnist_that_comes_during_a_run_waits_for_the_next_one(
    place: Place, mnist: Config, runs_dir: Path, trainers: list[ScriptedTrainer]
) -> None:
    app = app_on(runs_dir, mnist)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")  # before the images are there: it waits for them
        await until(pilot, lambda: trainers)
        place.may_come.set()
        await until(pilot, lambda: app.session.dataset_note == MNIST_CAME)
        assert app.session.dataset is not None
        assert app.session.dataset.is_synthetic
        assert trainers[0].run.config().data.source == "synthetic"
        text = await drawn(pilot)
        assert "MNIST is here now" in text
        assert "SYNTHETIC DIGITS" in text
        place.is_at_hand = True
        await pilot.press("R")
        await until(pilot, lambda: len(trainers) == 2)
        assert trainers[1].run.config().data.source == "mnist"
        assert "SYNTHETIC" not in await drawn(pilot)


async def test_a_run_is_shown_with_its_own_images_or_with_none(config: Config, runs_dir: Path) -> None:
    run = write_run(runs_dir, config, [])
    loader = loader_of(config, runs_dir)
    loader.take(await loader.load(config.data))
    dataset = loader.session.dataset
    assert dataset is not None
    run.write_record(msgspec.structs.replace(run.record(), fingerprint=dataset.fingerprint))
    await loader.load_for(run, config.data)
    assert loader.session.dataset is dataset
    run.write_record(msgspec.structs.replace(run.record(), fingerprint="of other images"))
    with pytest.raises(DatasetError, match="holds other images than those it was trained on"):
        await loader.load_for(run, config.data)


async def test_leaving_gives_up_the_download(place: Place, mnist: Config, runs_dir: Path) -> None:
    app = app_on(runs_dir, mnist)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("q")
    assert app.return_code == 0
    assert app.session.dataset_note == NO_MNIST


async def test_a_source_that_cannot_be_read_ends_the_app_with_one_sentence(
    runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "[/red]nothing"
    messages: list[object] = []
    leave = App.exit

    def noting(self: App[None], *, return_code: int, message: object) -> None:
        messages.append(message)
        leave(self, return_code=return_code)

    app = app_on(runs_dir, config_of(folder), source=str(folder))
    monkeypatch.setattr(type(app), "exit", noting)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.return_code == 2 or "nothing" in screen_text(pilot))
    assert app.return_code == 2
    assert len(messages) == 1
    assert "[/red]nothing" in str(messages[0])
    assert "\n" not in str(messages[0])
