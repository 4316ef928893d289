"""What was computed aside comes while the screen it is for goes: it is dropped, and nothing is raised."""

import threading
from pathlib import Path

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen

from nn.batches import Images
from nn.runs.store import RunDirectory
from tui.answering.answers import Answers
from tui.answering.other_runs import Field, OtherRun
from tui.terminal.display import Display
from tui.widgets import comparison_view
from tui.widgets.comparison_view import ComparisonView
from tui.widgets.presence import is_there
from tui.widgets.words import Words

ANSWERS = Answers("test", Images(np.zeros((9, 28, 28), np.uint8), np.zeros(9, np.uint8)), np.eye(10)[:9], 1)
OTHER = OtherRun("other", 1, np.zeros(9, np.uint8), 0, 1)


class ViewScreen(Screen[None]):
    def compose(self) -> ComposeResult:
        yield ComparisonView(display=Display())


async def test_a_widget_is_there_until_its_screen_or_the_app_goes() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        below = Words()
        assert not is_there(below)
        await app.mount(below)
        await app.push_screen(ViewScreen())
        view = app.screen.query_one(ComparisonView)
        assert is_there(below)
        assert is_there(view)
        await app.pop_screen()
        assert not is_there(view)
        assert is_there(below)
        app.exit()
        assert not is_there(below)
        await pilot.pause()


async def test_another_runs_answers_may_come_while_the_view_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, gone = threading.Event(), threading.Event()

    def read_slowly(*_: object) -> OtherRun:
        asked.set()
        gone.wait(10)
        return OTHER

    monkeypatch.setattr(comparison_view, "read_other", read_slowly)
    app: App[None] = App()
    async with app.run_test() as pilot:
        app.install_screen(ViewScreen(), "view")  # stays when it is left, and so does its worker
        await app.push_screen("view")
        view = app.screen.query_one(ComparisonView)
        view.show(ANSWERS, Field(RunDirectory(Path("here")), Path("runs")), "this", 0)
        while not asked.is_set():
            await pilot.pause()
        for child in view.query(Words):  # as a screen does that is left: first what is in it
            await child.remove()
        await app.pop_screen()
        gone.set()
        await app.workers.wait_for_complete()
