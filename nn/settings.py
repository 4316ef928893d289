"""A config as text: TOML files, dotted keys such as `training.optimizer.learning_rate`, what each allows.

Every mistake becomes one `ConfigError` whose sentence names the key, the value and what is allowed.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec
import tomli_w
from msgspec import inspect

from nn import schema
from nn.config import Config, conflict
from nn.schema import Json

LONGEST_SHOWN = 60


class ConfigError(ValueError):
    """A config that cannot be: one sentence naming the key, the value and what is allowed."""


class Setting(msgspec.Struct, frozen=True):
    """One field of a config: its dotted key, its value, what it allows and the sentence that explains it."""

    key: str
    value: Json
    allowed: str
    help: str
    choices: tuple[str, ...]


def to_builtins(config: msgspec.Struct) -> dict[str, Json]:
    """A struct as plain dicts and lists (tuples would pass for single values), ready for TOML or JSON."""
    return cast(dict[str, Json], msgspec.json.decode(msgspec.json.encode(config)))


def from_builtins(values: Json) -> Config:
    """Convert plain values to a config; raise `ConfigError` for the first that is not allowed."""
    return _convert(values, Config())


def from_toml(text: str, name: str = "the config") -> Config:
    """Read a config from TOML; `name` is what an error calls the text."""
    try:
        return from_builtins(_parse_toml(text))
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None


def to_toml(config: Config) -> str:
    """The complete config, every default written out."""
    return tomli_w.dumps(to_builtins(config))


def parse_setting(text: str) -> tuple[str, Json]:
    """Split `key=value`; the value is TOML where it reads as TOML, otherwise a string."""
    key, separator, value = text.partition("=")
    if not separator or not key.strip():
        raise ConfigError(f"--set takes KEY=VALUE, such as training.epochs=3, not {_shown(text)}")
    return key.strip(), parse_value(value.strip())


def parse_value(text: str) -> Json:
    """A TOML value (`3`, `0.1`, `true`, `{ type = "sgd" }`), or else the text itself."""
    try:
        parsed = _parse_toml(f"value = {text}")
    except ConfigError:
        return text
    return parsed["value"] if set(parsed) == {"value"} else text


def with_settings(config: Config, settings: Mapping[str, Json]) -> Config:
    """The config with dotted keys replaced; a new `type` keeps the fields that both types share."""
    values = to_builtins(config)
    for key, value in settings.items():
        _assign(values, key, value, config)
    return _convert(values, config)


def settings(config: Config) -> Iterator[Setting]:
    """Every scalar field of a config, in the order in which the config has them."""
    yield from _walk("", to_builtins(config), schema.root())


def differences(config: Config, base: Config) -> dict[str, Json]:
    """The dotted keys (lists and tagged values whole) whose values differ between `config` and `base`."""
    found: dict[str, Json] = {}

    def compare(prefix: str, ours: dict[str, Json], theirs: dict[str, Json]) -> None:
        for name, value in ours.items():
            if value == theirs[name]:
                continue
            if isinstance(value, dict) and "type" not in value:
                compare(f"{prefix}{name}.", cast(dict[str, Json], value), theirs[name])
            else:
                found[prefix + name] = value

    compare("", to_builtins(config), to_builtins(base))
    return found


def to_inline_toml(value: Json) -> str:
    """A value in TOML on one line, as `--set` takes it."""
    if isinstance(value, dict):
        table = cast(dict[str, Json], value)
        return "{ " + ", ".join(f"{key} = {to_inline_toml(item)}" for key, item in table.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(to_inline_toml(item) for item in cast(list[Json], value)) + "]"
    return tomli_w.dumps({"value": value}).partition("=")[2].strip()


def _convert(values: Json, known: Config) -> Config:
    """`from_builtins`; for a setting that is none, `known` has those that can be meant."""
    try:
        config = msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(_sentence(str(error), values, known)) from None
    if sentence := conflict(config):
        raise ConfigError(sentence)
    return config


def _parse_toml(text: str) -> dict[str, Json]:
    """Parse TOML; a syntax error, a number of 5,000 digits, brackets nested 1,000 deep: all `ConfigError`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {_printable(str(error))}") from None
    except (ValueError, RecursionError):
        raise ConfigError(
            "not TOML that can be read: a number is too long or brackets nest too deep"
        ) from None


def _assign(values: Json, key: str, value: Json, known: Config) -> None:
    """Put `value` at a dotted key, in place; where there is none, `known` has those that can be meant."""
    parts = key.split(".")
    if not all(parts):
        raise ConfigError(f"{_shown(key)} is no setting; allowed: dotted names, such as training.epochs")
    holder = values
    for position in range(len(parts) - 1):
        holder = _descend(holder, parts, position, known)
    last = parts[-1]
    if isinstance(holder, list):
        holder = cast(list[Json], holder)
        holder[_index(holder, parts[:-1], last)] = value
    elif not isinstance(holder, dict):
        raise _single_value(parts[:-1], last)
    elif last == "type" and isinstance(value, str):
        _retype(cast(dict[str, Json], holder), value)
    else:
        holder[last] = value


def _descend(holder: Json, parts: list[str], position: int, known: Config) -> Json:
    above, part = parts[:position], parts[position]
    if isinstance(holder, list):
        holder = cast(list[Json], holder)
        return holder[_index(holder, above, part)]
    if not isinstance(holder, dict):
        raise _single_value(above, part)
    table = cast(dict[str, Json], holder)
    if part not in table:
        raise ConfigError(_no_such_setting([*above, part], ", ".join(table), ".".join(parts), known))
    return table[part]


def _index(holder: list[Json], above: list[str], part: str) -> int:
    if not (part.isascii() and part.isdecimal() and len(part) < 10 and int(part) < len(holder)):
        places = f"0 to {len(holder) - 1}" if holder else "none, the list is empty"
        raise ConfigError(f"{_key([*above, part])}: no such element; allowed: {places}")
    return int(part)


def _single_value(above: list[str], part: str) -> ConfigError:
    return ConfigError(f"{_key([*above, part])}: no such setting; {_key(above)} is a single value")


def _no_such_setting(parts: list[str], allowed: str, typed: str, known: Config) -> str:
    """The sentence, with the setting of `known` that is meant where only the end of its key was typed."""
    whole = (setting.key for setting in settings(known) if setting.key.endswith(f".{typed}"))
    meant = next((f"did you mean {other}? " for other in whole), "")
    return f"{_key(parts)}: no such setting; {meant}allowed here: {allowed}"


def _retype(values: dict[str, Json], tag: str) -> None:
    """Change a tagged value's type and keep only the fields that the new type has too."""
    for struct in schema.tagged_structs():
        if struct.tag == tag:
            names = {field.name for field in struct.fields}
            for name in [name for name in values if name not in names]:
                del values[name]
    values["type"] = tag


def _walk(key: str, value: Json, node: inspect.Type) -> Iterator[Setting]:
    match schema.plain(node):
        case inspect.VarTupleType() as items:
            for position, item in enumerate(value):
                yield from _walk(f"{key}.{position}", item, items.item_type)
        case inspect.UnionType() as union:
            struct, tags = schema.member(union, value), schema.tags(union)
            yield Setting(f"{key}.type", value["type"], ", ".join(tags), str(struct.cls.__doc__), tags)
            yield from _walk(key, value, struct)
        case inspect.StructType() as struct:
            for field in struct.fields:
                yield from _walk(f"{key}.{field.name}".lstrip("."), value[field.name], field.type)
        case _:
            yield Setting(key, value, schema.describe(node), schema.help_of(node), schema.choices(node))


def _sentence(message: str, values: Json, known: Config) -> str:
    """Rewrite msgspec's message: the dotted key, the value found there, and what is allowed."""
    path = re.search(r" - at `\$\.?([^`]*)`$", message)
    parts = [part for part in re.split(r"[.\[\]]+", path.group(1)) if part] if path else []
    if unknown := re.match(r"Object contains unknown field `(.*?)`(?: - at `[^`]*`)?$", message, re.DOTALL):
        allowed = ", ".join(schema.fields_at(parts, values))
        parts = [*parts, unknown.group(1)]
        return _no_such_setting(parts, allowed, ".".join(parts), known)
    if missing := re.match(r"Object missing required field `(.*?)`", message):
        parts = [*parts, missing.group(1)]
        return f"{_key(parts)} is missing; allowed: {schema.describe(schema.type_at(parts, values))}"
    allowed = schema.describe(schema.type_at(parts, values))
    return f"{_key(parts) or 'the config'} is {_shown(schema.value_at(parts, values))}; allowed: {allowed}"


def _key(parts: list[str]) -> str:
    return _cut(_printable(".".join(parts)))


def _shown(value: Any) -> str:
    """A value as a person would write it, on one line and cut where it is long."""
    try:
        return _cut(_printable(to_inline_toml(value)))
    except (TypeError, ValueError, RecursionError):
        return _cut(_printable(repr(value)))


def _printable(text: str) -> str:
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
