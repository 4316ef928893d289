"""The palette offers every command of the table, and does what it offers."""

from pathlib import Path

from scripted import ScriptedTrainer, app_on, ready, screen_text, until
from textual.command import CommandPalette, DiscoveryHit, Hit
from textual.widgets import Input, OptionList

from nn.config import Config
from tui.commands import COMMANDS, ERRORS, TRAIN
from tui.palette import TableProvider, title
from tui.panes.train import TrainPane
from tui.widgets.key_line import KeyLine


async def test_it_lists_every_command_with_the_words_of_the_table(config: Config, runs_dir: Path) -> None:
    app = app_on(runs_dir, config)
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


async def test_a_command_of_another_pane_goes_there_first(
    config: Config, runs_dir: Path, trainers: list[ScriptedTrainer]
) -> None:
    app = app_on(runs_dir, config)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("3", "colon")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        app.screen.query_one(Input).value = "logarithmic"
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, CommandPalette))
        await until(pilot, lambda: app.deck.current == TRAIN)
        train = app.deck.pane(TRAIN)
        assert isinstance(train, TrainPane)
        await until(pilot, lambda: train.view.log)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        app.screen.query_one(Input).value = "save and stop the run;"
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.query_one(KeyLine).sentence)
        assert app.query_one(KeyLine).sentence == "no run is training; space starts one"


async def test_it_opens_once_and_esc_leaves_it(config: Config, runs_dir: Path) -> None:
    app = app_on(runs_dir, config)
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
