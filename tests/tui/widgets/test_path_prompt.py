"""The line that asks for a path goes away with the focus, and does not take that back."""

import pytest
from piloted_app import ready, screen_text, until
from textual.widgets import Input

from tui.app import MnistApp
from tui.commands import CONFIGURE, DRAW, TRAIN
from tui.panes.train import TrainPane
from tui.widgets.config_foot import ConfigFoot
from tui.widgets.draw_pad import DrawPad
from tui.widgets.field_list import FieldList
from tui.widgets.path_prompt import PathPrompt


def is_asking(app: MnistApp, number: int) -> bool:
    return app.query_one(f"#pane{number}").query_one(PathPrompt).is_asking


@pytest.mark.parametrize(("number", "key", "elsewhere"), [(CONFIGURE, "w", TRAIN), (DRAW, "O", CONFIGURE)])
async def test_a_click_elsewhere_keeps_the_focus_there(
    app: MnistApp, number: int, key: str, elsewhere: int
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press(str(number), key)
        assert is_asking(app, number)
        taken_by = {TRAIN: TrainPane, CONFIGURE: FieldList}[elsewhere]
        await pilot.click(taken_by)
        await pilot.pause()
        assert not is_asking(app, number)
        assert isinstance(app.focused, taken_by)
        assert app.deck.current == elsewhere


@pytest.mark.parametrize(("number", "key", "taken_by"), [(CONFIGURE, "w", FieldList), (DRAW, "O", DrawPad)])
async def test_escape_gives_the_focus_back(app: MnistApp, number: int, key: str, taken_by: type) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press(str(number), key)
        assert isinstance(app.focused, Input)
        await pilot.press("escape")
        await pilot.pause()
        assert not is_asking(app, number)
        assert isinstance(app.focused, taken_by)


async def test_the_fields_help_is_back_where_it_was_left(app: MnistApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press("1")
        await pilot.pause()
        texts = app.query_one(ConfigFoot).texts
        before = texts["help"]
        await pilot.press("w")
        assert "Enter saves" in texts["help"]
        await pilot.click(TrainPane)
        await pilot.pause()
        assert texts["help"] == before


async def test_typing_takes_away_what_was_said_of_the_path_before(app: MnistApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await ready(pilot)
        await pilot.press(str(DRAW), "O", *"no-such-picture-" * 8, "enter")
        await until(pilot, lambda: "cannot be read" in app.front.key_line.sentence)
        assert "Open picture" not in screen_text(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "Open picture" in screen_text(pilot))
