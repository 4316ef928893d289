"""Draws one row of fields: a mark, a label, the fields side by side, the selected one in angle brackets."""

from collections.abc import Callable
from dataclasses import replace

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.editing.field_window import MARK_WIDTH, field_width
from tui.editing.fields import Row
from tui.terminal.display import Display


def draw_row(row: Row, chosen: int | None, display: Display, style: Callable[[str], Style]) -> Strip:
    """The row as wide as it is; `chosen` is the selected field, None where the selection is in another row.

    `style` gives the look of heading, label, wrong, value and selected.
    """
    if not row.fields:
        return Strip([Segment(" " * MARK_WIDTH + row.label, style("heading"))])
    mark = display.marks.wrong if row.is_wrong else (" " if chosen is None else ">")
    label = set_cell_size(f"{mark} {row.label}", MARK_WIDTH + row.label_width)
    segments = [Segment(label, style("wrong" if row.is_wrong else "label"))]
    for place, field in enumerate(row.fields):
        rest = " " * (field_width(row, place) - cell_len(field.text))
        if place == chosen:
            segments.append(Segment(f"<{field.text}>", style("selected")))
        else:
            segments.append(Segment(f" {field.text} ", style("value")))
        segments.append(Segment(rest, style("value")))
    return Strip(segments)


def harmless(row: Row, display: Display) -> Row:
    """A row that can be drawn as it is: no control characters, and in ASCII nothing beyond."""
    return replace(
        row, fields=tuple(replace(field, text=display.printable(field.text)) for field in row.fields)
    )
