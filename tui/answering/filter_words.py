"""Filters as people type them: `true 4 predicted 9 wrong confidence 0.5-0.9`, and back to the same words.

Each condition is a word of its own, which can be taken away again.
"""

import dataclasses
import re
from collections.abc import Iterator
from typing import NamedTuple

from tui.answering.answers import Filter

ALLOWED = (
    "true 4, predicted 9, right, wrong, confidence 0.5-0.9, new-right, new-wrong, forgotten 1, "
    "raters-disagree"
)
_RANGE = re.compile(r"(\d*\.?\d+|\d+\.)-(\d*\.?\d+|\d+\.)")
_EVERYTHING = Filter()
_Value = bool | int | float

# Words that stand alone: the field that each sets, and to what.
_SINGLE: dict[str, tuple[str, bool]] = {
    "right": ("right", True),
    "wrong": ("right", False),
    "new-right": ("newly", True),
    "new-wrong": ("newly", False),
    "raters-disagree": ("raters_disagree", True),
}


class FilterError(ValueError):
    """Words that are no filter; one sentence says why."""


class Word(NamedTuple):
    """One condition of a filter in words, and the filter without it."""

    text: str
    without: Filter


def parse(text: str) -> Filter:
    """The filter that words ask for; none at all lets everything pass. Raises `FilterError`."""
    words = iter(text.lower().replace(",", " ").split())
    found: dict[str, _Value] = {}
    for word in words:
        part = _part(word, words)
        if part.keys() & found.keys():
            about = {"right": "right or wrong", "newly": "new-right or new-wrong"}
            name = next(iter(part))
            raise FilterError(f"{about.get(name, word)} is there twice: say it once.")
        found |= part
    return dataclasses.replace(_EVERYTHING, **found)


def conditions(chosen: Filter) -> list[Word]:
    """What a filter asks for, word by word; nothing where everything passes."""
    parts: list[tuple[str, tuple[str, ...]]] = [
        (f"{name} {value}", (name,))
        for name, value in (("true", chosen.true), ("predicted", chosen.predicted))
        if value is not None
    ]
    if chosen.right is not None:
        parts.append(("right" if chosen.right else "wrong", ("right",)))
    if chosen.limits_confidence:
        span = f"{_number(chosen.least_confidence)}-{_number(chosen.most_confidence)}"
        parts.append((f"confidence {span}", ("least_confidence", "most_confidence")))
    if chosen.newly is not None:
        parts.append(("new-right" if chosen.newly else "new-wrong", ("newly",)))
    if chosen.forgotten:
        parts.append((f"forgotten {chosen.forgotten}", ("forgotten",)))
    if chosen.raters_disagree:
        parts.append(("raters-disagree", ("raters_disagree",)))
    if chosen.picked is not None:
        parts.append((chosen.picked.words, ("picked",)))
    return [Word(text, _without(chosen, names)) for text, names in parts]


def words(chosen: Filter) -> str:
    """What to type for a filter; empty where everything passes, or where it cannot be typed."""
    return " ".join(word.text for word in conditions(dataclasses.replace(chosen, picked=None)))


def reason_against(text: str) -> str | None:
    """Why words are no filter, in a sentence; None where they are one."""
    try:
        parse(text)
    except FilterError as error:
        return str(error)
    return None


def _without(chosen: Filter, names: tuple[str, ...]) -> Filter:
    return dataclasses.replace(chosen, **{name: getattr(_EVERYTHING, name) for name in names})


def _part(word: str, rest: Iterator[str]) -> dict[str, _Value]:
    if word in _SINGLE:
        name, value = _SINGLE[word]
        return {name: value}
    if word in ("true", "predicted"):
        return {word: _digit(word, next(rest, ""))}
    if word == "confidence":
        least, most = _range(next(rest, ""))
        return {"least_confidence": least, "most_confidence": most}
    if word == "forgotten":
        return {"forgotten": _times(next(rest, ""))}
    raise FilterError(f"'{word}' is not known; allowed: {ALLOWED}")


def _digit(word: str, text: str) -> int:
    if len(text) == 1 and text in "0123456789":
        return int(text)
    raise FilterError(f"{word} needs a digit, 0 to 9{_but(text)}: {word} 4")


def _times(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) > 0:
        return int(text)
    raise FilterError(f"forgotten needs how often at least, 1 to 999{_but(text)}: forgotten 1")


def _range(text: str) -> tuple[float, float]:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise FilterError(f"confidence needs a range in 0 to 1{_but(text)}: confidence 0.5-0.9")
    least, most = float(match[1]), float(match[2])
    if not 0 <= least <= most <= 1:
        raise FilterError(f"confidence {text}: it must rise, and lie in 0 to 1.")
    return least, most


def _but(text: str) -> str:
    return f", not '{text}'" if text else ""


def _number(value: float) -> str:
    """Exact, never in scientific notation: `0.5`, `1`."""
    return f"{value:.17f}".rstrip("0").rstrip(".") if 0 < value < 1e-4 else f"{value!r}".removesuffix(".0")
