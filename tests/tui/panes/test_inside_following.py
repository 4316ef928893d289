"""Inside follows the run, and says what is off with it, what cannot be read and where a lesson is."""

import threading
from pathlib import Path

import pytest
from image_host import DATASET, NARROW, TALL, Host, session_with
from inside_host import convolutional, pane_of, told, untrained, words
from piloted_app import until

from nn.config import (
    Config,
)
from nn.events import LayerHealth, LayersMeasured
from nn.runs.store import RunDirectory
from nn.settings import with_settings
from tui.answering.current_network import NO_WEIGHTS, Origin
from tui.inspecting.inspector import Inspector, Subject, Told, origin_of
from tui.lessons.catalogue import LESSONS
from tui.panes.inside import InsidePane
from tui.screens.health import HealthScreen
from tui.screens.lesson import lesson_on
from tui.session import Session
from tui.widgets.layer_list import LayerList
from tui.widgets.pace import FOLLOW_SECONDS, SLOW_FOLLOW_SECONDS
from tui.widgets.words import Words


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """No run yet: the network as training would begin with it."""
    return untrained(tmp_path)


async def test_a_newer_checkpoint_is_shown(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [1]
    monkeypatch.setattr(
        "tui.inspecting.inspector.Origin.of", lambda session: Origin(None, session.config, versions[0])
    )
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        before = await told(app, pilot)
        pane_of(app)._follow()
        assert (await told(app, pilot)) is before
        versions[0] = 2
        app.pane.display = False
        pane_of(app)._follow()
        assert (await told(app, pilot)) is before
        app.pane.display = True
        pane_of(app)._follow()
        assert (await told(app, pilot)).subject.origin.version == 2


async def test_a_newer_checkpoint_waits_for_its_time_however_often_the_pane_is_drawn(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, config = list[int](), session.config
    session.run = RunDirectory(tmp_path)

    def look(session: Session) -> Origin:
        looks.append(len(looks) + 1)
        return Origin(session.run, session.run_config or session.config, looks[-1])

    monkeypatch.setattr("tui.inspecting.inspector.Origin.of", look)
    monkeypatch.setattr(InsidePane, "set_interval", lambda *_: None)
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        for _ in range(3):
            app.pane.show()
        await pilot.press("n")  # another image is shown at once, by the network known
        assert looks == [1]
        app.pane.display = False
        pane_of(app)._follow()
        assert looks == [1]
        app.pane.display = True
        app.pane.show()
        app.pane.show()
        assert looks == [1, 2]
        session.run_config = with_settings(config, {"training.epochs": 99})
        app.pane.show()
        session.run = RunDirectory(tmp_path / "another")
        app.pane.show()
        assert looks == [1, 2, 3, 4]


async def test_the_first_weights_of_a_run_are_waited_for(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Origin(RunDirectory(tmp_path), session.config, 0)
    session.run = before.run
    monkeypatch.setattr("tui.inspecting.inspector.Origin.of", lambda session: before._replace(version=1))
    assert origin_of(session, before).version == 1


async def test_only_the_last_of_many_wishes_is_computed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect_really, asked, gate = Inspector.inspect, list[int](), threading.Event()

    def slowly(self: Inspector, subject: Subject) -> Told:
        asked.append(subject.label)
        gate.wait(20)
        return inspect_really(self, subject)

    monkeypatch.setattr(Inspector, "inspect", slowly)
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        await until(pilot, lambda: asked)
        await pilot.press(*["n"] * 9)
        assert session.chosen == 9
        gate.set()
        assert (await told(app, pilot)).subject.label == DATASET.test_labels[9]
        assert len(asked) == 2


async def test_a_run_without_weights_is_said(tmp_path: Path) -> None:
    session = session_with(tmp_path / "run", epochs=1)
    assert session.run is not None
    session.run.config_path.write_text("")
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert words(app, "title") == NO_WEIGHTS
        assert app.query_one(LayerList).lines == []
        await pilot.press("down", "left", "v", "d", "pagedown")
        assert pane_of(app).told is None


async def test_without_images_there_is_nothing(tmp_path: Path) -> None:
    app = Host(InsidePane, Session(Config(), None, tmp_path, dataset_note="no images yet"))
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("down", "n", "v")
        assert app.said("inside-answer") == "no images yet"


@pytest.mark.parametrize(("is_slow", "seconds"), [(False, FOLLOW_SECONDS), (True, SLOW_FOLLOW_SECONDS)])
async def test_a_run_is_followed_less_often_over_a_slow_connection(
    session: Session, monkeypatch: pytest.MonkeyPatch, is_slow: bool, seconds: float
) -> None:
    intervals: list[float] = []
    monkeypatch.setattr(InsidePane, "set_interval", lambda pane, every, call: intervals.append(every))
    app = Host(InsidePane, session)
    app.set_class(is_slow, "-low-bandwidth")
    async with app.run_test(size=TALL):
        assert intervals == [seconds]


async def test_what_is_off_is_hinted_at_and_told_on_a_key(session: Session) -> None:
    sick = LayerHealth(name="dense1", gradient_norm=0.5, update_ratio=0.3, dead=0.9)
    session.history.feed(LayersMeasured(step=10, layers=[sick]))
    app = Host(InsidePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await told(app, pilot)
        assert app.said("inside-answer").endswith("\nH: 2 are off")
        await pilot.press("H")
        assert isinstance(app.screen, HealthScreen)
        text = app.screen.query_one(Words).said
        assert text.startswith("rate too high: one step moves dense1")
        assert "dead ReLUs: 90 %" in text
        await pilot.press("escape")
        assert not isinstance(app.screen, HealthScreen)


async def test_the_question_mark_opens_the_lesson_on_what_is_seen(session: Session) -> None:
    app = Host(InsidePane, convolutional(session))
    async with app.run_test(size=TALL) as pilot:
        await told(app, pilot)
        listed, opened = app.query_one(LayerList), list[str]()
        for keys in (["home"], ["v"], ["d"], ["v", "down"], ["down", "down", "down", "down"]):
            await pilot.press(*keys)
            opened.append(listed.lesson)
        assert opened == ["relu", "initialisation", "chain_rule", "shapes", "softmax"]
        screen = lesson_on(listed, session, app.pane.display_mode)
        assert screen is not None
        assert screen.lesson is LESSONS["softmax"]
        shown = pane_of(app).told
        assert shown is not None
        assert screen.example is not None
        assert screen.example.image == f"image {session.chosen}"
        assert screen.example.label == shown.subject.label
        assert screen.example.probabilities is shown.inspection.probabilities
        assert screen.example.place == pane_of(app).position


async def test_a_lesson_has_no_numbers_of_an_image_that_is_still_to_be_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect_really, gate = Inspector.inspect, threading.Event()

    def slowly(self: Inspector, subject: Subject) -> Told:
        gate.wait(20)
        return inspect_really(self, subject)

    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        before = await told(app, pilot)
        monkeypatch.setattr(Inspector, "inspect", slowly)
        await pilot.press("n")
        await until(pilot, lambda: session.chosen == 1 and not pane_of(app)._latest.is_answered)
        listed = app.query_one(LayerList)
        assert pane_of(app).told is before
        assert listed.find_example() is None
        gate.set()
        await told(app, pilot)
        example = listed.find_example()
        assert example is not None
        assert (example.image, example.label) == ("image 1", DATASET.test_labels[1])


async def test_why_a_network_cannot_be_read_is_told_whole(session: Session, tmp_path: Path) -> None:
    session.run = RunDirectory(tmp_path / "a-run-with-a-rather-long-name-that-nobody-can-read-in-one-line")
    app = Host(InsidePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        title = app.query_one("#layer-title", Words)
        assert "in-one-line" in title.said
        assert title.size.height * title.size.width >= len(title.said)
