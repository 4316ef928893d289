"""What the command line writes: plain text for people, one JSON object a line for programs.

Names and paths are cleaned before they are shown: a run called by an escape sequence is harmless.
"""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def clean(text: object) -> str:
    """A text on one line, with every control character replaced: line breaks by a space, others by `?`."""
    return "".join(
        character if character.isprintable() else " " if character.isspace() else "?"
        for character in str(text).strip()
    )


def say(text: str = "") -> None:
    """One line to standard output, where the result goes."""
    sys.stdout.write(f"{text}\n")


def remark(text: str) -> None:
    """One line to standard error, where everything beside the result goes."""
    sys.stderr.write(f"{clean(text)}\n")


def emit(value: dict[str, Any]) -> None:
    """One JSON object on one line of standard output, at once; a number that is not finite becomes null."""
    sys.stdout.write(json.dumps(_finite(value), allow_nan=False) + "\n")
    sys.stdout.flush()


def columns(rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> list[str]:
    """Rows as lines, each column as wide as its widest entry; those in `right` are aligned to the right."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    to_right = set(right)
    return [
        "  ".join(
            entry.rjust(width) if position in to_right else entry.ljust(width)
            for position, (entry, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
