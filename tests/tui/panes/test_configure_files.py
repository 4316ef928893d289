"""Configure writes and reads TOML files, and copies the line that trains its config."""

import shlex
from pathlib import Path

import pytest
from configure_host import UNITS, Host

from nn.presets import find
from nn.settings import from_toml, parse_setting, to_toml, with_settings
from tui.screens.one_line import OneLineScreen
from tui.widgets.field_list import FieldList

WIDE, NARROW = (40, 34), (80, 21)


async def test_the_copied_line_leads_back_to_the_config(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select(UNITS)
        await pilot.press("right", "c")
        assert isinstance(configure.screen, OneLineScreen)
        line = configure.screen.line
        assert configure.clipboard == line
        assert line == "mnist-tui train --preset first-minute --set network.layers.0.units=256"
        words = shlex.split(line)[4:]
        settings = dict(parse_setting(word) for word in words if word != "--set")
        assert with_settings(find("first-minute").config, settings) == configure.config
        await pilot.press("escape")
        assert isinstance(configure.focused, FieldList)


async def test_saves_as_toml_and_asks_before_it_replaces(configure: Host, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    async with configure.run_test(size=NARROW) as pilot:
        configure.select("seed")
        await pilot.press("right", "w", "ctrl+u", *str(path), "enter")
        assert from_toml(path.read_text()) == configure.config
        assert str(path) in configure.sentences[-1].text
        await pilot.press("right", "w", "enter")
        assert "Enter again" in configure.help
        assert from_toml(path.read_text()) != configure.config
        await pilot.press("enter")
        assert from_toml(path.read_text()) == configure.config
        assert isinstance(configure.focused, FieldList)


async def test_opens_toml(configure: Host, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(to_toml(find("classic-sigmoid").config))
    async with configure.run_test(size=NARROW) as pilot:
        await pilot.press("O", "ctrl+u", *str(path), "enter")
        assert configure.edits[-1].preset == "classic-sigmoid"
        assert configure.config == find("classic-sigmoid").config


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "no such file"),
        (b"epochs = [", "not TOML"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"[training]\nepochs = -3\n", "training.epochs is -3; allowed: a whole number from 0"),
        (b"x = 1\n", "x: no such setting"),
        (b"#" * 1_000_001, "more than 1,000,000 bytes"),
    ],
)
async def test_a_bad_file_is_one_sentence_and_changes_nothing(
    configure: Host, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    async with configure.run_test(size=NARROW) as pilot:
        await pilot.press("O", "ctrl+u", *str(path), "enter")
        assert sentence in configure.help
        assert str(path) in configure.help
        assert configure.edits == []
        await pilot.press("escape")
        assert isinstance(configure.focused, FieldList)


@pytest.mark.parametrize("key", ["O", "w"])
async def test_the_home_of_nobody_is_one_sentence(configure: Host, key: str) -> None:
    async with configure.run_test(size=NARROW) as pilot:
        await pilot.press(key, "ctrl+u", *"~nobody-of-that-name/a.toml", "enter")
        assert "this machine knows no home folder ~nobody-of-that-name" in " ".join(configure.help.split())
        await pilot.press("escape")
        assert isinstance(configure.focused, FieldList)
