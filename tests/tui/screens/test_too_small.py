"""Below 60x20 one line over whatever is on the screen, and all as it was once there is room."""

from pathlib import Path

import pytest
from piloted_app import app_on, drawn, ready, screen_text, until
from textual.pilot import Pilot
from textual.widgets import Input

from nn.config import Config
from tui.app import MnistApp
from tui.commands import PANE_NAMES
from tui.screens.too_small import TooSmallScreen
from tui.terminal.display import ColorMode

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


@pytest.mark.parametrize("size", [(40, 10), (59, 36), (200, 19), (2, 2), (1, 1)])
async def test_what_is_being_typed_and_its_focus_outlive_it(app: MnistApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press("1", "enter", *"0.5")
        field = app.focused
        assert isinstance(field, Input)
        assert field.value == "0.5"
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: isinstance(app.screen, TooSmallScreen))
        app._show()
        await pilot.pause()
        await pilot.resize_terminal(120, 36)
        await until(pilot, lambda: app.screen is app.front)
        await pilot.pause()
        assert app.focused is field
        await pilot.press("7")
        assert field.value == "0.57"
        assert "0.57" in screen_text(pilot)


@pytest.mark.parametrize("number", PANE_NAMES)
async def test_every_pane_outlives_the_smallest_size(app: MnistApp, number: int) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press(str(number))
        focused = app.focused
        for size in [(59, 20), (20, 5), (3, 3), (1, 36), (120, 1), (1, 1)]:
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: isinstance(app.screen, TooSmallScreen))
            await pilot.resize_terminal(120, 36)
            await until(pilot, lambda: app.screen is app.front)
        assert PANE_NAMES[number] in await drawn(pilot)
        assert app.focused is focused


@pytest.mark.parametrize("color", ColorMode)
async def test_nothing_shines_through_it(runs_dir: Path, config: Config, color: ColorMode) -> None:
    app = app_on(runs_dir, config, color=color)
    async with app.run_test(size=(40, 10)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, TooSmallScreen))
        assert app.screen.styles.background.a == 1
