"""A key or a pause ends when the app has nothing left to do, and not before."""

import asyncio
import threading
from importlib import import_module
from typing import ClassVar

import pytest
import settling
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen


class Working(App[None]):
    """On t it computes in a thread, on r it calls after a repaint, and it notes what is done."""

    BINDINGS: ClassVar[list[BindingType]] = [("t", "think"), ("r", "redraw")]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.may_end = threading.Event()

    def action_think(self) -> None:
        self.run_worker(self._think())

    async def _think(self) -> None:
        await asyncio.to_thread(sum, range(300_000))
        await asyncio.to_thread(self.may_end.wait, 10)
        self.done.append("thought")

    def action_redraw(self) -> None:
        self.refresh()
        self.call_after_refresh(self.call_later, self.done.append, "redrawn")


async def test_what_a_thread_finds_is_waited_for() -> None:
    app = Working()
    app.may_end.set()
    async with app.run_test() as pilot:
        await pilot.press("t")
        assert app.done == ["thought"]


async def test_a_thread_that_the_test_holds_is_not() -> None:
    app = Working()
    async with app.run_test() as pilot:
        await pilot.press("t")
        assert app.done == []
        app.may_end.set()
        await pilot.pause()
        assert app.done == ["thought"]


async def test_what_comes_after_a_repaint_has_come() -> None:
    app = Working()
    async with app.run_test() as pilot:
        await pilot.press("r")
        assert app.done == ["redrawn"]


async def test_an_app_that_never_rests_fails_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Working()

    def turn() -> None:
        if "turned" not in app.done:
            asyncio.get_running_loop().call_soon(turn)

    async with app.run_test():
        turn()
        with monkeypatch.context() as patch:
            patch.setattr(settling, "LONGEST", 0.05)
            with pytest.raises(pytest.fail.Exception, match=r"not at rest after 0\.05 s: .*turn"):
                await settling.settle()
        app.done.append("turned")


async def test_what_textual_and_asyncio_name_for_themselves_is_still_called_so() -> None:
    """Where it is not, every test of the app fails, and this one says why."""
    assert [name for name in settling.OF_APP if not hasattr(App(), name)] == []
    assert [name for name in settling.OF_SCREEN if not hasattr(Screen(), name)] == []
    for wait in settling.WAITS:
        module, _, name = wait.rpartition(".")
        assert hasattr(import_module(module), name), wait
    assert "_ready" in vars(asyncio.get_running_loop())


async def test_another_size_is_there_at_once() -> None:
    async with Working().run_test() as pilot:
        await pilot.resize_terminal(100, 30)
        assert pilot.app.screen.size.width == 100
