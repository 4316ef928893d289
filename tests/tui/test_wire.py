"""What the app does about the terminal itself: how much it sends, and a screen on which somebody wrote."""

from pathlib import Path

import pytest
from app_terminal import Terminal, app
from piloted_app import app_on, drawn, ready

from nn.config import Config


async def test_the_rate_is_in_the_header_on_request(config: Config, runs_dir: Path) -> None:
    shown = app_on(runs_dir, config)
    async with shown.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        assert "KB/s" not in await drawn(pilot)
        await pilot.press("B")
        assert "KB/s" in (await drawn(pilot)).splitlines()[0]
        await pilot.press("B")
        assert "KB/s" not in await drawn(pilot)


@pytest.mark.pty
def test_a_screen_that_was_written_on_is_painted_again(runs_dir: Path, learnable_digits: Path) -> None:
    with Terminal(app(runs_dir, "--data", learnable_digits)) as terminal:
        terminal.wait_for("2 Train", "no data yet", "space trains this network", "q quit")
        terminal.when(lambda: "space trains" in terminal.screen.display[0])
        before = [list(line) for line in terminal.screen.display]
        terminal.screen.erase_in_display(2)
        assert "2 Train" not in terminal.text
        terminal.press("\x0c")
        terminal.wait_for("2 Train", "q quit", "space trains")
        terminal.when(lambda: [list(line) for line in terminal.screen.display] == before)
