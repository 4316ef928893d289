import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest
from image_host import BROAD, DATASET, NARROW, Host, save_epoch, session_with
from scripted import until
from textual.widget import Widget
from textual.widgets import Input

from tui.answering.answers import Answers, Filter, Order, Picked
from tui.answering.course import Course
from tui.answering.course_words import spark_rows, story
from tui.messages import Said
from tui.panes.browse import BrowsePane
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.course_chart import CourseChart
from tui.widgets.digit import Digit
from tui.widgets.digit_grid import DigitGrid
from tui.widgets.filter_line import FilterLine
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.prompt import Prompt

WRONG = Filter(right=False)
TALL = (80, 34)  # what the pane has of a terminal of 120x36


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


def pane_of(app: Host) -> BrowsePane:
    assert isinstance(app.pane, BrowsePane)
    return app.pane


def course_of(app: Host) -> Course:
    course = pane_of(app).browsing.course
    return course if course is not None else Course((), (), np.empty(0, np.uint8))


def wrong_indices(session: Session) -> list[int]:
    answers = session.answers
    assert answers is not None
    assert answers.right is not None
    return np.flatnonzero(~answers.right).tolist()


def shown(app: Host) -> np.ndarray:
    image = app.query_one(Digit).image
    assert image is not None
    return image


async def typed(app: Host, text: str) -> None:
    """Put words into the prompt at once; keys in tests cost a frame each."""
    app.query_one(Input).value = text


@pytest.mark.parametrize("size", [NARROW, TALL, BROAD, (60, 18)])
async def test_keys_walk_the_images_at_every_size(session: Session, size: tuple[int, int]) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=size) as pilot:
        await pilot.press("n", "n", "p")
        await pilot.pause()
        assert [index for *_, index in app.looked_at] == [1, 2, 1]
        assert shown(app).tolist() == DATASET.test_images[1].tolist()
        await pilot.press("end", "n", "home", "p")
        await pilot.pause()
        assert app.session.chosen == 0
        assert len(app.looked_at) == 5


async def test_arrows_move_by_rows_and_pages(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        columns, capacity = app.query_one(DigitGrid).columns, app.query_one(DigitGrid).capacity
        assert (columns, capacity) == (4, 8)
        await pilot.press("right", "down", "l", "pagedown")
        await pilot.pause()
        assert app.session.chosen == 1 + columns + 1 + capacity


async def test_the_answer_is_explained_in_words(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        index = wrong_indices(session)[0]
        session.chosen = index
        app.pane.show()
        await pilot.pause()
        answers = session.answers
        assert answers is not None
        assert answers.losses is not None
        assert answers.predicted is not None
        facts = app.said("browse-facts")
        assert facts.startswith(
            f"image {index}: true {answers.labels[index]}, answer {answers.predicted[index]},"
        )
        assert "✗ wrong" in facts
        assert f"loss {answers.losses[index]:.3f} = -ln of" in facts
        assert "margin" in facts
        assert app.said("browse-head").endswith("epoch 2 of 5")
        assert app.query_one(ProbabilityBars).predicted == answers.predicted[index]
        assert all(line in app.text() for line in facts.split("\n"))


async def test_a_filter_is_judged_while_it_is_typed_and_shown(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("f")
        prompt = app.query_one(Prompt)
        assert prompt.is_asking
        await typed(app, "wron")
        await pilot.pause()
        assert prompt.reason.startswith("'wron' is not known")
        await pilot.press("enter")
        assert prompt.is_asking
        await pilot.press("g", "space")
        assert app.query_one(Input).value == "wrong "
        assert app.trained == 0
        await pilot.press("enter")
        await pilot.pause()
        assert not prompt.is_asking
        assert pane_of(app).browsing.filter == WRONG
        assert app.query_one(FilterLine).said.startswith("only [wrong ✗]")
        assert app.query_one(DigitGrid).count == len(wrong_indices(session))
        assert session.chosen in wrong_indices(session)
        await pilot.press("space")
        assert app.trained == 1


async def test_escape_leaves_the_prompt_and_the_filter(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        pane_of(app).look_at(WRONG)
        await pilot.press("f")
        assert app.query_one(Input).value == "wrong"
        await typed(app, "right")
        await pilot.press("escape")
        await pilot.pause()
        assert pane_of(app).browsing.filter == WRONG
        assert app.query_one(DigitGrid).has_focus
        await pilot.press("c")
        assert pane_of(app).browsing.filter == Filter()


async def test_going_to_an_image(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("g")
        for refused in ("60", "-1", "x", "²"):
            await typed(app, refused)
            await pilot.press("enter")
            assert app.query_one(Prompt).reason == f"'{refused}' is no image: a number, 0 to 59"
        await typed(app, "42")
        await pilot.press("enter")
        await pilot.pause()
        assert session.chosen == 42
        assert not app.query_one(Prompt).is_asking


async def test_going_to_a_filtered_image_clears_the_filter(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        pane_of(app).look_at(WRONG)
        right = next(index for index in range(60) if index not in wrong_indices(session))
        await pilot.press("g")
        await typed(app, str(right))
        await pilot.press("enter")
        await pilot.pause()
        assert session.chosen == right
        assert pane_of(app).browsing.filter == Filter()
        assert any(isinstance(message, Said) and "Filter cleared" in message.text for message in app.heard)


async def test_orders_follow_each_other_and_keep_the_image(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        session.chosen = 17
        seen: list[str] = []
        for key in ["o"] * 6 + ["O", "O"]:
            await pilot.press(key)
            seen.append(app.said("browse-head").split(" · ")[2])
            assert session.chosen == 17
        assert seen[:3] == ["worst loss first", "least sure first", "least margin first"]
        assert seen[3:6] == ["most entropy first", "most forgotten first", "by index"]
        assert seen[6:] == ["most forgotten first", "most entropy first"]
        await pilot.press("O", "O", "O", "home")
        assert pane_of(app).browsing.order is Order.LOSS
        await pilot.pause()
        assert session.answers is not None
        assert session.answers.losses is not None
        assert session.chosen == session.answers.losses.argmax()


async def test_words_of_the_filter_are_taken_away_by_keys(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        line = app.query_one(FilterLine)
        assert line.said.startswith("all images pass")
        pane_of(app).look_at(Filter(true=4, right=False, least_confidence=0.1))
        assert line.said == "only [true 4] [wrong] [confidence 0.1-1 ✗]  backspace removes ✗; w marks another"
        await pilot.press("w", "backspace")
        assert pane_of(app).browsing.filter == Filter(true=4, least_confidence=0.1)
        await pilot.press("w", "w", "w", "backspace", "backspace", "backspace")
        assert pane_of(app).browsing.filter == Filter()
        assert line.said.startswith("all images pass")


async def test_what_is_new_and_what_was_forgotten_can_be_filtered(session: Session, tmp_path: Path) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await until(pilot, lambda: course_of(app).epochs == (0, 1, 2))
        for newly, place in ((True, 0), (False, 1)):
            pane_of(app).look_at(Filter(newly=newly))
            found = course_of(app).newly(2)
            assert found is not None
            assert app.query_one(DigitGrid).count == np.count_nonzero(found[place]) > 0
        await pilot.press("less_than_sign", "less_than_sign")
        await pilot.pause()
        assert app.said("browse-facts").endswith("needs answers after two epochs. c clears it, f changes it.")
        pane_of(app).look_at(Filter(forgotten=1))
        assert app.query_one(DigitGrid).count == np.count_nonzero(course_of(app).forgotten) > 0
        assert "forgotten" in app.said("browse-facts")
        save_epoch(tmp_path / "run" / "predictions", 3, likely=0.2)
        app.refresh_answers()
        await until(pilot, lambda: course_of(app).epochs == (0, 1, 2, 3))
        assert app.query_one(DigitGrid).count == np.count_nonzero(course_of(app).forgotten)


@pytest.mark.parametrize("size", [NARROW, TALL, BROAD, (60, 18)])
async def test_charts_take_the_place_of_the_small_images(session: Session, size: tuple[int, int]) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: course_of(app).epochs)
        await pilot.press("v")
        await pilot.pause()
        chart = app.query_one(CourseChart)
        assert chart.said.startswith("image 0, epochs 0 to 2, height 0 to 100 %")
        assert chart.has_focus
        await pilot.press("n", "right", "less_than_sign")
        await until(pilot, lambda: "image 2, epochs" in chart.said and "epoch 1 ^" in chart.said)
        await pilot.press("v")
        await pilot.pause()
        assert chart.said.startswith("accuracy, epochs 0 to 2, height")
        assert "never learned" in chart.said
        await pilot.press("t", "t")
        await until(pilot, lambda: session.set_name == "train")
        assert "not kept" in chart.said
        await pilot.press("v")
        await pilot.pause()
        assert app.query_one(DigitGrid).has_focus
        assert not chart.display


async def test_the_epochs_stand_beside_the_bars(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await until(pilot, lambda: course_of(app).epochs)
        await pilot.pause()
        for row in spark_rows(course_of(app), 0, 18, Display()):
            assert f" % {row.rstrip()}" in app.text()
        assert app.said("browse-facts").endswith(story(course_of(app), 0))


async def test_training_images_are_answered_on_request(tmp_path: Path) -> None:
    session = session_with(tmp_path / "run", epochs=0)
    session.run = None
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("a")
        assert isinstance(app.heard[-1], Said)
        await pilot.press("t", "t")
        await until(pilot, lambda: session.set_name == "train")
        pane_of(app).look_at(WRONG)
        assert app.query_one(DigitGrid).count == 0
        await pilot.press("a")
        await until(pilot, lambda: app.query_one(DigitGrid).count)
        answers = pane_of(app).browsing.answers
        assert answers is not None
        assert answers.right is not None
        assert app.query_one(DigitGrid).count == np.count_nonzero(~answers.right)
        assert app.said("browse-facts").endswith("answers of step 0; a asks again")
        await pilot.press("c", "o", "home")
        await pilot.pause()
        assert answers.losses is not None
        assert session.chosen == answers.losses.argmax()


async def test_a_network_that_cannot_be_read_is_a_sentence(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("t", "t", "a")
        await until(pilot, lambda: any(isinstance(message, Said) for message in app.heard))
        said = next(message for message in app.heard if isinstance(message, Said))
        assert said.is_error
        await until(pilot, lambda: app.said("browse-facts").endswith("a asks the network"))


async def test_escape_leads_back_to_who_asked(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("escape")
        assert app.turned_to == []
        pane_of(app).look_at(WRONG, asker=4)
        pane_of(app).look_at(Filter())
        await pilot.press("escape")
        await pilot.pause()
        assert app.turned_to == [4]
        await pilot.press("escape")  # who comes here by himself is not sent away
        await pilot.pause()
        assert app.turned_to == [4]


async def test_a_group_that_was_handed_over_stays_when_the_filter_is_typed(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        group = Picked("fixed against older", "test", (3, 5, *wrong_indices(session)))
        pane_of(app).look_at(Filter(picked=group))
        await pilot.press("f")
        await typed(app, "wrong")
        await pilot.press("enter")
        assert pane_of(app).browsing.filter == Filter(right=False, picked=group)
        await pilot.press("c")
        assert pane_of(app).browsing.filter == Filter()


async def test_images_of_another_number_have_no_course_of_the_others(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await until(pilot, lambda: course_of(app).epochs)
        pane_of(app).look_at(Filter(forgotten=1))
        pane_of(app).browsing.order = Order.FORGOTTEN
        session.dataset = dataclasses.replace(
            DATASET, test_images=DATASET.test_images[:9], test_labels=DATASET.test_labels[:9]
        )
        app.refresh_answers()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert course_of(app).epochs == ()
        assert app.query_one(DigitGrid).count == 0
        assert "by index" in app.said("browse-head")


async def test_why_training_images_have_no_course(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        session.look_at_set("train")
        pane_of(app).browsing.order = Order.FORGOTTEN
        for asked in (Filter(newly=True), Filter(forgotten=1)):
            pane_of(app).look_at(asked)
            await pilot.pause()
            assert "training answers are not kept by epoch" in app.said("browse-facts")
        assert "by index" in app.said("browse-head")


async def test_a_cell_of_the_matrix_is_shown(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        answers = session.answers
        assert answers is not None
        assert answers.confusion is not None
        true, predicted = divmod(int((answers.confusion * (1 - np.eye(10))).argmax()), 10)
        pane_of(app).look_at(Filter(true, predicted))
        await pilot.pause()
        assert app.query_one(DigitGrid).count == answers.confusion[true, predicted]
        assert app.query_one(FilterLine).said.startswith(f"only [true {true}] [predicted {predicted} ✗]")


async def test_the_image_stays_while_epochs_finish(session: Session, tmp_path: Path) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("o")
        session.chosen = 17
        app.pane.show()
        heard = len(app.heard)
        before = app.said("browse-facts")
        save_epoch(tmp_path / "run" / "predictions", 3, likely=1.0)
        app.refresh_answers()
        await pilot.pause()
        assert session.chosen == 17
        assert len(app.heard) == heard
        assert app.said("browse-facts") != before
        assert "epoch 3" in app.said("browse-head")
        grid = app.query_one(DigitGrid)
        assert grid.selected is not None
        assert "image 17:" in app.said("browse-facts")


async def test_an_image_that_no_longer_passes_gives_way_to_the_nearest(
    session: Session, tmp_path: Path
) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        pane_of(app).look_at(WRONG)
        await pilot.press("end")
        save_epoch(tmp_path / "run" / "predictions", 3, likely=0.4)
        session.refresh_answers()
        left = next(index for index in range(59, -1, -1) if index not in wrong_indices(session))
        session.chosen = left
        app.pane.show()
        await pilot.pause()
        distances = {abs(index - left) for index in wrong_indices(session)}
        assert session.chosen in wrong_indices(session)
        assert abs(session.chosen - left) == min(distances)


async def test_nothing_passes_is_a_sentence(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        pane_of(app).look_at(WRONG)
        assert session.answers is not None
        perfect = np.eye(10, dtype=np.float32)[session.answers.labels]
        session.answers = Answers("test", session.answers.data, perfect, 3)
        app.pane.show()
        await pilot.press("n", "right", "pagedown")
        await pilot.pause()
        assert app.said("browse-facts") == "No image passes the filter: c clears it, f changes it."
        assert app.query_one(DigitGrid).count == 0
        await pilot.press("c")
        assert app.query_one(DigitGrid).count == 60


async def test_back_through_the_epochs_and_on_again(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("less_than_sign", "less_than_sign", "less_than_sign")
        await pilot.pause()
        assert [epoch for _, epoch, _ in app.looked_at] == [1, 0]
        assert isinstance(app.heard[-1], Said)
        assert app.said("browse-head").endswith("before training, > goes on")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await pilot.pause()
        assert [epoch for _, epoch, _ in app.looked_at] == [1, 0, 1, None]
        assert app.said("browse-head").endswith("epoch 2 of 5")


async def test_the_sets_follow_each_other(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        heads: list[str] = []
        for _ in range(3):
            await pilot.press("t")
            await pilot.pause()
            heads.append(app.said("browse-head"))
            if session.set_name == "train":
                assert app.said("browse-facts").endswith("a asks the network")
        assert [name for name, *_ in app.looked_at] == ["validation", "train", "test"]
        assert [head.split(" of ")[1].split(" ")[0] for head in heads] == ["20", "60", "60"]


async def test_images_alone_before_there_are_answers(tmp_path: Path) -> None:
    session = session_with(tmp_path / "run", epochs=0)
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("n", "o", "less_than_sign")
        await pilot.pause()
        assert app.said("browse-facts").endswith("no answers yet: space trains")
        assert shown(app).tolist() == DATASET.test_images[1].tolist()
        pane_of(app).look_at(WRONG)
        assert "no answers yet" in app.said("browse-facts")
        assert app.query_one(DigitGrid).count == 0


async def test_no_images_at_all(tmp_path: Path) -> None:
    session = Session(session_with(tmp_path / "run", 0).config, None, tmp_path, dataset_note="no MNIST here")
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        for key in ("n", "right", "o", "c", "less_than_sign"):
            await pilot.press(key)
        await pilot.press("g")
        await typed(app, "0")
        await pilot.press("enter")
        await pilot.pause()
        assert app.said("browse-head") == "no MNIST here"
        assert app.query_one(Prompt).reason == "'0' is no image: there are no images"


async def test_a_set_without_images_is_a_sentence(session: Session) -> None:
    assert session.run_config is not None
    data = msgspec.structs.replace(session.run_config.data, validation=0)
    session.run_config = msgspec.structs.replace(session.run_config, data=data)
    session.run = None
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("t", "n", "o")
        await pilot.pause()
        assert app.said("browse-facts") == "there are no validation images: none are held out"


async def test_nothing_is_painted_when_nothing_changed(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        app.pane.show()
        session.refresh_answers()
        app.pane.show()
        dirty = [widget for widget in app.pane.walk_children(Widget) if widget._repaint_required]
        assert dirty == []


async def test_ascii_stays_ascii(session: Session) -> None:
    app = Host(BrowsePane, session, ascii_only=True)
    async with app.run_test(size=TALL) as pilot:
        for keys in (["f"], ["escape", "o"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert app.text().isascii()
