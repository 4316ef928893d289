"""Help opens on what has the focus, says it in words for a person, and closes."""

from pathlib import Path

import pytest
from piloted_app import drawn, ready, screen_text, until
from scripted_events import epochs, finished
from textual.app import App
from textual.widgets import Static
from written_run import write_run

from nn.config import Config
from tui.app import MnistApp
from tui.commands import APP, BROWSE, PANE_NAMES, TRAIN, of_pane
from tui.panes.base import Pane
from tui.panes.train import TrainPane
from tui.screens.help import HelpScreen, about, help_page
from tui.terminal.display import Display


@pytest.mark.parametrize("key", ["escape", "q", "question_mark"])
async def test_it_opens_with_a_question_mark_and_closes(app: MnistApp, key: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await until(pilot, lambda: "Train shows how far the run is" in screen_text(pilot))
        await pilot.press("space", "2")  # neither trains nor turns
        assert isinstance(app.screen, HelpScreen)
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))
        assert isinstance(app.focused, TrainPane)
        assert app.is_running


@pytest.mark.parametrize("pane", PANE_NAMES)
def test_it_lists_the_keys_of_the_pane_and_those_everywhere(pane: int) -> None:
    text = help_page(pane, "About it.", 70).plain
    assert text.startswith("About it.\n")
    assert f"Keys of {PANE_NAMES[pane]}" in text
    for command in (*of_pane(pane), *of_pane(APP)):
        assert f"{command.shown} {command.words}" in " ".join(text.split())


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
@pytest.mark.parametrize("pane", PANE_NAMES)
async def test_what_a_key_does_never_runs_into_the_column_of_keys(pane: int, size: tuple[int, int]) -> None:
    app = App[None]()
    async with app.run_test(size=size) as pilot:
        await app.push_screen(HelpScreen(pane, "", Display()))
        await pilot.pause()
        page = app.screen.query_one(Static)
        rows = [page.render_line(y).text for y in range(page.size.height)]
        keys = {f"  {command.shown:<10}" for command in (*of_pane(pane), *of_pane(APP))}
        headings = (f"Keys of {PANE_NAMES[pane]}", "Keys everywhere", "")
        assert all(row[:12] in {*keys, " " * 12} for row in rows if row.strip() not in headings), rows


async def test_lines_are_broken_anew_in_another_width() -> None:
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(HelpScreen(BROWSE, "", Display()))
        await pilot.pause()
        narrow = app.screen.query_one(Static).size.height
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen.query_one(Static).size.height < narrow


async def test_every_widget_that_can_have_the_focus_is_explained(
    app: MnistApp, config: Config, runs_dir: Path
) -> None:
    write_run(runs_dir, config, [*epochs(1), finished(step=10)])
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        explained: dict[int, set[str]] = {}
        for number in PANE_NAMES:
            await pilot.press(str(number))
            await drawn(pilot)
            pane = app.deck.pane(number)
            assert isinstance(pane, Pane)
            for widget in [pane, *pane.query("*")]:
                if widget.can_focus:
                    assert len(about(widget)) > 40, widget
                    explained.setdefault(number, set()).add(about(widget))
        assert set(explained) == set(PANE_NAMES)
        assert about(None) == ""


async def test_hostile_words_are_harmless(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(HelpScreen(TRAIN, "[red]\x1b[31m", Display(ascii=True)))
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await until(pilot, lambda: "[red]?[31m" in screen_text(pilot))
        assert app.screen.query_one(Static)
