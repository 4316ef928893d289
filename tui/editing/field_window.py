"""Which rows of a list are in sight, and where: they flow down one column or, with room, two. Geometry only.

All places are cells relative to the list's upper left corner.
"""

from typing import NamedTuple

from rich.cells import cell_len

from tui.editing.fields import Row

TWO_COLUMNS = 68
GAP = 2
MARK_WIDTH = 2


class Place(NamedTuple):
    """The left cell of a row and its line."""

    x: int
    y: int


class FieldWindow:
    """Rows from `first` on, in `columns` of `column_width` cells and `height` lines."""

    def __init__(self) -> None:
        self.first = 0
        self.resize(0, 0)

    def resize(self, width: int, height: int) -> None:
        """Take the list's size in cells."""
        self.columns = 2 if width >= TWO_COLUMNS else 1
        self.column_width = max(0, width - GAP * (self.columns - 1)) // self.columns
        self.height = max(1, height)

    @property
    def last(self) -> int:
        """The last row that is in sight, if there are so many."""
        return self.first + self.columns * self.height - 1

    def keep_in_sight(self, row: int, count: int) -> bool:
        """Move the window over `count` rows so that `row` is in it; whether it moved."""
        before, capacity = self.first, self.columns * self.height
        first = max(min(self.first, row), row - capacity + 1)
        self.first = max(0, min(first, count - capacity))
        return self.first != before

    def place(self, row: int) -> Place | None:
        """Where a row begins; None where it is out of sight."""
        if not self.first <= row <= self.last:
            return None
        column, y = divmod(row - self.first, self.height)
        return Place(column * (self.column_width + GAP), y)

    def row_at(self, x: int, y: int) -> int:
        """The row drawn at a cell; it may be past the last one."""
        column = min(x // (self.column_width + GAP), self.columns - 1)
        return self.first + column * self.height + y


def text_start(row: Row, field: int) -> int:
    """Where a field's text begins in its row: behind mark, label, the fields before it and a blank."""
    return MARK_WIDTH + row.label_width + 1 + sum(field_width(row, place) + 2 for place in range(field))


def field_width(row: Row, field: int) -> int:
    """How many cells a field takes, without the blanks around it."""
    return max(row.fields[field].width, cell_len(row.fields[field].text))


def field_at(row: Row, x: int) -> int:
    """The field at or before a cell of a row."""
    return max((place for place in range(len(row.fields)) if text_start(row, place) - 1 <= x), default=0)
