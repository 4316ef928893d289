"""What the pane says of the pen, of the answers and of the network, in words."""

import math
from collections.abc import Sequence

from nn.arrays import FloatArray
from tui.drawing.changes import Changes
from tui.drawing.pad import Pad
from tui.drawing.reader import Reading
from tui.numbers import percent, probability

FREE = "Enter takes the pad"


def pen(pad: Pad, *, is_taken: bool) -> str:
    """The state of the pen; at most 28 letters, which is what the pad's frame has room for."""
    if not is_taken:
        return FREE
    return f"{'eraser' if pad.erases else 'pen'} {'down' if pad.pen_is_down else 'up'}, {pad.width:g} wide"


def answer(probabilities: FloatArray | None) -> str:
    """The digit and how sure the network is; a dash without an answer."""
    if probabilities is None or not math.isfinite(float(probabilities.sum())):
        return "-"
    digit = int(probabilities.argmax())
    return f"{digit} {probability(float(probabilities[digit]))}"


def both(reading: Reading) -> str:
    """The answers to both views in a line."""
    return f"as drawn {answer(reading.drawn)}, normalised {answer(reading.normalised)}"


def facts(reading: Reading, changes: Changes, *, is_empty: bool) -> list[str]:
    """Why there is no answer; what is changed in the drawing; which network answers.

    Two lines must do in a low terminal, so that why there is none comes first.
    """
    changed = [changes.words] if changes.words else []
    if reading.problem:
        return [reading.problem, *changed]
    if is_empty:
        return ["an empty pad has no answer", *changed]
    if reading.step is None:
        return changed
    return [*changed, f"the network after step {reading.step:,}" if reading.step else "the untrained network"]


def count(number: int, noun: str) -> str:
    """`1 drawing`, `2 drawings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def left_out(held_out: Sequence[str]) -> str:
    """That drawings which are test or validation images are not learned from."""
    if len(held_out) == 1:
        return f"1 is {held_out[0]} and is left out"
    return f"{len(held_out)} are test or validation images and are left out"


def score(drawings: int, drawn: int, normalised: int) -> str:
    """How many were read right, both ways."""
    return (
        f"{count(drawings, 'drawing')}: {normalised} right normalised ({percent(normalised / drawings, 2)}), "
        f"{drawn} as drawn ({percent(drawn / drawings, 2)})"
    )
