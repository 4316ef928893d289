"""The app under a test's pilot: made, waited for and read, without a terminal."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from nn.config import Config
from tui.app import MnistApp
from tui.options import AppOptions
from tui.session import Session
from tui.terminal.display import ColorMode, Display

PATIENCE = 20.0  # seconds until a test gives up
TURN = 0.005  # seconds between two looks at what only a timer of the app or a file brings


def app_on(
    runs_dir: Path,
    config: Config,
    *,
    source: str | None = None,
    ascii_only: bool = False,
    low_bandwidth: bool = False,
    color: ColorMode | None = None,
) -> MnistApp:
    """The app as the command line makes it: in 24 bits, or without colours where ASCII is wanted."""
    color = color or (ColorMode.NONE if ascii_only else ColorMode.TRUECOLOR)
    options = AppOptions(
        source=source, color=color.value, ascii=ascii_only, low_bandwidth=low_bandwidth, runs_dir=runs_dir
    )
    return MnistApp(lambda: Session(config, "first-minute", runs_dir), options, Display(color, ascii_only))


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Let the app work until it is as wanted."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, screen_text(pilot)
        await pilot.pause()
        await asyncio.sleep(TURN)


async def ready(pilot: Pilot[None]) -> MnistApp:
    """The app, once it has looked for runs and images."""
    app = pilot.app
    assert isinstance(app, MnistApp)
    await until(pilot, app._begun.is_set)
    return app


async def drawn(pilot: Pilot[None]) -> str:
    """Everything on the screen, once all that has changed is on it."""
    app = pilot.app
    assert isinstance(app, MnistApp)
    await pilot.pause()
    app._show()
    await pilot.pause()
    return screen_text(pilot)


def screen_text(pilot: Pilot[None]) -> str:
    """Everything on the screen as it is."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
