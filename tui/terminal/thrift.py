"""The same screen for fewer bytes: what Textual writes, without the colours and moves that change nothing.

Rich ends each piece of text with a reset and begins the next with all its colours; a terminal remembers them.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"\x1b\[([0-?]*)[ -/]*([@-~])|\r\n|[^\x1b\r]+|.", re.DOTALL)
_KNOWN = 4096  # looks and changes between them that are remembered: the same few come again and again
_COLOR_PARTS = {"5": 3, "2": 5}  # how many numbers 38;5;n and 38;2;r;g;b are
# What shows on a blank: underline, blink, reverse, strike, double underline, overline.
_SEEN_ON_BLANKS = frozenset(("4", "5", "7", "9", "21", "53"))


class Look(NamedTuple):
    """Attributes and colours as SGR numbers; empty is the terminal's own."""

    attributes: frozenset[str] = frozenset()
    front: str = ""
    back: str = ""


_PLAIN = Look()


def thrifty(text: str) -> str:
    """What draws the same as `text` on a terminal that has its own colours before and after.

    What it does not know it leaves as it is.
    """
    shown, wanted, moves = _PLAIN, _PLAIN, ""
    written: list[str] = []
    for token in _TOKEN.finditer(text):
        piece, final = token.group(), token.group(2)
        if final == "m":
            changed = _after(wanted, token.group(1))
            if changed is None:
                return text
            wanted = changed
        elif final == "H":
            moves = piece  # where the moves before it led does not matter
        elif piece == "\r\n":
            moves += piece
        elif piece == "\x1b":
            return text  # another kind of sequence
        else:
            target = _on_blanks(shown, wanted) if piece.isspace() and final is None else wanted
            written += [moves, _change(shown, target), piece]
            shown, moves = target, ""
    if wanted != _PLAIN:
        return text
    return "".join([*written, moves, _change(shown, _PLAIN)])


@lru_cache(maxsize=_KNOWN)
def _after(look: Look, numbers: str) -> Look | None:
    """The look after an SGR sequence; None for one that is not known."""
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
        after = _after_one(look, int(number))
        if after is None:
            return None
        look, parts = after, parts[1:]
    return look


def _after_one(look: Look, number: int) -> Look | None:
    match number:
        case 0:
            return _PLAIN
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


def _on_blanks(shown: Look, wanted: Look) -> Look:
    """What a blank needs: the letters' colour may stay, and so may attributes that only letters show."""
    if (shown.attributes | wanted.attributes) & _SEEN_ON_BLANKS:
        return wanted
    return shown._replace(back=wanted.back)


@lru_cache(maxsize=_KNOWN)
def _change(before: Look, after: Look) -> str:
    """The shortest sequence from one look to another."""
    if before == after:
        return ""
    if after == _PLAIN:
        return "\x1b[m"
    anew = ["0", *sorted(after.attributes), after.front, after.back]
    best = ";".join(part for part in anew if part)
    if before.attributes <= after.attributes:
        parts = sorted(after.attributes - before.attributes)
        if after.front != before.front:
            parts.append(after.front or "39")
        if after.back != before.back:
            parts.append(after.back or "49")
        best = min(best, ";".join(parts), key=len)
    return f"\x1b[{best}m"
