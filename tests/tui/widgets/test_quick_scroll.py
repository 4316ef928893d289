from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from tui.widgets.quick_scroll import QuickScroll

LINES, HEIGHT = 40, 10


class Long(App[None]):
    def compose(self) -> ComposeResult:
        with QuickScroll():
            yield Static("\n".join(map(str, range(LINES))))

    @property
    def scroll(self) -> QuickScroll:
        return self.query_one(QuickScroll)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["scroll_down"] * 6, 6),
        (["scroll_down"] * 6 + ["scroll_up"] * 2, 4),
        (["page_down"] * 2, 2 * HEIGHT),
        (["page_down"] * 2 + ["page_up"], HEIGHT),
        (["scroll_down"] * 99, LINES - HEIGHT),
        (["scroll_end"] + ["scroll_up"] * 3, LINES - HEIGHT - 3),
        (["page_down", "scroll_home", "scroll_down"], 1),
    ],
)
async def test_keys_that_come_within_one_frame_all_count(keys: list[str], line: int) -> None:
    app = Long()
    async with app.run_test(size=(30, HEIGHT)) as pilot:
        for key in keys:
            act: Callable[[], None] = getattr(app.scroll, f"action_{key}")
            act()
        assert app.scroll.scroll_y == line
        await pilot.pause()
        assert app.scroll.scroll_y == line
