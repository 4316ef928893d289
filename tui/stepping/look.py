"""What of a traced step is looked at, and how its numbers and sums are written. ASCII throughout."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from rich.text import Text

from nn.arrays import FloatArray, Shape
from nn.explain.recorders import LayerTrace
from nn.explain.step_trace import StepTrace
from tui.numbers import number

WIDTH = 76
_BREAKS = [re.compile(one) for one in (r" (?=[=+*/-] )", r"(?<=[,;:]) ", " ")]  # where a line may end
FEWEST_TERMS, MOST_TERMS = 3, 12


class Look(NamedTuple):
    """Layer, image of the batch and number of the layer's, each from 0; a page has `height` lines."""

    trace: StepTrace
    place: int
    image: int
    unit: int
    height: int

    @property
    def layer(self) -> LayerTrace:
        """The layer's part of the trace."""
        return self.trace.layers[self.place]

    @property
    def label(self) -> int:
        """The image's digit."""
        return int(self.trace.labels[self.image])

    def terms(self, others: int, sums: int = 1) -> int:
        """How many lines a sum may take where `others` lines and as many `sums` stand on the page."""
        return min(max((self.height - others) // sums, FEWEST_TERMS), MOST_TERMS)

    @property
    def cell(self) -> tuple[int, ...]:
        """The chosen number's place among the layer's outputs of one image."""
        return tuple(int(i) for i in np.unravel_index(self.unit, self.layer.outputs.shape[1:]))

    @property
    def cell_name(self) -> str:
        """The chosen number's place as a subscript."""
        return ",".join(str(at) for at in self.cell)

    @property
    def cell_words(self) -> str:
        """The chosen number's place in words."""
        shape = self.layer.outputs.shape[1:]
        if len(shape) == 1:
            return f"number {self.unit:,} of 0..{shape[0] - 1:,}"
        row, column, channel = self.cell
        return f"row {row}, column {column}, map {channel}"


def chosen(array: FloatArray, look: Look) -> float:
    """The chosen number of an array that has the layer's outputs' shape."""
    return float(array[look.image][look.cell])


def size(shape: Shape) -> str:
    """A shape as it is read aloud: 28 x 28 x 1."""
    return " x ".join(f"{length:,}" for length in shape)


def formula(text: str) -> Text:
    """A line that is the rule itself."""
    return Text(text, "bold")


def words(text: str = "") -> Text:
    """A line that explains, or is empty."""
    return Text(text)


def fold(lines: Sequence[Text], width: int) -> list[Text]:
    """Lines that are too long go on below: broken before a sign, else after a comma, else at a blank."""
    return [part for line in lines for part in _folded(line, width)]


def _folded(line: Text, width: int) -> list[Text]:
    plain, parts = line.plain, []
    indent = " " * (len(plain) - len(plain.lstrip()) + 4)
    while len(plain) > width:
        inner = len(plain) - len(plain.lstrip()) + 1
        places = (
            [found.start() for found in pattern.finditer(plain, inner) if found.start() <= width]
            for pattern in _BREAKS
        )
        at = next((found[-1] for found in places if found), width)
        parts.append(plain[:at])
        plain = indent + plain[at:].lstrip()
    return [Text(part, line.style) for part in (*parts, plain)]


def product_rows(left: FloatArray, right: FloatArray, names: Callable[[int], str], shown: int) -> list[Text]:
    """The terms left_i * right_i of a sum, the largest each on a line, the rest as one.

    `left` and `right` are (n,); the products are made in float64, as the lines are for adding up by hand.
    """
    products = left.astype(np.float64) * right.astype(np.float64)
    order = np.argsort(-np.abs(products), kind="stable")
    kept = order if len(order) <= shown else order[: shown - 1]
    kept = kept[products[kept] != 0]
    rows = [_row(float(left[i]), float(right[i]), float(products[i]), names(int(i))) for i in kept]
    more = len(order) - len(kept)
    if more:
        rest = float(products.sum() - products[kept].sum())
        rows.append(value_row(f"{more:,} more terms", rest))
    return rows


def value_row(what: str, value: float, note: str = "") -> Text:
    """`   + what = value  note`, in the columns of the products."""
    return words(f"  + {what:<23} = {number(value):>10}   {note}".rstrip())


def sum_row(name: str, value: float, note: str = "") -> Text:
    """The end of a sum, in the columns of the products."""
    return formula(f"    {name:<23} = {number(value):>10}   {note}".rstrip())


def _row(left: float, right: float, product: float, name: str) -> Text:
    return words(f"  + {number(left):>10} * {number(right):<10} = {number(product):>10}   {name}".rstrip())
