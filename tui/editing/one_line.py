"""A config as the shortest command line that trains it: a preset or the defaults, and what differs.

Whatever is shortened is tried first: a line is only given out where it leads back to the same config.
"""

import shlex
from collections.abc import Iterator

from nn.config import Config
from nn.presets import PRESETS
from nn.presets.classic import CLASSIC
from nn.presets.good import GOOD
from nn.schema import Json
from nn.settings import (
    ConfigError,
    differences,
    parse_value,
    to_builtins,
    to_inline_toml,
    with_settings,
)


def command_line(config: Config, preset: str | None = None) -> str:
    """`mnist-tui train --preset NAME --set ...` for a shell, on one line.

    From `preset`, where there is one; else the shortest, and from none that is bad on purpose.
    """
    exact = [found for found in PRESETS if found.config == config]
    if bases := exact or [found for found in PRESETS if found.name == preset]:
        return shlex.join(_words(config, bases[0].name, bases[0].config))
    lines = [_words(config, found.name, found.config) for found in (*GOOD, *CLASSIC)]
    return min(map(shlex.join, [*lines, _words(config, None, Config())]), key=len)


def assignments(config: Config, base: Config) -> list[str]:
    """What `--set` must be given, one after the other, to make `config` of `base`."""
    found: list[str] = []
    for key, value in differences(config, base).items():
        whole = f"{key}={_text(value)}"
        found += _field_by_field(config, base, key, len(shlex.quote(whole))) or [whole]
    return found


def _words(config: Config, name: str | None, base: Config) -> list[str]:
    words = ["mnist-tui", "train", *(["--preset", name] if name else [])]
    for assignment in assignments(config, base):
        words += ["--set", assignment]
    return words


def _field_by_field(config: Config, base: Config, key: str, most: int) -> list[str] | None:
    """The fields under `key` that differ, one by one, in less than `most` letters.

    None where that is too long, or does not lead to the whole value.
    """
    found: list[str] = []
    current, values = base, dict(_fields(base, key))
    try:
        for name, value in _fields(config, key):
            if value != values.get(name):
                found.append(f"{name}={_text(value)}")
                if len(shlex.join(found)) >= most:
                    return None
                current = with_settings(current, {name: value})
                values = dict(_fields(current, key))
    except ConfigError:  # more layers than the base has, or of a type that needs more than its name
        return None
    return found if _whole(current, key) == _whole(config, key) else None


def _fields(config: Config, key: str) -> Iterator[tuple[str, Json]]:
    """Every scalar under `key` with its own dotted key, in the config's order."""

    def walk(prefix: str, value: Json) -> Iterator[tuple[str, Json]]:
        if isinstance(value, dict | list):
            for name, part in value.items() if isinstance(value, dict) else enumerate(value):
                yield from walk(f"{prefix}.{name}", part)
        else:
            yield prefix, value

    return walk(key, _whole(config, key))


def _whole(config: Config, key: str) -> Json:
    value: Json = to_builtins(config)
    for part in key.split("."):
        value = value[part]
    return value


def _text(value: Json) -> str:
    """A value as `--set` takes it; a text goes without quotes where it is read as the same text."""
    bare = isinstance(value, str) and value == value.strip() and parse_value(value) == value
    return str(value) if bare else to_inline_toml(value)
