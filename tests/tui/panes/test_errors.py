from pathlib import Path

import msgspec
import numpy as np
import pytest
from image_host import BROAD, DATASET, NARROW, TALL, VALIDATION, Host, save_epoch, session_with
from textual.pilot import Pilot
from textual.widget import Widget

from nn.explain.calibration import TemperatureScaling
from nn.runs import predictions, store
from nn.runs.store import RunDirectory
from tui.answering.answers import Answers, Filter
from tui.answering.calibration_words import Judged
from tui.messages import ImagesWanted
from tui.panes.errors import ErrorsPane
from tui.session import Session
from tui.terminal.display import ColorMode, Display
from tui.widgets.answer_detail import AnswerDetail
from tui.widgets.calibration_view import CalibrationView
from tui.widgets.comparison_table import ComparisonTable
from tui.widgets.comparison_view import ComparisonView
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.digit_grid import DigitGrid
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.refusal_view import RefusalView


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


def answers_of(session: Session) -> Answers:
    assert session.answers is not None
    return session.answers


def wanted(app: Host) -> list[Filter]:
    """What Browse was asked to show."""
    return [message.chosen for message in app.heard if isinstance(message, ImagesWanted)]


async def until_known(app: Host, pilot: Pilot[None]) -> None:
    """Let the best temperature be found."""
    await app.workers.wait_for_complete()
    await pilot.pause()


def worst(session: Session) -> list[int]:
    """The wrong answers, the largest loss first, found one by one."""
    answers = answers_of(session)
    losses = answers.losses
    assert losses is not None
    assert answers.predicted is not None
    wrong = [index for index in range(len(answers)) if answers.predicted[index] != answers.labels[index]]
    return sorted(wrong, key=lambda index: (-losses[index], index))


async def test_the_matrix_is_walked_and_opened(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        confusion = answers_of(session).confusion
        assert confusion is not None
        assert np.array_equal(app.query_one(ConfusionGrid).counts, confusion)
        await pilot.press("down", "down", "right", "enter")
        await pilot.pause()
        assert app.said("errors-cell").startswith(f" 2 as 1: {confusion[2, 1]}")
        assert wanted(app) == [Filter(true=2, predicted=1)]
        await pilot.press("a")
        await pilot.pause()
        assert wanted(app)[1:] == [Filter(right=False)]


async def test_keys_show_per_cent_and_hide_the_diagonal(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("c", "d")
        assert app.query_one(ConfusionGrid).percent
        assert app.query_one(ConfusionGrid).diagonal_hidden
        await pilot.press("c", "d")
        assert not app.query_one(ConfusionGrid).percent
        assert not app.query_one(ConfusionGrid).diagonal_hidden


@pytest.mark.parametrize("size", [NARROW, TALL, BROAD])
async def test_the_worst_come_first_and_are_walked(session: Session, size: tuple[int, int]) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=size) as pilot:
        order = worst(session)
        await pilot.pause()
        assert app.query_one(AnswerDetail).said.startswith(f"image {order[0]} ✗")
        await pilot.press("n", "n", "p")
        await pilot.pause()
        assert [index for *_, index in app.looked_at] == [order[1], order[2], order[1]]
        assert app.query_one(DigitGrid).selected == 1
        assert app.query_one(DigitGrid).count == len(order)
        predicted = answers_of(session).predicted
        assert predicted is not None
        assert app.query_one(ProbabilityBars).predicted == predicted[order[1]]


async def test_enter_on_one_of_the_worst_shows_those_like_it(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        app.query_one(DigitGrid).focus()
        await pilot.press("right", "enter")
        await pilot.pause()
        answers, index = answers_of(session), worst(session)[1]
        assert answers.predicted is not None
        assert session.chosen == index
        assert wanted(app) == [Filter(answers.labels[index], answers.predicted[index])]


async def test_how_the_answer_went_is_read_once_an_epoch(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    load = predictions.load

    def counted(folder: Path, epoch: int) -> dict[str, np.ndarray]:
        read.append(epoch)
        return load(folder, epoch)

    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await app.workers.wait_for_complete()
        index = worst(session)[0]
        folder = tmp_path / "run" / "predictions"
        went = [load(folder, epoch)["test"][index].argmax() for epoch in range(3)]
        assert f"epoch 0-2: {answers_of(session).labels[index]}'s share" in app.query_one(AnswerDetail).said
        assert "".join(map(str, went)) + " answers" in app.query_one(AnswerDetail).said
        monkeypatch.setattr(predictions, "load", counted)
        await pilot.press("n", "n", "p")
        await app.workers.wait_for_complete()
        assert read == []
        save_epoch(folder, 3, likely=0.5)
        session.refresh_answers()
        read.clear()
        app.pane.show()
        await app.workers.wait_for_complete()
        assert read == [3]
        assert "epoch 0-3:" in app.query_one(AnswerDetail).said


async def test_a_key_goes_through_the_views(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert "loss" in app.text().splitlines()[-2]
        app.query_one(DigitGrid).focus()
        await pilot.press("v")
        await pilot.pause()
        assert "precision: of its answers 4" in app.text()
        assert "F1: harmonic mean" in app.text()
        assert app.query_one(ConfusionGrid).has_focus
        await pilot.press("v")  # there is no room for the matrix beside what comes now
        await pilot.pause()
        assert "% least sure leaves" in app.text()
        assert not app.query_one(ConfusionGrid).display
        assert app.query_one(RefusalView).has_focus
        await pilot.press("v")
        await pilot.pause()
        assert "ECE 0." in app.text()
        assert app.query_one(CalibrationView).has_focus
        await pilot.press("v")
        await pilot.pause()
        assert "other right" in app.text()
        assert app.query_one(ComparisonTable).has_focus
        await pilot.press("v")
        await pilot.pause()
        assert app.query_one(DigitGrid).display
        assert app.query_one(ConfusionGrid).display
        assert app.query_one(ConfusionGrid).has_focus


async def test_a_tall_pane_keeps_the_matrix(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=(80, 34)) as pilot:
        await pilot.press("v")
        await pilot.pause()
        assert "precision" in app.text()
        assert "least sure" in app.text()
        for words in ("ECE", "other right", "loss"):
            await pilot.press("v")
            await pilot.pause()
            assert words in app.text()
            assert app.query_one(ConfusionGrid).display


async def test_a_large_pane_shows_all_but_the_other_run(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=BROAD) as pilot:
        await pilot.pause()
        for words in ("precision", "least sure", "ECE", "[▸"):
            assert words in app.text()
        await pilot.press("v")
        await pilot.pause()
        assert "other right" in app.text()
        assert "[▸" in app.text()
        assert "ECE" not in app.text()


async def test_another_size_keeps_what_is_looked_at(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("v", "v")
        for size in (TALL, BROAD, NARROW, (60, 18)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "least sure" in app.text()
        assert app.query_one(RefusalView).has_focus


async def test_the_smallest_pane_shows_each_view_by_itself(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=(60, 18)) as pilot:
        for words in ("precision", "least sure", "ECE", "other right", "▸"):
            await pilot.press("v")
            await pilot.pause()
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
        await pilot.pause()
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


def recorded(session: Session, name: str, epochs: int = 1, likely: float = 0.7) -> RunDirectory:
    """A run of the session's config with answers, beside the one on screen."""
    run = store.create(session.runs_dir, session.config, name, network="784-10", parameters=7850)
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
        await pilot.pause()
        view = app.query_one(ComparisonView)
        both_wrong = view.listed.indices.tolist()
        answers = answers_of(compared)
        assert answers.right is not None
        assert both_wrong
        assert not answers.right[both_wrong].any()
        assert app.query_one(AnswerDetail).said.startswith(f"image {both_wrong[0]} ")
        await pilot.press("n")
        await pilot.pause()
        assert compared.chosen == both_wrong[1]
        assert view.listed.chosen == both_wrong[1]
        assert app.query_one(AnswerDetail).said.startswith(f"image {both_wrong[1]} ")
        await pilot.press("enter")
        await pilot.pause()
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
        assert app.said("comparison-head") == "no other run has answered these images"
        assert wanted(app) == []


async def test_sets_and_epochs(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("t", "less_than_sign")
        await pilot.pause()
        assert app.looked_at[0] == ("validation", None, 0)
        assert app.looked_at[-1][:2] == ("validation", 1)
        assert app.said("errors-state").startswith("validation · epoch 1 of 5, > goes on · ")
        await app.workers.wait_for_complete()
        await pilot.press("t")
        await pilot.pause()
        assert session.set_name == "test"


@pytest.mark.parametrize(("set_name", "words"), [("test", "no answers yet: space trains"), ("train", "no ")])
async def test_without_answers_there_is_a_sentence(tmp_path: Path, set_name: str, words: str) -> None:
    session = session_with(tmp_path / "run", epochs=0)
    session.set_name = "train" if set_name == "train" else "test"
    session.refresh_answers()
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("n", "right", "enter", "v", "d", "c", "less_than_sign")
        await pilot.pause()
        assert app.said("errors-state").startswith(words)
        assert app.said("errors-state").endswith("t shows the test images") == (set_name == "train")
        assert not app.query_one(ConfusionGrid).is_on_screen
        await pilot.press("t")
        await pilot.pause()
        assert session.set_name == ("validation" if set_name == "test" else "test")
        save_epoch(tmp_path / "run" / "predictions", 0)
        app.refresh_answers()
        assert "wrong" in app.said("errors-state")
        assert app.focused is app.query_one(ConfusionGrid)


async def test_when_all_is_right_it_says_so(session: Session) -> None:
    perfect = np.eye(10, dtype=np.float32)[answers_of(session).labels]
    session.answers = Answers("test", answers_of(session).data, perfect, 2)
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("n", "enter", "v")
        await pilot.pause()
        assert app.query_one(AnswerDetail).said == "no answer is wrong"
        assert app.said("errors-pairs") == " nothing is confused"
        assert app.said("errors-state").endswith("0 wrong, 0.00 %")


async def test_space_is_the_apps(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("space")
        app.query_one(DigitGrid).focus()
        await pilot.press("space")
        assert app.trained == 2


@pytest.mark.parametrize("size", [NARROW, TALL, BROAD])
async def test_ascii_stays_ascii(session: Session, size: tuple[int, int]) -> None:
    app = Host(ErrorsPane, session, ascii_only=True)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        for key in "vvvvvvbw":
            await pilot.press(key)
            await pilot.pause()
            assert app.text().isascii()


async def test_equal_answers_paint_nothing(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        session.refresh_answers()
        app.pane.show()
        assert [widget for widget in app.pane.walk_children(Widget) if widget._repaint_required] == []
        await app.workers.wait_for_complete()


@pytest.mark.parametrize("mode", list(ColorMode))
async def test_every_view_can_be_read_in_every_colour_mode(session: Session, mode: ColorMode) -> None:
    app = Host(ErrorsPane, session)
    app.pane = ErrorsPane(session, Display(mode))
    async with app.run_test(size=NARROW) as pilot:
        for words in ("precision", "least sure", "ECE", "other right", "loss"):
            await pilot.press("v")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert words in app.text()
