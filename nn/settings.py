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

from nn.config import Config

Json = Any  # what TOML and JSON hold: dict, list, str, int, float, bool


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
    """A struct as plain dicts and lists, ready for TOML or JSON."""
    return cast(dict[str, Json], msgspec.to_builtins(config))


def from_builtins(values: Json) -> Config:
    """Convert plain values to a config; raise `ConfigError` for the first that is not allowed."""
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(_sentence(str(error), values)) from None


def from_toml(text: str, name: str = "the config") -> Config:
    """Read a config from TOML; `name` is what an error calls the text."""
    try:
        return from_builtins(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not TOML: {error}") from None
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None


def to_toml(config: Config) -> str:
    """The complete config, every default written out."""
    return tomli_w.dumps(to_builtins(config))


def parse_setting(text: str) -> tuple[str, Json]:
    """Split `key=value`; the value is TOML where it reads as TOML, otherwise a string."""
    key, separator, value = text.partition("=")
    if not separator or not key.strip():
        raise ConfigError(f"--set takes KEY=VALUE, such as training.epochs=3, not {text!r}")
    return key.strip(), parse_value(value.strip())


def parse_value(text: str) -> Json:
    """A TOML value (`3`, `0.1`, `true`, `{ type = "sgd" }`), or else the text itself."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return parsed["value"] if set(parsed) == {"value"} else text


def with_settings(config: Config, settings: Mapping[str, Json]) -> Config:
    """The config with dotted keys replaced; a new `type` keeps the fields that both types share."""
    values = to_builtins(config)
    for key, value in settings.items():
        _assign(values, key, value)
    return from_builtins(values)


def settings(config: Config) -> Iterator[Setting]:
    """Every scalar field of a config, in the order in which the config has them."""
    yield from _walk("", to_builtins(config), inspect.type_info(Config))


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
        pairs = ", ".join(
            f"{key} = {to_inline_toml(item)}" for key, item in cast(dict[str, Json], value).items()
        )
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return "[" + ", ".join(to_inline_toml(item) for item in cast(list[Json], value)) + "]"
    return tomli_w.dumps({"value": value}).partition("=")[2].strip()


def _assign(values: Json, key: str, value: Json) -> None:
    """Put `value` at a dotted key, in place."""
    parts = key.split(".")
    holder = values
    for position, part in enumerate(parts[:-1]):
        holder = _descend(holder, part, ".".join(parts[: position + 1]))
    last = parts[-1]
    if isinstance(holder, list):
        holder = cast(list[Json], holder)
        holder[_index(holder, last, key)] = value
    elif not isinstance(holder, dict):
        raise ConfigError(f"{key}: no such setting; {'.'.join(parts[:-1])} is a single value")
    elif last == "type" and isinstance(value, str):
        _retype(cast(dict[str, Json], holder), value)
    else:
        holder[last] = value


def _descend(holder: Json, part: str, key: str) -> Json:
    if isinstance(holder, list):
        holder = cast(list[Json], holder)
        return holder[_index(holder, part, key)]
    if isinstance(holder, dict) and part in holder:
        return cast(dict[str, Json], holder)[part]
    allowed = ", ".join(sorted(cast(dict[str, Json], holder))) if isinstance(holder, dict) else "no keys"
    raise ConfigError(f"{key}: no such setting; allowed here: {allowed}")


def _index(holder: list[Json], part: str, key: str) -> int:
    if not part.isdecimal() or int(part) >= len(holder):
        raise ConfigError(f"{key}: no such element; allowed: 0 to {len(holder) - 1}")
    return int(part)


def _retype(values: dict[str, Json], tag: str) -> None:
    """Change a tagged value's type and keep only the fields that the new type has too."""
    for struct in _tagged_structs():
        if struct.tag == tag:
            names = {field.name for field in struct.fields}
            for name in [name for name in values if name not in names]:
                del values[name]
    values["type"] = tag


def _tagged_structs() -> Iterator[inspect.StructType]:
    pending: list[inspect.Type] = [inspect.type_info(Config)]
    while pending:
        node = _plain(pending.pop())
        if isinstance(node, inspect.StructType):
            if node.tag is not None:
                yield node
            pending.extend(field.type for field in node.fields)
        elif isinstance(node, inspect.UnionType):
            pending.extend(node.types)
        elif isinstance(node, inspect.VarTupleType):
            pending.append(node.item_type)


def _walk(prefix: str, value: Json, node: inspect.Type, help_text: str = "") -> Iterator[Setting]:
    if isinstance(node, inspect.Metadata):
        schema = node.extra_json_schema or {}
        yield from _walk(prefix, value, node.type, str(schema.get("description", help_text)))
    elif isinstance(node, inspect.VarTupleType):
        for position, item in enumerate(value):
            yield from _walk(f"{prefix}.{position}", item, node.item_type)
    elif isinstance(node, inspect.UnionType):
        struct = _member(node, value)
        tags = tuple(_tags(node))
        yield Setting(f"{prefix}.type", value["type"], ", ".join(tags), str(struct.cls.__doc__), tags)
        yield from _walk(prefix, value, struct)
    elif isinstance(node, inspect.StructType):
        for field in node.fields:
            yield from _walk(f"{prefix}.{field.name}".lstrip("."), value[field.name], field.type)
    else:
        yield Setting(prefix, value, describe(node), help_text, _choices(node))


def _choices(node: inspect.Type) -> tuple[str, ...]:
    if isinstance(node, inspect.LiteralType):
        return tuple(str(value) for value in node.values)
    return ("true", "false") if isinstance(node, inspect.BoolType) else ()


def describe(node: inspect.Type) -> str:
    """What a type allows, in words: `a whole number from 1 to 65536`."""
    node = _plain(node)
    match node:
        case inspect.IntType():
            return "a whole number" + _range(node)
        case inspect.FloatType():
            return "a number" + _range(node)
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType():
            return "text"
        case inspect.LiteralType():
            return ", ".join(str(value) for value in node.values)
        case inspect.UnionType():
            return "a table with type = " + " or ".join(_tags(node))
        case inspect.StructType():
            return "a table with " + ", ".join(field.name for field in node.fields)
        case inspect.VarTupleType():
            return f"a list of {node.min_length} to {node.max_length} tables"
        case _:
            return type(node).__name__


def _range(node: inspect.IntType | inspect.FloatType) -> str:
    low = f"from {node.ge:g}" if node.ge is not None else f"above {node.gt:g}" if node.gt is not None else ""
    high = (
        f"to {_number(node.le)}"
        if node.le is not None
        else f"below {node.lt:g}"
        if node.lt is not None
        else ""
    )
    return "".join(f" {part}" for part in (low, high) if part)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def _plain(node: inspect.Type) -> inspect.Type:
    return _plain(node.type) if isinstance(node, inspect.Metadata) else node


def _tags(node: inspect.UnionType) -> list[str]:
    return [str(member.tag) for member in node.types if isinstance(member, inspect.StructType)]


def _member(node: inspect.UnionType, value: Json) -> inspect.StructType:
    for member in node.types:
        if (
            isinstance(member, inspect.StructType)
            and isinstance(value, dict)
            and member.tag == value.get("type")
        ):
            return member
    raise LookupError(f"no member of {node} fits")


def _sentence(message: str, values: Json) -> str:
    """Rewrite msgspec's message: the dotted key, the value found there, and what is allowed."""
    path = re.search(r" - at `\$\.?(.*)`$", message)
    parts = [part for part in re.split(r"[.\[\]]+", path.group(1)) if part] if path else []
    key = ".".join(parts)
    if unknown := re.match(r"Object contains unknown field `(.*?)`", message):
        names = ", ".join(field for field in _fields(parts, values))
        return f"{'.'.join([*parts, unknown.group(1)])}: no such setting; allowed here: {names}"
    if missing := re.match(r"Object missing required field `(.*?)`", message):
        parts = [*parts, missing.group(1)]
        return f"{'.'.join(parts)} is missing; allowed: {_allowed(parts, values)}"
    return f"{key or 'the config'} is {_shown(_value(parts, values))}; allowed: {_allowed(parts, values)}"


def _shown(value: Json) -> str:
    text = to_inline_toml(value) if isinstance(value, str | int | float | bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _value(parts: list[str], values: Json) -> Json:
    for part in parts:
        values = values[int(part)] if isinstance(values, list) else values[part]
    return values


def _node(parts: list[str], values: Json) -> inspect.Type:
    """The type at a path; unions are resolved by the value's own tag."""
    node = _plain(inspect.type_info(Config))
    for part in parts:
        if isinstance(node, inspect.UnionType):
            if part == "type":
                return inspect.LiteralType(tuple(_tags(node)))
            node = _member(node, values)
        if isinstance(node, inspect.StructType):
            node = _plain(next(field.type for field in node.fields if field.name == part))
            values = values.get(part)
        elif isinstance(node, inspect.VarTupleType):
            node = _plain(node.item_type)
            values = values[int(part)]
    return node


def _allowed(parts: list[str], values: Json) -> str:
    return describe(_node(parts, values))


def _fields(parts: list[str], values: Json) -> list[str]:
    node = _node(parts, values)
    if isinstance(node, inspect.UnionType):
        node = _member(node, _value(parts, values))
    return [field.name for field in node.fields] if isinstance(node, inspect.StructType) else []
