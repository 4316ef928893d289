"""Errors: the matrix, the worst answers, sets and epochs, and what is said where there is nothing."""

from pathlib import Path

import numpy as np
import pytest
from errors_host import answers_of, wanted
from image_host import BROAD, NARROW, TALL, Host, save_epoch, session_with
from textual.widget import Widget

from nn.runs import predictions
from tui.answering.answers import Answers, Filter
from tui.panes.error_body import ErrorBody
from tui.panes.errors import ErrorsPane
from tui.session import Session
from tui.widgets.answer_detail import AnswerDetail
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.digit_grid import DigitGrid
from tui.widgets.probability_bars import ProbabilityBars


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


def worst(session: Session) -> list[int]:
    """The wrong answers, the largest loss first, found one by one."""
    answers = answers_of(session)
    shares = answers.probabilities
    assert shares is not None
    assert answers.predicted is not None
    wrong = [index for index in range(len(answers)) if answers.predicted[index] != answers.labels[index]]
    return sorted(wrong, key=lambda index: (shares[index][answers.labels[index]], -max(shares[index]), index))


async def test_the_matrix_is_walked_and_opened(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        confusion = answers_of(session).confusion
        assert confusion is not None
        assert np.array_equal(app.query_one(ConfusionGrid).counts, confusion)
        await pilot.press("down", "down", "right", "enter")
        assert app.said("errors-cell").startswith(f" 2 as 1: {confusion[2, 1]}")
        assert wanted(app) == [Filter(true=2, predicted=1)]
        await pilot.press("a")
        assert wanted(app)[1:] == [Filter(right=False)]


async def test_a_matrix_that_a_view_hides_is_not_walked(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        matrix = app.query_one(ConfusionGrid)
        await pilot.press("l", "j", "l", "k", "h")
        assert matrix.cursor == (0, 1)
        while not app.query_one(ErrorBody).has_class("-alone"):
            await pilot.press("v")
        await pilot.press("j", "l")
        assert matrix.cursor == (0, 1)


async def test_where_there_is_no_room_for_the_cell_nothing_of_it_is_told(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=(60, 18)) as pilot:
        await pilot.pause()
        assert app.text().splitlines()[1].rstrip("│ ").endswith("epoch 2 of 5")
        await pilot.resize_terminal(80, 22)
        await pilot.pause()
        assert " 0 as 0: " in app.text().splitlines()[1]


async def test_keys_show_per_cent_and_hide_the_diagonal(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("c", "d")
        assert app.said("errors-state").endswith(" · % of the row")
        assert app.query_one(ConfusionGrid).percent
        assert app.query_one(ConfusionGrid).diagonal_hidden
        await pilot.press("c", "d")
        assert "row" not in app.said("errors-state")
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


async def test_sets_and_epochs(session: Session) -> None:
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("t", "less_than_sign")
        assert app.looked_at[0] == ("validation", None, 0)
        assert app.looked_at[-1][:2] == ("validation", 1)
        assert app.said("errors-state").endswith(" · epoch 1, > goes on")
        await app.workers.wait_for_complete()
        await pilot.press("t")
        assert session.set_name == "test"


@pytest.mark.parametrize(("set_name", "words"), [("test", "no answers yet: space trains"), ("train", "no ")])
async def test_without_answers_there_is_a_sentence(tmp_path: Path, set_name: str, words: str) -> None:
    session = session_with(tmp_path / "run", epochs=0)
    session.set_name = "train" if set_name == "train" else "test"
    session.refresh_answers()
    app = Host(ErrorsPane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("n", "right", "enter", "v", "d", "c", "less_than_sign")
        assert app.said("errors-state").startswith(words)
        assert app.said("errors-state").endswith("t shows the test images") == (set_name == "train")
        assert not app.query_one(ConfusionGrid).is_on_screen
        await pilot.press("t")
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
        assert app.query_one(AnswerDetail).said == "no answer is wrong"
        assert app.said("errors-pairs") == " nothing is confused"
        assert app.said("errors-state").startswith("test · 0 wrong, 0.00 % · ")


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
