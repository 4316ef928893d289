"""Browse: images walked and gone to, the answer in words, sets, and what is said where there is nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from browse_host import TALL, WRONG, pane_of, typed, wrong_indices
from image_host import BROAD, DATASET, NARROW, Host, session_with
from piloted_app import until
from textual.widget import Widget

from nn import metrics
from tui.answering.answers import Filter
from tui.answering.browsing import Browsing
from tui.messages import Said
from tui.panes.browse import BrowsePane
from tui.session import Session
from tui.widgets.digit import Digit
from tui.widgets.digit_grid import DigitGrid
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.prompt import Prompt


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return session_with(tmp_path / "run", epochs=3)


def shown(app: Host) -> np.ndarray:
    image = app.query_one(Digit).image
    assert image is not None
    return image


@pytest.mark.parametrize("size", [NARROW, TALL, BROAD, (60, 18)])
async def test_keys_walk_the_images_at_every_size(session: Session, size: tuple[int, int]) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=size) as pilot:
        await pilot.press("n", "n", "p")
        assert [index for *_, index in app.looked_at] == [1, 2, 1]
        assert shown(app).tolist() == DATASET.test_images[1].tolist()
        await pilot.press("end", "n", "home", "p")
        assert app.session.chosen == 0
        assert len(app.looked_at) == 5


async def test_arrows_move_by_rows_and_pages(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        columns, capacity = app.query_one(DigitGrid).columns, app.query_one(DigitGrid).capacity
        assert (columns, capacity) == (4, 8)
        await pilot.press("right", "down", "l", "pagedown")
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
        assert answers.probabilities is not None
        assert answers.predicted is not None
        facts = app.said("browse-facts")
        assert facts.startswith(
            f"image {index}: true {answers.labels[index]}, answer {answers.predicted[index]},"
        )
        assert "✗ wrong" in facts
        loss = -np.log(float(answers.probabilities[index, answers.labels[index]]))
        assert f"loss {loss:.3f} = -ln of" in facts
        assert "margin" in facts
        assert app.said("browse-head").endswith("epoch 2 of 5")
        assert app.query_one(ProbabilityBars).predicted == answers.predicted[index]
        assert all(line in app.text() for line in facts.split("\n"))


async def test_going_to_an_image(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("g")
        for refused in ("60", "-1", "x", "²"):
            typed(app, refused)
            await pilot.press("enter")
            assert app.query_one(Prompt).reason == f"'{refused}' is no image: a number, 0 to 59"
        typed(app, "42")
        await pilot.press("enter")
        assert session.chosen == 42
        assert not app.query_one(Prompt).is_asking


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
        assert answers.probabilities is not None
        losses = metrics.losses(answers.probabilities, answers.labels)
        assert losses[session.chosen] == losses.max()


async def test_a_network_that_cannot_be_read_is_a_sentence(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("t", "t", "a")
        await until(pilot, lambda: any(isinstance(message, Said) for message in app.heard))
        said = next(message for message in app.heard if isinstance(message, Said))
        assert said.is_error
        await until(pilot, lambda: app.said("browse-facts").endswith("a asks the network"))


async def test_a_hidden_pane_leaves_the_chosen_image_alone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = asyncio.Event()

    async def held(_: Browsing, progress: Callable[[], None]) -> None:
        await going.wait()
        progress()

    monkeypatch.setattr(Browsing, "ask", held)
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("t", "t", "a")
        pane_of(app).look_at(Filter(true=int(DATASET.train_labels[0])))
        await pilot.pause()
        app.pane.display = False
        other = int(np.flatnonzero(DATASET.train_labels != DATASET.train_labels[0])[0])
        session.look_at_image(other)  # as Inside does
        going.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert session.chosen == other
        app.pane.display = True
        app.pane.show()
        assert session.chosen != other


async def test_the_sets_follow_each_other(session: Session) -> None:
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        heads: list[str] = []
        for _ in range(3):
            await pilot.press("t")
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
        typed(app, "0")
        await pilot.press("enter")
        assert app.said("browse-head") == "no MNIST here"
        assert app.query_one(Prompt).reason == "'0' is no image: there are no images"


async def test_a_set_without_images_is_a_sentence(session: Session) -> None:
    data = msgspec.structs.replace(session.config.data, validation=0)
    session.config = msgspec.structs.replace(session.config, data=data)
    session.run = None
    app = Host(BrowsePane, session)
    async with app.run_test(size=TALL) as pilot:
        await pilot.press("t", "n", "o")
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
            assert app.text().isascii()
