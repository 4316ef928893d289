"""Errors: another run beside the one on screen."""

from pathlib import Path

import numpy as np
import pytest
from errors_host import answers_of, wanted
from image_host import NARROW, TALL, Host, save_epoch, session_with

from nn.runs import store
from nn.runs.store import RunDirectory
from tui.panes.errors import ErrorsPane
from tui.session import Session
from tui.widgets.answer_detail import AnswerDetail
from tui.widgets.comparison_table import ComparisonTable
from tui.widgets.comparison_view import ComparisonView


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


def recorded(session: Session, name: str, epochs: int = 1, likely: float = 0.7) -> RunDirectory:
    """A run of the session's config with answers, beside the one on screen."""
    run = store.create(session.runs_dir, session.config, name)
    for epoch in range(epochs):
        save_epoch(run.predictions_path, epoch, likely=likely)
    return run


@pytest.fixture
def compared(session: Session) -> Session:
    """A session with its own run and two others, the newer called `b`."""
    session.run, session.run_name = recorded(session, "mine", epochs=3), "mine"
    recorded(session, "a", likely=0.5)
    recorded(session, "b", likely=0.9)
    session.refresh_answers()
    return session


async def test_another_run_stands_beside(compared: Session) -> None:
    app = Host(ErrorsPane, compared)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("w")
        await app.workers.wait_for_complete()
        await pilot.pause()
        first = app.said("comparison-head")
        assert first.startswith("this run: mine, epoch 2\nother run: ")
        assert first.endswith(", epoch 0, 1 of 2")
        counts = app.query_one(ComparisonTable)
        answers = answers_of(compared)
        assert answers.right is not None
        shown = [counts.render_line(y).text for y in (1, 2)]
        assert (
            sum(int(word) for line in shown for word in line.replace("[", " ").split() if word.isdigit())
            == 60
        )
        assert "McNemar" in app.text()
        await pilot.press("w")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.said("comparison-head").endswith(", epoch 0, 2 of 2")
        assert app.said("comparison-head") != first


async def test_groups_are_walked_and_shown_in_browse(compared: Session) -> None:
    app = Host(ErrorsPane, compared)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("w")
        await app.workers.wait_for_complete()
        assert app.query_one(ComparisonTable).has_focus
        await pilot.press("down", "right")
        view = app.query_one(ComparisonView)
        both_wrong = view.listed.indices.tolist()
        answers = answers_of(compared)
        assert answers.right is not None
        assert both_wrong
        assert not answers.right[both_wrong].any()
        assert app.query_one(AnswerDetail).said.startswith(f"image {both_wrong[0]} ")
        await pilot.press("n")
        assert compared.chosen == both_wrong[1]
        assert view.listed.chosen == both_wrong[1]
        assert app.query_one(AnswerDetail).said.startswith(f"image {both_wrong[1]} ")
        await pilot.press("enter")
        (chosen,) = wanted(app)
        assert chosen.picked is not None
        assert chosen.picked.words.startswith("both wrong against ")
        assert np.flatnonzero(chosen.passes(answers)).tolist() == sorted(both_wrong)


async def test_a_new_epoch_is_compared_without_reading_the_other_run_again(
    compared: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Host(ErrorsPane, compared)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("w")
        await app.workers.wait_for_complete()
        await pilot.pause()
        monkeypatch.setattr("tui.widgets.comparison_view.read_other", None)
        assert compared.run is not None
        save_epoch(compared.run.predictions_path, 3)
        app.refresh_answers()
        await pilot.pause()
        assert app.said("comparison-head").startswith("this run: mine, epoch 3\n")


async def test_without_another_run_it_says_so(session: Session) -> None:
    session.run = recorded(session, "mine", epochs=3)
    session.refresh_answers()
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("w", "enter", "n", "down")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.said("comparison-head").startswith("no other run has answered these images:\nR trains one")
        assert "fixed" not in app.text()
        assert wanted(app) == []
