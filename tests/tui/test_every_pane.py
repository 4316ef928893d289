"""Every pane and every screen over a run, in every size and every mode of colour."""

from pathlib import Path

import pytest
from full_run import write_full_run
from piloted_app import app_on, drawn, ready, screen_text, until
from scripted_trainer import ScriptedTrainer
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import OptionList

from nn.config import Config
from tui.app import MnistApp
from tui.commands import BROWSE, CONFIGURE, DRAW, ERRORS, INSIDE, PANE_NAMES, TRAIN
from tui.screens.evidence import EvidenceScreen
from tui.screens.gradient_check import GradientCheckScreen
from tui.screens.help import HelpScreen
from tui.screens.step_through import StepThroughScreen
from tui.terminal.display import ColorMode
from tui.terminal.ramps import ASCII_RAMP, UNICODE_RAMP

SIZES = [(80, 24), (120, 36), (200, 60)]
MODES: dict[str, tuple[ColorMode, bool]] = {
    **{mode.value: (mode, False) for mode in ColorMode},
    "ascii": (ColorMode.TRUECOLOR, True),
}
HALF_BLOCK = "▀"
PICTURES = {BROWSE: 60, INSIDE: 10}  # panes that draw digits or bars, and the fewest cells of these

# What a person may do in a pane that shows something else: keys one by one, where every letter counts.
WAYS: dict[int, tuple[str, ...]] = {
    CONFIGURE: ("j", "c", "escape", "k"),
    TRAIN: ("x", "y", "v"),
    BROWSE: ("pagedown", "v", "v", "v", "f", "escape"),
    ERRORS: tuple("vvvvwcd"),
    INSIDE: tuple("jvvvk"),
    DRAW: ("space", "down", "down", "space", "n"),
}
# Screens over a pane: its number, the key, what it is, and what is on it.
SCREENS: tuple[tuple[int, str, type[Screen], str], ...] = (
    (TRAIN, "question_mark", HelpScreen, "Help"),
    (BROWSE, "i", EvidenceScreen, "image"),
    (INSIDE, "t", StepThroughScreen, "FORWARD"),
    (INSIDE, "G", GradientCheckScreen, "radient"),
)


def check(pilot: Pilot[None], mode: str) -> None:
    """What must be true of whatever is on the screen."""
    text = screen_text(pilot)
    if mode == "ascii":
        assert text.isascii(), {letter for letter in text if not letter.isascii()}
    if mode in ("16", "none"):
        assert HALF_BLOCK not in text, text
    width, height = pilot.app.size
    lines = pilot.app.screen._compositor.render_strips()
    assert [line.cell_length for line in lines] == [width] * height


def ink(text: str, mode: str) -> int:
    """How many cells a digit or another picture is drawn with."""
    if mode in ("24bit", "256"):
        return text.count(HALF_BLOCK)
    ramp = ASCII_RAMP if mode == "ascii" else UNICODE_RAMP
    return sum(text.count(glyph) for glyph in ramp.strip())


async def quiet(pilot: Pilot[None]) -> None:
    """Until all that was begun is on the screen."""
    await pilot.app.workers.wait_for_complete()
    await drawn(pilot)


async def walk_panes(pilot: Pilot[None], mode: str) -> None:
    for number, name in PANE_NAMES.items():
        await pilot.press(str(number))
        await quiet(pilot)
        assert f"{number} {name}" in screen_text(pilot)
        assert "q quit" in screen_text(pilot).splitlines()[-1], screen_text(pilot)
        check(pilot, mode)
        assert ink(screen_text(pilot), mode) >= PICTURES.get(number, 0), screen_text(pilot)
        for key in WAYS.get(number, ()) if mode in ("none", "ascii") else ():
            await pilot.press(key)
            await quiet(pilot)
            check(pilot, mode)


async def walk_screens(app: MnistApp, pilot: Pilot[None], mode: str) -> None:
    for pane, key, screen, word in SCREENS:
        await pilot.press(str(pane), key)
        await until(pilot, lambda screen=screen: isinstance(app.screen, screen))
        await app.workers.wait_for_complete()
        await until(pilot, lambda word=word: word in screen_text(pilot))
        check(pilot, mode)
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def open_palette(app: MnistApp, pilot: Pilot[None], mode: str) -> None:
    await pilot.press("colon")
    await until(pilot, lambda: isinstance(app.screen, CommandPalette))
    await until(pilot, lambda: app.screen.query_one(OptionList).option_count > 20)
    await pilot.pause()
    check(pilot, mode)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("mode", MODES)
async def test_every_pane_and_screen(
    config: Config,
    runs_dir: Path,
    few_images: Path,
    trainers: list[ScriptedTrainer],
    mode: str,
    size: tuple[int, int],
) -> None:
    for name in ("older", "newer"):
        write_full_run(runs_dir, config, few_images, name=name)
    color, ascii_only = MODES[mode]
    app = app_on(runs_dir, config, color=color, ascii_only=ascii_only)
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        await walk_panes(pilot, mode)
        await walk_screens(app, pilot, mode)
        await open_palette(app, pilot, mode)
