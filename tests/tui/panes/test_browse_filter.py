"""Browse: filters and orders, and what other panes hand over."""

from pathlib import Path

import numpy as np
import pytest
from browse_host import TALL, WRONG, course_of, pane_of, typed, wrong_indices
from image_host import NARROW, Host, save_epoch, session_with
from piloted_app import until
from textual.widgets import Input

from nn import metrics
from tui.answering.answers import Answers, Filter, Order, Picked
from tui.choices import SetName
from tui.messages import Said
from tui.panes.browse import BrowsePane
from tui.session import Session
from tui.widgets.digit_grid import DigitGrid
from tui.widgets.filter_line import FilterLine
from tui.widgets.prompt import Prompt


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


async def test_a_filter_is_judged_while_it_is_typed_and_shown(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("f")
        prompt = app.query_one(Prompt)
        assert prompt.is_asking
        typed(app, "wron")
        await pilot.pause()
        assert prompt.reason.startswith("'wron' is not known")
        await pilot.press("enter")
        assert prompt.is_asking
        await pilot.press("g", "space")
        assert app.query_one(Input).value == "wrong "
        assert app.trained == 0
        await pilot.press("enter")
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
        assert app.query_one(Input).value == "wrong "  # the next word is one of its own
        typed(app, "right")
        await pilot.press("escape")
        assert pane_of(app).browsing.filter == WRONG
        assert app.query_one(DigitGrid).has_focus
        await pilot.press("c")
        assert pane_of(app).browsing.filter == Filter()


async def test_going_to_a_filtered_image_clears_the_filter(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        pane_of(app).look_at(WRONG)
        right = next(index for index in range(60) if index not in wrong_indices(session))
        await pilot.press("g")
        typed(app, str(right))
        await pilot.press("enter")
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
        assert session.answers.probabilities is not None
        losses = metrics.losses(session.answers.probabilities, session.answers.labels)
        assert losses[session.chosen] == losses.max()


async def test_an_order_that_waits_for_answers_is_told(tmp_path: Path) -> None:
    session = session_with(tmp_path / "run", epochs=0)
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("o")
        assert app.said("browse-head").endswith(" · worst loss first, once there are answers")
        await pilot.press("O", "O")
        assert app.said("browse-head").endswith(" · most forgotten first, once there are epochs")


@pytest.mark.parametrize("set_name", ["validation", "train"])
async def test_why_no_image_is_disputed_is_told(session: Session, set_name: SetName) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW):
        session.look_at_set(set_name)
        pane_of(app).look_at(Filter(raters_disagree=True))
        assert "known of MNIST's test images only" in app.said("browse-facts")


async def test_words_of_the_filter_are_taken_away_by_keys(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        line = app.query_one(FilterLine)
        assert line.said.startswith("all images pass")
        pane_of(app).look_at(Filter(true=4, right=False, least_confidence=0.1))
        assert line.said == "only [true 4] [wrong] [confidence 0.1-1 ✗]  backspace removes ✗"
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
        assert app.said("browse-facts").endswith("needs answers after two epochs. c clears it, f changes it.")
        pane_of(app).look_at(Filter(forgotten=1))
        assert app.query_one(DigitGrid).count == np.count_nonzero(course_of(app).forgotten) > 0
        assert "forgotten" in app.said("browse-facts")
        save_epoch(tmp_path / "run" / "predictions", 3, likely=0.2)
        app.refresh_answers()
        await until(pilot, lambda: course_of(app).epochs == (0, 1, 2, 3))
        assert app.query_one(DigitGrid).count == np.count_nonzero(course_of(app).forgotten)


async def test_escape_leads_back_to_who_asked(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("escape")
        assert app.turned_to == []
        pane_of(app).look_at(WRONG, asker=4)
        pane_of(app).look_at(Filter())
        await pilot.press("escape")
        assert app.turned_to == [4]
        await pilot.press("escape")  # who comes here by himself is not sent away
        assert app.turned_to == [4]


async def test_a_group_that_was_handed_over_stays_when_the_filter_is_typed(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        group = Picked("fixed against older", "test", (3, 5, *wrong_indices(session)))
        pane_of(app).look_at(Filter(picked=group))
        await pilot.press("f")
        typed(app, "wrong")
        await pilot.press("enter")
        assert pane_of(app).browsing.filter == Filter(right=False, picked=group)
        await pilot.press("c")
        assert pane_of(app).browsing.filter == Filter()


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
        assert app.said("browse-facts") == "No image passes the filter: c clears it, f changes it."
        assert app.query_one(DigitGrid).count == 0
        await pilot.press("c")
        assert app.query_one(DigitGrid).count == 60
