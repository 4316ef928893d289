"""Below 60x20 one line over whatever is on the screen, and all as it was once there is room."""

import pytest
from piloted_app import drawn, ready, screen_text, until
from textual.pilot import Pilot

from tui.app import MnistApp
from tui.screens.too_small import TooSmallScreen

ROOM, LINE = (80, 24), "terminal 50x15, needs 60x20; training goes on"


async def through_too_small(pilot: Pilot[None]) -> str:
    """What is said when the terminal has shrunk, and then it has grown again."""
    await pilot.resize_terminal(50, 15)
    await until(pilot, lambda: "terminal" in screen_text(pilot))
    said = screen_text(pilot).strip()
    await pilot.resize_terminal(*ROOM)
    await until(pilot, lambda: not isinstance(pilot.app.screen, TooSmallScreen))
    await pilot.pause()
    return said


@pytest.mark.parametrize("key", ["t", "G", "H", "question_mark", "colon"])
async def test_it_lies_over_other_screens_too(app: MnistApp, key: str) -> None:
    async with app.run_test(size=ROOM) as pilot:
        await ready(pilot)
        await pilot.press("5")
        below = await drawn(pilot)
        await pilot.press(key)
        await app.workers.wait_for_complete()
        await pilot.pause()
        over, screen = screen_text(pilot), app.screen
        assert await through_too_small(pilot) == LINE
        assert app.screen is screen
        assert screen_text(pilot) == over
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.front)
        assert await drawn(pilot) == below


async def test_keys_do_nothing_below_it(app: MnistApp) -> None:
    async with app.run_test(size=ROOM) as pilot:
        await ready(pilot)
        await pilot.press("5")
        await pilot.resize_terminal(50, 15)
        await until(pilot, lambda: "terminal" in screen_text(pilot))
        await pilot.press("3", "escape", "question_mark")
        assert screen_text(pilot).strip() == LINE
        await pilot.resize_terminal(*ROOM)
        await until(pilot, lambda: "5 Inside" in screen_text(pilot))
        assert app.focused is not None
        assert app.deck.pane(5) in app.focused.ancestors_with_self
        await pilot.resize_terminal(50, 15)
        await until(pilot, lambda: "terminal" in screen_text(pilot))
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
