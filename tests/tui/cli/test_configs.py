"""A config from a file or a preset, then --data, then --set in their order; each mistake names itself."""

import os
from pathlib import Path

import pytest

from nn.config import Config, DenseConfig, SGDConfig
from nn.settings import ConfigError, to_toml
from tui.cli.arguments import parse
from tui.cli.configs import name_of, resolve
from tui.cli.errors import UsageError


def test_without_a_word_it_is_first_minute() -> None:
    arguments = parse(["train"])
    assert resolve(arguments) == Config()
    assert name_of(arguments) == "first-minute"


def test_a_preset_gives_its_name() -> None:
    arguments = parse(["train", "--preset", "classic-sigmoid"])
    assert resolve(arguments).training.loss == "mse"
    assert name_of(arguments) == "classic-sigmoid"


def test_a_file_gives_its_stem(tmp_path: Path) -> None:
    path = tmp_path / "lun\x1bch.toml"
    path.write_text("seed = 3\n")
    arguments = parse(["train", str(path)])
    assert resolve(arguments).seed == 3
    assert name_of(arguments) == "lun?ch"
    assert name_of(parse(["train", str(path), "--name", "soup"])) == "soup"


def test_a_written_config_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(to_toml(Config(seed=9)))
    assert resolve(parse(["train", str(path)])) == Config(seed=9)


def test_settings_apply_in_their_order() -> None:
    given = "training.epochs=3 training.optimizer.type=sgd training.optimizer.learning_rate=0.1"
    settings = [*given.split(), "training.epochs=4", "network.layers.0.units=64"]
    config = resolve(parse(["train", *(word for text in settings for word in ("--set", text))]))
    assert config.training.epochs == 4
    assert config.training.optimizer == SGDConfig(learning_rate=0.1)
    assert config.network.layers[0] == DenseConfig(units=64, activation="relu")


def test_a_data_folder_is_made_absolute_and_set_comes_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    assert resolve(parse(["train", "--data", "mine"])).data.source == str(tmp_path / "mine")
    both = parse(["train", "--set", "data.source=mnist", "--data", "synthetic"])
    assert resolve(both).data.source == "mnist"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.toml"], "nowhere.toml: no such file"),
        (["."], "this is a folder"),
        (["--preset", "lunch"], "preset 'lunch' does not exist"),
        (["--set", "trainig.epochs=3"], "trainig"),
        (["--set", "training.epochs=-1"], "training.epochs is -1; allowed: a whole number from 0"),
        (["--set", "training.epochs"], "KEY=VALUE"),
        (["--set", "network.layers.1.units=5"], "gives 5 outputs"),
        (["--set", "network.layers.7.units=5"], "no such element"),
        (["--data", ""], "no folder"),
        (["--data", "nowhere"], "'nowhere', which is no folder"),
        (["--data", "a\x00b"], "no folder"),
    ],
)
def test_a_mistake_names_itself(arguments: list[str], words: str) -> None:
    with pytest.raises((ConfigError, UsageError)) as raised:
        resolve(parse(["train", *arguments]))
    assert words in str(raised.value)


def test_a_file_and_a_preset_exclude_each_other() -> None:
    with pytest.raises(UsageError, match=r"a\.toml and --preset first-minute"):
        resolve(parse(["train", "a.toml", "--preset", "first-minute"]))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = [", b"seed = 'x'"])
def test_a_file_that_is_no_config_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"bad\.toml"):
        resolve(parse(["train", str(path)]))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="no regular file"):
        resolve(parse(["train", str(tmp_path / "pipe")]))
