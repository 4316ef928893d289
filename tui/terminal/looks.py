"""How cells of a terminal look, in the numbers of SGR sequences, and the shortest way between two looks."""

from functools import lru_cache
from typing import NamedTuple

_KNOWN = 4096  # looks and changes between them that are remembered: the same few come again and again
_COLOR_PARTS = {"5": 3, "2": 5}  # how many numbers 38;5;n and 38;2;r;g;b are
# What shows on a blank: underline, blink, reverse, strike, double underline, overline.
_SEEN_ON_BLANKS = frozenset(("4", "5", "7", "9", "21", "53"))


class Look(NamedTuple):
    """Attributes and colours as SGR numbers; empty is the terminal's own."""

    attributes: frozenset[str] = frozenset()
    front: str = ""
    back: str = ""


PLAIN = Look()


@lru_cache(maxsize=_KNOWN)
def after(look: Look, numbers: str) -> Look | None:
    """The look after an SGR sequence with these numbers (`1;38;5;7`); None for one that is not known."""
    if not all(part.isdecimal() for part in numbers.split(";") if part):
        return None
    parts = numbers.split(";")
    while parts:
        number = parts[0] or "0"
        if number in ("38", "48"):
            length = _COLOR_PARTS.get(parts[1] if len(parts) > 1 else "", len(parts) + 1)
            if length > len(parts):
                return None
            color, parts = ";".join(parts[:length]), parts[length:]
            look = look._replace(front=color) if number == "38" else look._replace(back=color)
            continue
        changed = _after_one(look, int(number))
        if changed is None:
            return None
        look, parts = changed, parts[1:]
    return look


def _after_one(look: Look, number: int) -> Look | None:
    match number:
        case 0:
            return PLAIN
        case 39:
            return look._replace(front="")
        case 49:
            return look._replace(back="")
        case _ if 30 <= number <= 37 or 90 <= number <= 97:
            return look._replace(front=str(number))
        case _ if 40 <= number <= 47 or 100 <= number <= 107:
            return look._replace(back=str(number))
        case _ if 1 <= number <= 9 or number in (21, 53):
            return look._replace(attributes=look.attributes | {str(number)})
        case _:
            return None


@lru_cache(maxsize=_KNOWN)
def of_blank(look: Look) -> Look:
    """What is to be seen of a look on a blank: without the letters' colour, unless an attribute shows it."""
    return look if look.attributes & _SEEN_ON_BLANKS else Look(back=look.back)


@lru_cache(maxsize=_KNOWN)
def for_blanks(shown: Look, wanted: Look) -> Look:
    """The look nearest to `shown` in which blanks appear as in `wanted`."""
    if (shown.attributes | wanted.attributes) & _SEEN_ON_BLANKS:
        return wanted
    return shown._replace(back=wanted.back)


@lru_cache(maxsize=_KNOWN)
def change(before: Look, wanted: Look) -> str:
    """The shortest sequence from one look to another."""
    if before == wanted:
        return ""
    if wanted == PLAIN:
        return "\x1b[m"
    anew = ["0", *sorted(wanted.attributes), wanted.front, wanted.back]
    best = ";".join(part for part in anew if part)
    if before.attributes <= wanted.attributes:
        parts = sorted(wanted.attributes - before.attributes)
        if wanted.front != before.front:
            parts.append(wanted.front or "39")
        if wanted.back != before.back:
            parts.append(wanted.back or "49")
        best = min(best, ";".join(parts), key=len)
    return f"\x1b[{best}m"
