"""Health fits the smallest terminal row by row, and follows the run and the terminal's size."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.containers import VerticalScroll
from textual.timer import Timer

from nn.config import Config
from nn.events import LayerHealth, LayersMeasured
from tui.screens.health import HealthScreen
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.pace import FOLLOW_SECONDS
from tui.widgets.words import Words

NAMES = [f"batchnorm{place}" for place in range(1, 13)]


def measured(step: int, dead: float) -> LayersMeasured:
    return LayersMeasured(
        step=step,
        layers=[LayerHealth(name=name, gradient_norm=0.41, update_ratio=1e-3, dead=dead) for name in NAMES],
    )


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = Session(Config(), None, tmp_path)
    made.history.feed(measured(10, dead=0.9))
    return made


def lines(app: App[None]) -> list[str]:
    return app.screen.query_one(Words).said.split("\n")


async def test_no_row_breaks_beside_the_scrollbar_of_the_smallest_terminal(session: Session) -> None:
    app = App[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(HealthScreen(session, Display()))
        await pilot.pause()
        frame = app.screen.query_one(VerticalScroll)
        assert frame.show_vertical_scrollbar
        assert app.screen.query_one(Words).size.height == len(lines(app))
        assert "up and down scroll" in str(frame.border_subtitle)
        await pilot.press("down")
        assert frame.scroll_target_y > 0


async def test_it_follows_the_run(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    follow, looks = HealthScreen.set_interval, dict[float, Callable[[], None]]()

    def keep(screen: HealthScreen, seconds: float, look: Callable[[], None], **options: Any) -> Timer:
        looks[seconds] = look
        return follow(screen, seconds, look, **options)

    monkeypatch.setattr(HealthScreen, "set_interval", keep)
    app = App[None]()
    async with app.run_test(size=(80, 40)) as pilot:
        await app.push_screen(HealthScreen(session, Display()))
        await pilot.pause()
        assert "Measured last, after step 10" in lines(app)
        session.history.feed(measured(20, dead=0.0))
        looks[FOLLOW_SECONDS]()
        assert "Measured last, after step 20" in lines(app)
        assert lines(app)[0].startswith("Nothing is off")


async def test_it_follows_the_size_of_the_terminal(session: Session) -> None:
    app = App[None]()
    async with app.run_test(size=(100, 40)) as pilot:
        await app.push_screen(HealthScreen(session, Display()))
        await pilot.pause()
        broad = lines(app)
        assert max(map(len, broad)) > 60
        await pilot.resize_terminal(60, 20)
        assert max(map(len, lines(app))) < 60
        assert app.screen.query_one(Words).size.height == len(lines(app)) > len(broad)
