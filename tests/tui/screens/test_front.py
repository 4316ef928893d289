import pytest
from piloted_app import ready, screen_text

from tui.app import MnistApp
from tui.commands import CONFIGURE
from tui.screens.front import FrontScreen


async def test_a_focus_that_moves_does_not_paint_the_whole_screen(
    app: MnistApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[FrontScreen] = []
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        monkeypatch.setattr(FrontScreen, "refresh", lambda self, *_, **__: painted.append(self))
        before = app.focused
        await pilot.press("1")
        assert app.deck.current == CONFIGURE
        assert app.focused is not before
        assert painted == []


async def test_a_sentence_of_more_lines_takes_no_room_from_the_panes(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        before = app.deck.size
        app.say("saved as " + "3" * 200)
        await pilot.pause()
        assert app.deck.size == before
        assert screen_text(pilot).splitlines()[-3].startswith(" saved as")
        app.say("")
        await pilot.pause()
        assert "3 Browse" in screen_text(pilot).splitlines()[-2]
        assert "q quit" in screen_text(pilot).splitlines()[-1]
