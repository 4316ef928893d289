"""What the session makes of a run's directory and of images: answers, epochs, and what is missing."""

from pathlib import Path

import pytest
from few_images import VALIDATION
from scripted_events import epochs, finished, started
from written_run import write_run

import mnist_data
from nn.config import Config
from nn.events import Paused
from nn.runs import predictions
from nn.settings import with_settings
from tui.choices import SetName
from tui.session import Session


@pytest.fixture
def session(config: Config, runs_dir: Path, few_images: Path) -> Session:
    run = write_run(runs_dir, config, [*epochs(2), finished(step=20)])
    dataset = mnist_data.load(str(few_images), environment={}, cwd=few_images, cache=few_images)
    return Session(config, None, runs_dir, dataset=dataset, run=run, run_config=config)


def test_answers_are_the_latest_unless_an_epoch_is_looked_at(session: Session) -> None:
    session.refresh_answers()
    assert session.answers is not None
    assert (session.answers.epoch, len(session.answers)) == (2, 100)
    assert not session.answers_are_old
    session.epoch = 1
    session.refresh_answers()
    assert session.answers.epoch == 1
    session.epoch = 77  # never kept
    session.refresh_answers()
    assert session.answers.epoch == 2
    assert session.epoch is None  # it follows again, and says so


def test_what_is_looked_at_is_so_at_once(session: Session) -> None:
    session.look_at_set("validation")
    session.look_at_image(7)
    session.look_at_epoch(1)
    assert session.answers is not None
    assert (session.answers.set_name, session.answers.epoch, session.chosen) == ("validation", 1, 7)
    session.look_at_set("test")
    assert (session.answers.set_name, session.chosen) == ("test", 0)


def test_images_are_split_once_for_a_data_set_and_a_config(session: Session) -> None:
    data = session.data()
    assert data is not None
    assert session.data() is data
    session.run_config = with_settings(session.config, {"data.validation": 40})
    other = session.data()
    assert other is not None
    assert len(other.validation.labels) == 40
    session.dataset = None
    assert session.data() is None


def test_each_set_has_its_images(session: Session) -> None:
    sets: list[tuple[SetName, int]] = [("test", 100), ("validation", VALIDATION), ("train", 150)]
    for name, count in sets:
        session.set_name = name
        session.refresh_answers()
        assert session.answers is not None
        assert len(session.answers) == count
        assert (session.answers.probabilities is None) is (name == "train")


def test_the_chosen_image_stays_within_the_set(session: Session) -> None:
    session.chosen, session.set_name = 99, "validation"
    session.refresh_answers()
    assert session.chosen == VALIDATION - 1


def test_answers_to_other_images_are_not_shown(session: Session) -> None:
    session.run_config = with_settings(session.config, {"data.validation": 40})
    session.set_name = "validation"
    session.refresh_answers()
    assert session.answers is not None
    assert session.answers.probabilities is None
    assert session.answers.epoch is None


def test_answers_that_cannot_be_read_are_none(session: Session) -> None:
    assert session.run is not None
    for path in session.run.predictions_path.iterdir():
        path.write_bytes(b"cut off")
    session.refresh_answers()
    assert session.answers is not None
    assert session.answers.probabilities is None


def test_without_images_there_are_no_answers(session: Session) -> None:
    session.refresh_answers()
    session.dataset = None
    session.refresh_answers()
    assert session.data() is None
    assert session.answers is None


def test_a_config_that_asks_for_too_many_images_has_no_data(session: Session) -> None:
    session.run_config = with_settings(session.config, {"data.validation": 500})
    assert session.data() is None


def test_without_a_run_there_are_images_alone(session: Session) -> None:
    session.run = None
    session.refresh_answers()
    assert session.epochs_kept == []
    assert session.answers is not None
    assert session.answers.probabilities is None


def test_alive_is_what_the_events_tell(session: Session) -> None:
    assert session.is_alive  # it starts
    session.history.feed(started())
    session.history.feed(Paused(step=0))
    assert session.is_alive
    session.history.feed(finished("stopped"))
    assert not session.is_alive
    session.history.lose("gone")
    assert not session.is_alive


def test_epochs_kept_are_those_in_the_folder(session: Session) -> None:
    assert session.run is not None
    assert session.epochs_kept == [0, 1, 2]
    predictions.forget_after(session.run.predictions_path, 1)
    assert session.epochs_kept == [0, 1]
