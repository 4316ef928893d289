"""Which field of a list of rows is selected, and where a step from it leads. It draws nothing.

A place is (row, field); headings have no fields and are passed over.
"""

from collections.abc import Sequence

from tui.editing.fields import Row


class FieldSelection:
    """The field number `field` of the row number `row` of `rows`."""

    def __init__(self) -> None:
        self.rows: Sequence[Row] = ()
        self.row = self.field = 0

    @property
    def key(self) -> str:
        """The key of the selected field; empty where there is none."""
        fields = self.rows[self.row].fields if self.rows else ()
        return fields[self.field].key if fields else ""

    def take(self, rows: Sequence[Row], key: str) -> None:
        """Select the field with this key in other rows; where it is gone, one near the old place."""
        self.rows = rows
        places = self._places()
        found = (place for place in places if rows[place[0]].fields[place[1]].key == key)
        near = min(
            places, key=lambda place: (abs(place[0] - self.row), abs(place[1] - self.field)), default=(0, 0)
        )
        self.row, self.field = next(found, near)

    def go(self, row: int, field: int) -> None:
        """Select the field at a place, or the last of its row where that has not so many."""
        self.row, self.field = row, min(field, len(self.rows[row].fields) - 1)

    def row_by(self, by: int) -> int:
        """The row with fields that is `by` such rows on, or the last on the way there."""
        found = [index for index, row in enumerate(self.rows) if row.fields]
        if not found:
            return self.row
        return found[min(max(found.index(self.row) + by, 0), len(found) - 1)]

    def field_by(self, by: int) -> tuple[int, int] | None:
        """The place `by` fields on, in reading order; None off the ends."""
        places = self._places()
        target = places.index((self.row, self.field)) + by if places else -1
        return places[target] if 0 <= target < len(places) else None

    def _places(self) -> list[tuple[int, int]]:
        return [(index, place) for index, row in enumerate(self.rows) for place in range(len(row.fields))]
