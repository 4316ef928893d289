"""Errors: the views under the matrix, what fits beside what, and the temperature."""

import importlib
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from errors_host import answers_of
from image_host import BROAD, DATASET, NARROW, TALL, VALIDATION, Host, save_epoch, session_with
from piloted_app import until
from textual.pilot import Pilot

from nn.explain.calibration import TemperatureScaling
from nn.runs import predictions
from tui.answering.calibration_words import Judged
from tui.panes.error_pages import View
from tui.panes.errors import ErrorsPane
from tui.session import Session
from tui.terminal.display import ColorMode, Display
from tui.widgets.calibration_view import CalibrationView
from tui.widgets.comparison_table import ComparisonTable
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.digit_grid import DigitGrid
from tui.widgets.refusal_view import RefusalView


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


async def until_known(app: Host, pilot: Pilot[None]) -> None:
    """Let the best temperature be found."""
    await app.workers.wait_for_complete()
    await pilot.pause()


def after(gate: threading.Event, deed: Callable[..., object]) -> Callable[..., object]:
    """The same, once the gate is open."""

    def waiting(*given: object) -> object:
        gate.wait(20)
        return deed(*given)

    return waiting


@pytest.mark.parametrize("view", ["refusal", "calibration"])
async def test_a_column_is_blank_beside_the_bars(session: Session, view: View) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        pane = app.pane
        assert isinstance(pane, ErrorsPane)
        pane._turn_to(view)
        await until_known(app, pilot)
        column = [line[2 + 53] for line in app.text().splitlines()[14:-1]]
        assert set(column) == {" "}


async def test_a_key_goes_through_the_views(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert "loss" in app.text().splitlines()[-2]
        app.query_one(DigitGrid).focus()
        await pilot.press("v")
        assert "precision: of its answers 4" in app.text()
        assert "F1: harmonic mean" in app.text()
        assert app.query_one(ConfusionGrid).has_focus
        await pilot.press("v")  # there is no room for the matrix beside what comes now
        assert "% least sure leaves" in app.text()
        assert not app.query_one(ConfusionGrid).display
        assert app.query_one(RefusalView).has_focus
        await pilot.press("v")
        assert "ECE 0." in app.text()
        assert app.query_one(CalibrationView).has_focus
        await pilot.press("v")
        assert "no other run has" in app.text()
        assert app.query_one(ComparisonTable).has_focus
        await pilot.press("v")
        assert app.query_one(DigitGrid).display
        assert app.query_one(ConfusionGrid).display
        assert app.query_one(ConfusionGrid).has_focus


async def test_a_tall_pane_keeps_the_matrix(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=(80, 34)) as pilot:
        await pilot.press("v")
        assert "precision" in app.text()
        assert "least sure" in app.text()
        for words in ("ECE", "no other run has", "loss"):
            await pilot.press("v")
            assert words in app.text()
            assert app.query_one(ConfusionGrid).display


async def test_a_large_pane_shows_all_but_the_other_run(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=BROAD) as pilot:
        await pilot.pause()
        for words in ("precision", "least sure", "ECE", "[▸"):
            assert words in app.text()
        await pilot.press("v")
        assert "no other run has" in app.text()
        assert "[▸" in app.text()
        assert "ECE" not in app.text()


async def test_another_size_keeps_what_is_looked_at(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("v", "v")
        for size in (TALL, BROAD, NARROW, (60, 18)):
            await pilot.resize_terminal(*size)
            assert "least sure" in app.text()
        assert app.query_one(RefusalView).has_focus


async def test_the_smallest_pane_shows_each_view_by_itself(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=(60, 18)) as pilot:
        for words in ("precision", "least sure", "ECE", "no other run has", "▸"):
            await pilot.press("v")
            assert words in app.text()
            assert app.focused is not None
            assert app.pane in app.focused.ancestors


async def test_the_temperature_is_moved_and_set(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("b")  # also before it is known
        view = app.query_one(CalibrationView)
        await until_known(app, pilot)
        best, answers = view.best, answers_of(session)
        assert best is not None
        assert view.temperature == best
        folder = session.run.predictions_path if session.run else Path()
        validation = predictions.load(folder, 2)["validation"]
        assert best == TemperatureScaling.of(validation, DATASET.train_labels[-VALIDATION:]).best()
        assert answers.probabilities is not None
        after = Judged("test", TemperatureScaling.of(answers.probabilities, answers.labels)).figures(best)
        assert f"{after.error:.4f}" in view.said.splitlines()[-2]
        assert f"{after.likelihood:.4f}" in view.said.splitlines()[-2]
        assert view.said.splitlines()[-3].startswith("validation")
        await pilot.press("b")
        assert view.temperature == 1.0
        await pilot.press("plus", "plus", "minus", "minus", "minus")
        assert view.temperature == pytest.approx(4 ** (-1 / 16))
        assert "T = 0.92" in app.text()


async def test_without_validation_images_there_is_no_best_temperature(session: Session) -> None:
    assert session.run_config is not None
    data = msgspec.structs.replace(session.run_config.data, validation=0)
    session.run_config = msgspec.structs.replace(session.run_config, data=data)
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("b", "plus")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "no validation images: none to choose a temperature on" in app.text()
        assert app.query_one(CalibrationView).temperature > 1


@pytest.mark.parametrize("keys", [("b",), ("v", "v", "v", "b")])
async def test_a_best_temperature_that_there_was_not_is_not_set_in_a_later_run(
    session: Session, tmp_path: Path, keys: tuple[str, ...]
) -> None:
    assert session.run_config is not None
    data = msgspec.structs.replace(session.run_config.data, validation=0)
    session.run_config = msgspec.structs.replace(session.run_config, data=data)
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        for key in keys:  # before its answers are prepared, and after
            await pilot.press(key)
            await app.workers.wait_for_complete()
        await pilot.pause()
        view = app.query_one(CalibrationView)
        assert "none to choose a temperature on" in view.said
        later = session_with(tmp_path / "later", epochs=1)
        session.run, session.run_config = later.run, later.run_config
        app.refresh_answers()
        await until_known(app, pilot)
        assert view.best is not None
        assert view.temperature == 1.0


async def test_the_best_temperature_is_set_in_the_run_that_it_was_asked_of(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, module = threading.Event(), importlib.import_module("tui.widgets.calibration_view")
    monkeypatch.setattr(module, "_prepare", after(gate, module._prepare))
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("b")
        session.run = session_with(tmp_path / "another", epochs=1).run
        app.refresh_answers()
        gate.set()
        view = app.query_one(CalibrationView)
        await until(pilot, lambda: view.best is not None)
        assert view.temperature == 1.0


@pytest.mark.parametrize("mode", list(ColorMode))
async def test_every_view_can_be_read_in_every_colour_mode(session: Session, mode: ColorMode) -> None:
    app = Host(ErrorsPane, session)
    app.pane = ErrorsPane(session, Display(mode))
    async with app.run_test(size=NARROW) as pilot:
        for words in ("precision", "least sure", "ECE", "no other run has", "loss"):
            await pilot.press("v")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert words in app.text()


@pytest.mark.parametrize("change", ["run", "set"])
async def test_figures_of_another_run_or_set_are_not_kept_until_the_new_ones_are_computed(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=BROAD) as pilot:
        await pilot.pause()
        await until_known(app, pilot)
        views = (app.query_one(CalibrationView), app.query_one(RefusalView))
        assert all(view.said for view in views)
        gate = threading.Event()
        for module, name in (("calibration_view", "_prepare"), ("refusal_view", "refusals")):
            really = getattr(importlib.import_module(f"tui.widgets.{module}"), name)
            monkeypatch.setattr(f"tui.widgets.{module}.{name}", after(gate, really))
        save_epoch(session.run.predictions_path if session.run else tmp_path, 3)
        app.refresh_answers()  # of the same run: what is known stays until there is better
        assert all(view.said for view in views)
        if change == "run":
            session.run = session_with(tmp_path / "another", epochs=1).run
            app.refresh_answers()
        else:
            await pilot.press("t")
        await pilot.pause()
        assert [view.said for view in views] == ["", ""]
        gate.set()
        await until_known(app, pilot)
        assert all(view.said for view in views)
