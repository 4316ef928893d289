"""Filters as people type them: `true 4 predicted 9 wrong confidence 0.5-0.9`, and back to the same words."""

import dataclasses
import re
from collections.abc import Iterator

from tui.answering.answers import Filter

ALLOWED = "true 4, predicted 9, right, wrong, confidence 0.5-0.9"
_RANGE = re.compile(r"(\d*\.?\d+|\d+\.)-(\d*\.?\d+|\d+\.)")


class FilterError(ValueError):
    """Words that are no filter; one sentence says why."""


def parse(text: str) -> Filter:
    """The filter that words ask for; none at all lets everything pass. Raises `FilterError`."""
    words = iter(text.lower().split())
    given: dict[str, str] = {}
    found = Filter()
    for word in words:
        about = "right or wrong" if word in ("right", "wrong") else word
        if about in given:
            raise FilterError(f"{about} is there twice: say it once.")
        given[about] = word
        found = dataclasses.replace(found, **_part(word, words))
    return found


def words(chosen: Filter) -> str:
    """What to type for a filter; empty where everything passes."""
    parts = [
        f"{name} {digit}"
        for name, digit in (("true", chosen.true), ("predicted", chosen.predicted))
        if digit is not None
    ]
    if chosen.right is not None:
        parts.append("right" if chosen.right else "wrong")
    if chosen.limits_confidence:
        parts.append(f"confidence {_number(chosen.least_confidence)}-{_number(chosen.most_confidence)}")
    return " ".join(parts)


def reason_against(text: str) -> str | None:
    """Why words are no filter, in a sentence; None where they are one."""
    try:
        parse(text)
    except FilterError as error:
        return str(error)
    return None


def _part(word: str, rest: Iterator[str]) -> dict[str, int | bool | float]:
    if word in ("right", "wrong"):
        return {"right": word == "right"}
    if word in ("true", "predicted"):
        return {word: _digit(word, next(rest, ""))}
    if word == "confidence":
        least, most = _range(next(rest, ""))
        return {"least_confidence": least, "most_confidence": most}
    raise FilterError(f"'{word}' is not known; allowed: {ALLOWED}")


def _digit(word: str, text: str) -> int:
    if len(text) == 1 and text in "0123456789":
        return int(text)
    but = f", not '{text}'" if text else ""
    raise FilterError(f"{word} needs a digit, 0 to 9{but}: {word} 4")


def _range(text: str) -> tuple[float, float]:
    match = _RANGE.fullmatch(text)
    if match is None:
        but = f", not '{text}'" if text else ""
        raise FilterError(f"confidence needs a range in 0 to 1{but}: confidence 0.5-0.9")
    least, most = float(match[1]), float(match[2])
    if not 0 <= least <= most <= 1:
        raise FilterError(f"confidence {text}: it must rise, and lie in 0 to 1.")
    return least, most


def _number(value: float) -> str:
    """Exact, never in scientific notation: `0.5`, `1`."""
    return f"{value:.17f}".rstrip("0").rstrip(".") if 0 < value < 1e-4 else f"{value!r}".removesuffix(".0")
