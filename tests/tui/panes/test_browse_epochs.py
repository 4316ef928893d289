"""Browse: how answers went over the epochs, and the answers of an earlier one."""

import dataclasses
from pathlib import Path

import pytest
from browse_host import TALL, course_of, pane_of
from image_host import BROAD, DATASET, NARROW, Host, save_epoch, session_with
from piloted_app import until

from tui.answering.answers import Filter, Order
from tui.answering.course_words import spark_rows, story
from tui.answering.looking import missing_words, scrub
from tui.messages import Said
from tui.panes.browse import BrowsePane
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.course_chart import CourseChart
from tui.widgets.digit_grid import DigitGrid


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


@pytest.mark.parametrize("size", [NARROW, TALL, BROAD, (60, 18)])
async def test_charts_take_the_place_of_the_small_images(session: Session, size: tuple[int, int]) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: course_of(app).epochs)
        await pilot.press("v")
        chart = app.query_one(CourseChart)
        assert chart.said.startswith("image 0, epochs 0 to 2")
        assert chart.has_focus
        await pilot.press("n", "right", "less_than_sign")
        await until(pilot, lambda: "image 2, epochs" in chart.said and "epoch 1 ^" in chart.said)
        await pilot.press("v")
        assert chart.said.startswith("accuracy")
        assert "never learned" in chart.said
        await pilot.press("t", "t")
        await until(pilot, lambda: session.set_name == "train")
        assert "not kept" in chart.said
        await pilot.press("v")
        assert app.query_one(DigitGrid).has_focus
        assert not chart.display


async def test_the_epochs_stand_beside_the_bars(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await until(pilot, lambda: course_of(app).epochs)
        await pilot.pause()
        for row in spark_rows(course_of(app), 0, 18, Display()):
            assert f" % {row.rstrip()}" in app.text()
        assert app.said("browse-facts").endswith(f"{story(course_of(app), 0)}; right: each epoch")


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
        assert "most forgotten first, once there are epochs" in app.said("browse-head")


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


async def test_back_through_the_epochs_and_on_again(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("less_than_sign", "less_than_sign", "less_than_sign")
        assert [epoch for _, epoch, _ in app.looked_at] == [1, 0]
        assert isinstance(app.heard[-1], Said)
        assert app.said("browse-head").endswith("before training, > goes on")
        await pilot.press("greater_than_sign", "greater_than_sign")
        assert [epoch for _, epoch, _ in app.looked_at] == [1, 0, 1, None]
        assert app.said("browse-head").endswith("epoch 2 of 5")


async def test_of_a_run_that_was_deleted_it_says_so(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await until(pilot, lambda: course_of(app).epochs)
        assert session.run is not None
        session.run.remove()
        gone = session.run.deleted
        assert scrub(session, -1) == f"There are no epochs to go through: {gone}."
        app.refresh_answers()
        assert missing_words(session) == gone != ""
