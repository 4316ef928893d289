"""A config as the shortest command line that trains it: a preset or the defaults, and what differs.

Whatever is shortened is tried first: a line is only given out where it leads back to the same config.
"""

import shlex

from nn.config import Config
from nn.presets import PRESETS
from nn.schema import Json
from nn.settings import (
    ConfigError,
    differences,
    parse_value,
    settings,
    to_builtins,
    to_inline_toml,
    with_settings,
)


def command_line(config: Config, preset: str | None = None) -> str:
    """`mnist-tui train --preset NAME --set ...` for a shell, on one line; of equally short ones `preset`."""
    lines = [_words(config, found.name, found.config) for found in PRESETS]
    lines.append(_words(config, None, Config()))
    best = min(lines, key=lambda words: (len(shlex.join(words)), words[2:4] != ["--preset", preset]))
    exact = next((words for words in lines if len(words) == 4 and words[2] == "--preset"), None)
    return shlex.join(exact or best)


def assignments(config: Config, base: Config) -> list[str]:
    """What `--set` must be given, one after the other, to make `config` of `base`."""
    found: list[str] = []
    for key, value in differences(config, base).items():
        whole = [f"{key}={_text(value)}"]
        parts = _field_by_field(config, base, key)
        found += whole if parts is None or len(shlex.join(parts)) >= len(shlex.join(whole)) else parts
    return found


def _words(config: Config, name: str | None, base: Config) -> list[str]:
    words = ["mnist-tui", "train", *(["--preset", name] if name else [])]
    for assignment in assignments(config, base):
        words += ["--set", assignment]
    return words


def _field_by_field(config: Config, base: Config, key: str) -> list[str] | None:
    """The fields under `key` that differ, one by one; None where that does not lead to the whole value."""
    found: list[str] = []
    current, values = base, _values(base)
    try:
        for setting in settings(config):
            if setting.key.startswith(f"{key}.") and setting.value != values.get(setting.key):
                found.append(f"{setting.key}={_text(setting.value)}")
                current = with_settings(current, {setting.key: setting.value})
                values = _values(current)
    except ConfigError:  # more layers than the base has, or of a type that needs more than its name
        return None
    return found if _whole(current, key) == _whole(config, key) else None


def _values(config: Config) -> dict[str, Json]:
    return {setting.key: setting.value for setting in settings(config)}


def _whole(config: Config, key: str) -> Json:
    value: Json = to_builtins(config)
    for part in key.split("."):
        value = value[part]
    return value


def _text(value: Json) -> str:
    """A value as `--set` takes it; a text goes without quotes where it is read as the same text."""
    bare = isinstance(value, str) and value == value.strip() and parse_value(value) == value
    return str(value) if bare else to_inline_toml(value)
