import pytest
from piloted_app import ready

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
