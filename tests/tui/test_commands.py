"""The table of keys against the panes and the app that must carry out what it promises."""

from pathlib import Path

import pytest
from piloted_app import app_on
from textual.actions import parse
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import _character_to_key

from nn.config import Config
from tui.app import MnistApp
from tui.commands import APP, COMMANDS, DRAW, PANE_NAMES, Command, of_pane
from tui.loading import Loader
from tui.panes import create
from tui.session import Session
from tui.steering import Steering
from tui.terminal.display import Display

SOMEBODY_ELSES = {"ctrl+s", "ctrl+q", "ctrl+z", "ctrl+b", "ctrl+a"}


def keys_of(commands: tuple[Command, ...]) -> list[str]:
    return [key for command in commands for key in command.keys.split(",")]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command.pane}:{command.shown}")
def test_every_command_is_carried_out_by_its_pane_or_the_app(
    command: Command, config: Config, runs_dir: Path
) -> None:
    namespace, name, _ = parse(command.action)
    session = Session(config, None, runs_dir)
    is_apps = command.pane == APP or namespace == "app"
    owner: object = MnistApp if is_apps else create(command.pane, session, Display())
    assert callable(getattr(owner, f"action_{name}", None))


def test_what_keys_ask_of_the_run_is_what_steering_does(config: Config, runs_dir: Path) -> None:
    def nothing() -> None:
        pass

    session = Session(config, None, runs_dir)
    steering = Steering(session, Loader(session, nothing), nothing, nothing)
    actions = [parse(command.action) for command in COMMANDS]
    assert {arguments[0] for _, name, arguments in actions if name == "steer"} == set(steering.by_key)


@pytest.mark.parametrize("pane", PANE_NAMES)
def test_no_two_commands_of_a_pane_share_a_key(pane: int) -> None:
    # Space while its pad has the focus; S because who means to save would stop the run.
    owned = {"space", "S"} if pane == DRAW else set[str]()
    keys = [key for key in keys_of(of_pane(APP)) if key not in owned] + keys_of(of_pane(pane))
    assert len(keys) == len(set(keys))


def test_no_command_needs_a_key_that_is_somebody_elses() -> None:
    assert SOMEBODY_ELSES.isdisjoint(keys_of(COMMANDS))


def test_a_sign_is_what_textual_calls_by_the_key() -> None:
    signs = {command.shown: command.keys.split(",")[0] for command in COMMANDS if len(command.shown) == 1}
    assert len(signs) > 20
    assert {sign: _character_to_key(sign) for sign in signs} == signs


def test_commands_have_words_and_panes_that_exist() -> None:
    for command in COMMANDS:
        assert command.pane in {APP, *PANE_NAMES}
        assert command.words
        assert command.words[0].isupper()
        assert not command.words.endswith(".")
    footer = [command.short for command in of_pane(APP) if command.short]
    assert footer[-2:] == ["help", "quit"]  # the key line keeps these two always


def test_bindings_come_from_the_table(config: Config, runs_dir: Path) -> None:
    app = app_on(runs_dir, config)
    for command in of_pane(APP):
        for key in command.keys.split(","):
            assert command.words in [found.description for found in bound(app, key)]
    session = Session(config, None, runs_dir)
    for number in PANE_NAMES:
        pane = create(number, session, Display())
        for command in of_pane(number):
            for key in command.keys.split(","):
                assert [found.action for found in bound(pane, key)] == [command.action]


def bound(node: DOMNode, key: str) -> list[Binding]:
    return node._bindings.key_to_bindings.get(key, [])
