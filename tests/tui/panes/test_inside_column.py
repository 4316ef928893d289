"""The left of Inside: room for what is said, and the unit from near, larger than in the pictures."""

from pathlib import Path

import pytest
from image_host import BROAD, NARROW, TALL, Host
from inside_host import convolutional, told, untrained

from tui.inspecting.inspector import Told
from tui.inspecting.sheets import Sheet, View
from tui.inspecting.words import ANSWER_WIDTH
from tui.panes.inside import InsidePane
from tui.session import Session
from tui.widgets.layer_column import LayerColumn
from tui.widgets.layer_view import LayerView
from tui.widgets.throttle import Throttle


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """No run yet: the network as training would begin with it."""
    return untrained(tmp_path)


async def test_the_unit_from_near_is_compared_with_the_pictures_on_screen(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_really, above = InsidePane._near, list[float]()

    def find(pane: InsidePane, seen: tuple[Told, int, View, int]) -> tuple[Sheet | None, float]:
        found = find_really(pane, seen)
        above.append(found[1])
        return found

    monkeypatch.setattr(InsidePane, "_near", find)
    app = Host(InsidePane, convolutional(session))
    async with app.run_test(size=TALL) as pilot:
        column = app.query_one(LayerColumn)
        column._near = Throttle(0.0, lambda _, call: call(), column._show_near)  # no rest between two
        await told(app, pilot)
        view, pixels = app.query_one(LayerView), list[float]()

        async def compare() -> None:
            await pilot.pause()
            pixels.append(max(view.pixel, 0.5))
            assert above[-1] == pixels[-1]

        for key in ("down", "down", "up", "up"):
            await pilot.press(key)
            await compare()
        for size in (BROAD, NARROW):
            await pilot.resize_terminal(*size)
            await compare()
        assert len(set(pixels[:4])) > 1
        assert len(set(pixels[3:])) > 1


async def test_the_answer_has_the_cells_that_it_is_written_for(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await told(app, pilot)
        assert app.query_one("#inside-answer").content_size.width == ANSWER_WIDTH
