from textual.app import App

from tui.screens.page import PageScreen
from tui.terminal.display import Display
from tui.widgets.quick_scroll import QuickScroll


async def test_arrows_that_come_faster_than_frames_all_count() -> None:
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = PageScreen("Long", Display())
        await app.push_screen(screen)
        screen.say([f"line {number}" for number in range(60)])
        await pilot.pause()
        frame = screen.query_one(QuickScroll)
        assert app.focused is frame
        for _ in range(6):
            await frame.run_action("scroll_down")
        assert frame.scroll_y == 6
