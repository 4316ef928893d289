"""Panes that are made before anybody looks at them: beside the screen, unseen and out of reach."""

import asyncio

import pytest
from piloted_app import PATIENCE, drawn, ready, screen_text, until
from textual.pilot import Pilot

from tui.app import MnistApp
from tui.commands import BROWSE, CONFIGURE, PANE_NAMES, TRAIN
from tui.panes import deck

WIDE, NARROW = (120, 36), (80, 24)


@pytest.fixture
def long_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pane stays beside the screen for longer than any test waits."""
    monkeypatch.setattr(deck, "_LAYOUT_SECONDS", 2 * PATIENCE)


async def test_panes_made_ahead_are_laid_out_and_not_to_be_seen(app: MnistApp, shows: list[int]) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        before = await drawn(pilot)
        focused = app.focused
        shows.clear()
        await app.deck.make_rest()
        assert await drawn(pilot) == before
        assert app.focused is focused
        assert set(shows) <= {CONFIGURE, TRAIN}  # what the clock draws
        panes = {pane.number: pane for pane in app.deck.panes}
        assert set(panes) == set(PANE_NAMES)
        assert [number for number in sorted(panes) if panes[number].display] == [CONFIGURE, TRAIN]
        assert {pane.outer_size for number, pane in panes.items() if number != CONFIGURE} == {
            panes[TRAIN].outer_size
        }


async def making(pilot: Pilot[None], number: int) -> asyncio.Task[None]:
    """The panes are being made, and the one of this number lies beside the screen."""
    app = await ready(pilot)
    task = asyncio.create_task(app.deck.make_rest())
    await until(pilot, lambda: (pane := app.deck.pane(number)) and pane.has_class(deck.ASIDE) and pane.size)
    return task


@pytest.mark.usefixtures("long_layout")
@pytest.mark.parametrize("key", ["3", "4"])
async def test_a_key_is_answered_while_a_pane_is_made_ahead(app: MnistApp, key: str) -> None:
    async with app.run_test(size=WIDE) as pilot:
        task = await making(pilot, BROWSE)
        await pilot.press(key)
        await until(pilot, lambda: f"{key} {PANE_NAMES[int(key)]}" in screen_text(pilot))
        assert app.deck.seen == (CONFIGURE, int(key))
        assert [pane.number for pane in app.deck.panes if pane.display] == [CONFIGURE, int(key)]
        assert not app.query(f".{deck.ASIDE}")
        assert app.focused is not None
        assert app.deck.pane(int(key)) in app.focused.ancestors_with_self
        task.cancel()


@pytest.mark.usefixtures("long_layout")
async def test_a_pane_beside_the_screen_is_not_to_be_seen_nor_reached_by_tab(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        before = await drawn(pilot)
        task = await making(pilot, BROWSE)
        assert await drawn(pilot) == before
        await pilot.press("tab")
        await until(pilot, lambda: app.deck.current == CONFIGURE)
        configure = app.deck.pane(CONFIGURE)
        assert app.focused is not None
        assert configure in app.focused.ancestors_with_self
        task.cancel()


async def test_no_pane_is_made_for_an_app_that_goes(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        made = len(app.deck.panes)
        app.exit()
        await app.deck.make_rest()
        assert len(app.deck.panes) == made


@pytest.mark.usefixtures("long_layout")
async def test_where_no_pane_is_to_be_seen_they_are_made_only(app: MnistApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("1")
        await until(pilot, lambda: app.deck.seen == (CONFIGURE,))
        await app.deck.make_rest()
        assert len(app.deck.panes) == len(PANE_NAMES)
        await pilot.press("3")
        await until(pilot, lambda: "3 Browse" in screen_text(pilot))
