"""What the config's types say of themselves: which fields there are, what each allows, what it is for.

The types of `nn.config` are the only source: a range written there is checked, shown and named in errors.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import msgspec
from msgspec import inspect

from nn.config import Config

Json = Any  # what TOML and JSON hold: dict, list, str, int, float, bool


@cache  # 0.6 ms, and every list of settings begins here
def root() -> inspect.Type:
    """The type of a whole config."""
    return inspect.type_info(Config)


def plain(node: inspect.Type) -> inspect.Type:
    """The type without the description around it."""
    return plain(node.type) if isinstance(node, inspect.Metadata) else node


def help_of(node: inspect.Type) -> str:
    """The sentence that explains a field; empty where the type has none."""
    if not isinstance(node, inspect.Metadata):
        return ""
    written = cast(dict[str, object] | None, msgspec.structs.asdict(node)["extra_json_schema"])
    return str((written or {}).get("description", "")) or help_of(node.type)


def tags(node: inspect.UnionType) -> tuple[str, ...]:
    """The names that a tagged union's `type` may have."""
    return tuple(str(member.tag) for member in node.types if isinstance(member, inspect.StructType))


def member(node: inspect.UnionType, value: Json) -> inspect.StructType:
    """The struct of a tagged union that the value's own `type` names."""
    for struct in node.types:
        if isinstance(struct, inspect.StructType) and struct.tag == value["type"]:
            return struct
    raise LookupError(f"no type of the union is called {value['type']!r}")


def tagged_structs() -> Iterator[inspect.StructType]:
    """Every struct in a config that a `type` chooses: layers, optimizers, schedules."""
    pending = [root()]
    while pending:
        node = plain(pending.pop())
        if isinstance(node, inspect.StructType):
            if node.tag is not None:
                yield node
            pending.extend(field.type for field in node.fields)
        elif isinstance(node, inspect.UnionType):
            pending.extend(node.types)
        elif isinstance(node, inspect.VarTupleType):
            pending.append(node.item_type)


def value_at(parts: list[str], values: Json) -> Json:
    """The value at a path of keys and indices."""
    for part in parts:
        values = cast(Json, values[int(part)] if isinstance(values, list) else values[part])
    return values


def type_at(parts: list[str], values: Json) -> inspect.Type:
    """The type at a path of keys and indices; unions are resolved by the values' own `type`."""
    node = plain(root())
    for part in parts:
        if isinstance(node, inspect.UnionType):
            if part == "type":
                return inspect.LiteralType(tags(node))
            node = member(node, values)
        if isinstance(node, inspect.VarTupleType):
            node, values = plain(node.item_type), values[int(part)]
        elif isinstance(node, inspect.StructType):
            node = plain(next(field.type for field in node.fields if field.name == part))
            values = values.get(part)
    return node


def fields_at(parts: list[str], values: Json) -> tuple[str, ...]:
    """The names of the fields that the table at a path may have, its `type` included."""
    node = type_at(parts, values)
    if isinstance(node, inspect.UnionType):
        return ("type", *(field.name for field in member(node, value_at(parts, values)).fields))
    return tuple(field.name for field in node.fields) if isinstance(node, inspect.StructType) else ()


def describe(node: inspect.Type) -> str:
    """What a type allows, in words: `a whole number from 1 to 65536`."""
    match plain(node):
        case inspect.IntType() as number:
            return "a whole number" + _range(number)
        case inspect.FloatType() as number:
            return "a number" + _range(number)
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType() as text:
            return "text, not empty" if text.min_length else "text"
        case inspect.LiteralType() as literal:
            return ", ".join(str(value) for value in literal.values)
        case inspect.UnionType() as union:
            return "a table with type = " + " or ".join(tags(union))
        case inspect.StructType() as struct:
            return "a table with " + ", ".join(field.name for field in struct.fields)
        case inspect.VarTupleType() as items:
            return f"a list of {items.min_length} to {items.max_length} tables"
        case other:
            raise TypeError(f"a config has no field of type {other}")


def choices(node: inspect.Type) -> tuple[str, ...]:
    """The values to choose from; none where any number or text in a range will do."""
    match plain(node):
        case inspect.LiteralType() as literal:
            return tuple(str(value) for value in literal.values)
        case inspect.BoolType():
            return ("true", "false")
        case _:
            return ()


def _range(node: inspect.IntType | inspect.FloatType) -> str:
    limits = (("from", node.ge), ("above", node.gt), ("to", node.le), ("to below", node.lt))
    return "".join(f" {word} {_number(limit)}" for word, limit in limits if limit is not None)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 2**63 else f"{value:g}"
