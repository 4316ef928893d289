"""A pane's question goes away with the focus, and the keys are those of whatever took it."""

import pytest
from piloted_app import ready, until
from textual.pilot import Pilot

from tui.app import MnistApp
from tui.commands import BROWSE, INSIDE
from tui.panes.train import TrainPane
from tui.widgets.answer_grid import AnswerGrid
from tui.widgets.layer_list import LayerList
from tui.widgets.prompt import Prompt

pytestmark = pytest.mark.usefixtures("full_run")

ALONE, BESIDE = (80, 24), (120, 36)


def prompt_in(app: MnistApp, number: int) -> Prompt:
    pane = app.deck.pane(number)
    assert pane is not None
    return pane.query_one(Prompt)


async def asked(pilot: Pilot[None], number: int, key: str) -> MnistApp:
    """The app, with a pane's question on screen."""
    app = await ready(pilot)
    await until(pilot, lambda: app.session.history.finished)
    await pilot.press(str(number))
    await app.workers.wait_for_complete()
    await pilot.press(key)
    assert prompt_in(app, number).is_asking
    return app


async def test_tab_leaves_it_and_the_panes_keys_work_again(app: MnistApp) -> None:
    async with app.run_test(size=ALONE) as pilot:
        await asked(pilot, BROWSE, "f")
        await pilot.press("tab")
        await pilot.pause()
        assert not prompt_in(app, BROWSE).is_asking
        assert isinstance(app.focused, AnswerGrid)
        await pilot.press("2", "3")
        assert isinstance(app.focused, AnswerGrid)
        await pilot.press("n", "n")
        await pilot.pause()
        assert app.session.chosen == 2


async def test_a_pane_takes_the_focus_from_the_question_in_it(app: MnistApp) -> None:
    async with app.run_test(size=ALONE) as pilot:
        for number, key, taken_by in ((BROWSE, "f", AnswerGrid), (INSIDE, "g", LayerList)):
            await asked(pilot, number, key)
            await app.run_action("pane(2)")  # as the palette does
            await pilot.pause()
            assert not prompt_in(app, number).is_asking
            assert isinstance(app.focused, TrainPane)
            await pilot.press(str(number), key)
            await app.run_action(f"pane({number})")
            await pilot.pause()
            assert not prompt_in(app, number).is_asking
            assert isinstance(app.focused, taken_by)


async def test_a_click_elsewhere_keeps_the_focus_there(app: MnistApp) -> None:
    async with app.run_test(size=BESIDE) as pilot:
        for number, key in ((BROWSE, "f"), (INSIDE, "g")):
            await asked(pilot, number, key)
            await pilot.click("#pane1 FieldList")
            await pilot.pause()
            assert not prompt_in(app, number).is_asking
            assert app.deck.current == 1
            assert app.focused is app.query_one("#pane1 FieldList")


async def test_escape_gives_the_focus_back(app: MnistApp) -> None:
    async with app.run_test(size=ALONE) as pilot:
        for number, key, taken_by in ((BROWSE, "f", AnswerGrid), (INSIDE, "g", LayerList)):
            await asked(pilot, number, key)
            await pilot.press("escape")
            await pilot.pause()
            assert not prompt_in(app, number).is_asking
            assert isinstance(app.focused, taken_by)


async def test_it_stays_while_the_terminal_is_not_looked_at(app: MnistApp) -> None:
    async with app.run_test(size=ALONE) as pilot:
        await asked(pilot, BROWSE, "f")
        app.app_focus = False
        await pilot.pause()
        app.app_focus = True
        await pilot.pause()
        assert prompt_in(app, BROWSE).is_asking
        await pilot.press("4")
        assert app.deck.current == BROWSE
