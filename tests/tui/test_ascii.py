"""With --ascii no character beyond ASCII reaches the screen, whatever is on it."""

from pathlib import Path

import pytest
from piloted_app import app_on, drawn, ready, screen_text, until
from scripted_events import HEALTHY, epochs, finished, measured
from scripted_trainer import ScriptedTrainer
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, OptionList
from written_run import write_run

from nn.config import Config
from nn.events import LayersMeasured, Note
from tui.app import MnistApp
from tui.commands import PANE_NAMES
from tui.screens.help import HelpScreen


def beyond(text: str) -> set[str]:
    return {letter for letter in text if not letter.isascii()}


@pytest.fixture
def app(config: Config, runs_dir: Path, trainers: list[ScriptedTrainer]) -> MnistApp:
    noted = [
        *(event for event in epochs(3) if not isinstance(event, LayersMeasured)),
        Note(step=30, text="a note with an é"),
        measured(30, *[HEALTHY] * 12),
        finished(step=30),
    ]
    for count in reversed(range(24)):  # the one with events is then the newest
        write_run(runs_dir, config, [] if count else noted, name=f"naïve {count}")
    return app_on(runs_dir, config, ascii_only=True)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_every_pane_is_ascii(app: MnistApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        for number, name in PANE_NAMES.items():
            await pilot.press(str(number))
            text = await drawn(pilot)
            assert f"{number} {name}" in text
            assert beyond(text) == set(), text
            for extra in {3: ("f", "escape"), 2: ("x", "y", "v"), 4: tuple("vvvvwv")}.get(number, ()):
                await pilot.press(extra)
                assert beyond(await drawn(pilot)) == set(), screen_text(pilot)
        assert "na?ve" in screen_text(pilot)
        app.say("naïve")
        assert beyond(await drawn(pilot)) == set()


async def test_help_and_palette_are_ascii(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        for number in PANE_NAMES:
            await pilot.press(str(number), "question_mark")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            await pilot.pause()
            assert "Help" in screen_text(pilot)
            assert beyond(screen_text(pilot)) == set(), screen_text(pilot)
            await pilot.press("pagedown", "escape")
        await palette_is_ascii(app, pilot)


async def palette_is_ascii(app: MnistApp, pilot: Pilot[None]) -> None:
    await pilot.press("colon")
    await until(pilot, lambda: isinstance(app.screen, CommandPalette))
    await until(pilot, lambda: app.screen.query_one(OptionList).option_count > 20)
    await pilot.pause()
    assert "Everywhere" in screen_text(pilot)
    assert beyond(screen_text(pilot)) == set(), screen_text(pilot)
    app.screen.query_one(Input).value = "logarithmic"
    await until(pilot, lambda: 0 < app.screen.query_one(OptionList).option_count < 20)
    await pilot.pause()
    assert beyond(screen_text(pilot)) == set(), screen_text(pilot)


async def test_notifications_are_ascii(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await ready(pilot)
        app.notify("A word from the framework", title="Title")
        await until(pilot, lambda: "A word from the framework" in screen_text(pilot))
        assert beyond(screen_text(pilot)) == set(), screen_text(pilot)
