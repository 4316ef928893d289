"""The palette offers every command of the table, and does what it offers."""

import asyncio
from pathlib import Path

import pytest
from full_run import write_full_run
from piloted_app import ready, screen_text, until
from scripted_events import epochs
from textual.command import CommandPalette, DiscoveryHit, Hit
from textual.pilot import Pilot
from textual.widgets import Input, OptionList
from written_run import write_run

from nn.config import Config
from nn.presets import find
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory
from tui.app import MnistApp
from tui.commands import COMMANDS, CONFIGURE, ERRORS, TRAIN
from tui.editing.edits import with_source
from tui.palette import TableProvider, title
from tui.panes.configure import ConfigurePane
from tui.panes.train import TrainPane
from tui.screens.health import HealthScreen
from tui.screens.help import HelpScreen
from tui.screens.too_small import TooSmallScreen
from tui.widgets.config_foot import ConfigFoot
from tui.widgets.field_list import FieldList
from tui.widgets.key_line import KeyLine


async def open_palette(pilot: Pilot[None], words: str, key: str = "colon") -> None:
    """Open the palette with these words typed."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette) and pilot.app.screen.query(Input))
    pilot.app.screen.query_one(Input).value = words


def prompts(pilot: Pilot[None], beginning: str) -> list[str]:
    """The entries that begin so, as they are shown."""
    entries = pilot.app.screen.query_one(OptionList).options
    return [words for entry in entries if (words := str(entry.prompt)).startswith(beginning)]


async def choose(pilot: Pilot[None], words: str, key: str = "colon") -> None:
    """Type into the palette until one entry is left, and take it."""
    await open_palette(pilot, words, key)
    await until(pilot, lambda: pilot.app.screen.query_one(OptionList).option_count == 1)
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(pilot.app.screen, CommandPalette))


async def test_it_lists_every_command_with_the_words_of_the_table(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)):
        provider = TableProvider(app.screen)
        offered = [hit async for hit in provider.discover()]
        assert [str(hit.prompt) for hit in offered if isinstance(hit, DiscoveryHit)] == [
            title(command) for command in COMMANDS
        ]
        assert all(command.words in title(command) for command in COMMANDS)
        found = [hit async for hit in provider.search("logarithmic")]
        assert [hit.text for hit in found if isinstance(hit, Hit)] == [
            "Train: Loss on a logarithmic axis, and back (y)"
        ]
        assert [hit async for hit in provider.search("zzzz")] == []


async def test_a_command_of_another_pane_goes_there_first(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("3")
        await choose(pilot, "logarithmic")
        await until(pilot, lambda: app.deck.current == TRAIN)
        train = app.deck.pane(TRAIN)
        assert isinstance(train, TrainPane)
        await until(pilot, lambda: train.view.log)
        await choose(pilot, "save and stop the run;", key="ctrl+p")
        await until(pilot, lambda: app.query_one(KeyLine).sentence)
        assert app.query_one(KeyLine).sentence == "no run is training; space starts one"


async def test_it_opens_once_and_esc_leaves_it(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("4", "colon")
        await until(pilot, lambda: "Everywhere: Start training" in screen_text(pilot))
        app.action_command_palette()
        await pilot.pause()
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert app.deck.current == ERRORS


async def test_a_preset_is_chosen_and_a_setting_gone_to(app: MnistApp, config: Config) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await choose(pilot, "preset: lenet-5")
        await until(pilot, lambda: app.deck.current == CONFIGURE)
        pane = app.deck.pane(CONFIGURE)
        assert isinstance(pane, ConfigurePane)
        await until(pilot, lambda: pane.draft.base == "lenet-5")
        assert pane.draft.config == with_source(find("lenet-5").config, config)
        await pilot.press("u")
        assert pane.draft.config == config
        await pilot.press("3")
        await choose(pilot, "(training.batch_size)")
        await until(pilot, lambda: app.deck.current == CONFIGURE)
        await until(pilot, lambda: app.query_one(FieldList).selected == "training.batch_size")
        await until(pilot, lambda: "Images a step" in app.query_one(ConfigFoot).texts["help"])


async def test_a_run_is_opened_by_its_name(
    app: MnistApp, config: Config, runs_dir: Path, few_images: Path
) -> None:
    older, *_ = (
        write_full_run(runs_dir, config, few_images, name=name) for name in ("[red]older", "a[/]", "newer")
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        await choose(pilot, "run: [red]older")
        await until(pilot, lambda: app.session.run is not None and app.session.run.path == older.path)
        await until(pilot, lambda: app.deck.current == TRAIN)


async def test_brackets_in_a_name_are_brackets(app: MnistApp, config: Config, runs_dir: Path) -> None:
    names = ("[red]older", "a[/]", "newer")
    runs = [write_run(runs_dir, config, epochs(1), name=name) for name in names]
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await open_palette(pilot, "run: ")
        await until(pilot, lambda: prompts(pilot, "Run: "))
        expected = [f"Run: {name} ({run.path.name})" for name, run in zip(names, runs, strict=True)]
        assert sorted(prompts(pilot, "Run: ")) == sorted(expected)


async def test_the_runs_are_read_once_for_all_that_is_typed(
    app: MnistApp, config: Config, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [write_run(runs_dir, config, epochs(1), name=name) for name in ("older", "newer")]
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        read: list[Path] = []

        def record(self: RunDirectory) -> RunRecord:
            read.append(self.path)
            return original(self)

        original = RunDirectory.record
        monkeypatch.setattr(RunDirectory, "record", record)
        await pilot.press("colon", *"older")
        await until(pilot, lambda: prompts(pilot, "Run: older"))
        assert sorted(read) == sorted(run.path for run in runs)


async def test_in_too_small_a_terminal_it_does_not_open(app: MnistApp) -> None:
    async with app.run_test(size=(50, 15)) as pilot:
        await ready(pilot)
        await pilot.press("colon")
        assert isinstance(app.screen, TooSmallScreen)


async def test_before_the_panes_are_there_it_says_so(app: MnistApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async def begin_never(_: MnistApp) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(MnistApp, "_begin", begin_never)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(pilot, "train: loss on a logarithmic axis")
        await until(pilot, lambda: app.query_one(KeyLine).sentence)
        assert app.query_one(KeyLine).sentence == "Train is not there yet: the app is starting"


async def test_it_does_not_open_over_a_screen_that_hides_the_panes(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        health = HealthScreen(app.session, app.display_mode)
        await app.push_screen(health)
        await pilot.press("ctrl+p", "colon")
        assert app.screen is health
        await pilot.press("escape", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("ctrl+p", "colon")
        assert isinstance(app.screen, HelpScreen)
