"""Keys that are typed ahead of a pane belong to it, although it is not drawn yet."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from full_run import write_full_run
from piloted_app import ready, until
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList

from nn.config import Config
from nn.runs.store import RunDirectory
from tui.answering.answers import Filter, Order, Selection
from tui.app import MnistApp
from tui.commands import BROWSE, CONFIGURE, DRAW, ERRORS, INSIDE, RUNS, TRAIN
from tui.panes.draw import DrawPane
from tui.panes.inside import InsidePane
from tui.panes.train import TrainPane
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.field_list import FieldList
from tui.widgets.words import Words

Place = Callable[[MnistApp], object]


def place_of_pen(app: MnistApp) -> object:
    pane = app.deck.pane(DRAW)
    assert isinstance(pane, DrawPane)
    return pane.sketch.pad.place


def layer(app: MnistApp) -> object:
    pane = app.deck.pane(INSIDE)
    assert isinstance(pane, InsidePane)
    return pane.told and pane.position


def crosshair(app: MnistApp) -> object:
    pane = app.deck.pane(TRAIN)
    assert isinstance(pane, TrainPane)
    return pane.crosshair


# A key that moves something in the pane, and where that is.
MOVES: dict[int, tuple[str, Place]] = {
    CONFIGURE: ("down", lambda app: app.query_one(FieldList).selected),
    TRAIN: ("x", crosshair),
    BROWSE: ("right", lambda app: app.session.chosen),
    ERRORS: ("down", lambda app: app.query_one(ConfusionGrid).cursor),
    INSIDE: ("down", layer),
    DRAW: ("right", place_of_pen),
    RUNS: ("down", lambda app: app.query_one(OptionList).highlighted),
}


def type_at_once(app: MnistApp, *keys: str) -> None:
    """Keys as one burst from the terminal: the app has them all before it has done the first."""
    for key in keys:
        event = events.Key(key, key if len(key) == 1 else None)
        event.set_sender(app)
        app.post_message(event)


@asynccontextmanager
async def opened(app: MnistApp) -> AsyncIterator[Pilot[None]]:
    """The app beside Configure, once it has read its newest run to the end."""
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        yield pilot


def walk_of(app: MnistApp, number: int) -> list[int]:
    """The images in the order in which n goes through them."""
    answers = app.session.answers
    assert answers is not None
    if number != ERRORS:
        return list(range(len(answers)))
    return Selection.of(answers, Filter(right=False), Order.LOSS).indices.tolist()


def place_in(order: list[int], index: int) -> int:
    """Where an image stands; the first takes the place of one that is not there."""
    return order.index(index) if index in order else 0


def evidence_of(app: MnistApp) -> str:
    """All that the evidence's screen says in words."""
    return " ".join(words.said for words in app.screen.query(Words))


async def test_a_burst_of_steps_moves_by_all_of_them(app: MnistApp, full_run: RunDirectory) -> None:
    async with opened(app) as pilot:
        for number in (BROWSE, ERRORS, INSIDE):
            await pilot.press(str(number))
            await app.workers.wait_for_complete()
            await pilot.pause()
            order = walk_of(app, number)
            start = place_in(order, app.session.chosen)
            type_at_once(app, *"nnnnnpnn")
            await until(pilot, lambda order=order, start=start: app.session.chosen == order[start + 6])
            await pilot.pause()
            assert app.session.chosen == order[start + 6]


async def test_a_burst_of_arrows_and_steps_moves_by_all_of_them(
    app: MnistApp, full_run: RunDirectory
) -> None:
    async with opened(app) as pilot:
        await pilot.press(str(BROWSE))
        await app.workers.wait_for_complete()
        await pilot.pause()
        order = walk_of(app, BROWSE)
        type_at_once(app, "n", "right", "right", "n", "n", "left", "right", "n", "p", "right")
        await pilot.pause()
        assert app.session.chosen == order[6]
        type_at_once(app, "right", "t", "n")
        await pilot.pause()
        assert (app.session.set_name, app.session.chosen) == ("validation", 1)


async def test_a_burst_goes_through_epochs_and_into_another_set(
    app: MnistApp, full_run: RunDirectory
) -> None:
    async with opened(app) as pilot:
        session = app.session
        for number in (BROWSE, ERRORS):
            await pilot.press(str(number))
            await app.workers.wait_for_complete()
            session.look_at_set("test")
            session.look_at_epoch(None)
            kept = session.epochs_kept
            type_at_once(app, "less_than_sign", "less_than_sign", "t", "n")
            await until(pilot, lambda: session.set_name == "validation" and session.chosen > 0)
            await pilot.pause()
            assert session.epoch == kept[-3]
            assert session.answers is not None
            order = walk_of(app, number)
            assert session.chosen == order[place_in(order, 0) + 1]


async def test_a_burst_of_a_panes_number_and_its_key_moves_in_that_pane(
    app: MnistApp, full_run: RunDirectory, config: Config, runs_dir: Path, few_images: Path
) -> None:
    write_full_run(runs_dir, config, few_images, name="newer")
    async with opened(app) as pilot:
        for number, (key, place) in MOVES.items():
            await pilot.press(str(number))
            await app.workers.wait_for_complete() if number == INSIDE else await pilot.pause()
            before = place(app)
            await pilot.press("2" if number != TRAIN else "4")
            type_at_once(app, str(number), key)
            await until(pilot, lambda place=place, before=before: place(app) != before)
            assert app.deck.current == number


async def test_a_burst_opens_the_evidence_and_asks_for_its_features(
    app: MnistApp, full_run: RunDirectory
) -> None:
    async with opened(app) as pilot:
        await pilot.press(str(BROWSE))
        await app.workers.wait_for_complete()
        type_at_once(app, "i", "f")
        await until(pilot, lambda: "last hidden layer (12 numbers)" in evidence_of(app))
