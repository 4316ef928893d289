"""How large the tiles of a sheet are drawn, enlarged or shrunk by whole factors, and how many find room.

Pure arithmetic: a tile has a line for its caption and a column before it for the mark of the chosen one.
"""

from dataclasses import dataclass

import numpy as np

from tui.inspecting.sheets import Numbers, Sheet

LABEL_WIDTH = 6  # cells before a row of single numbers
_SMALL = 14  # pixels: of several, smaller pictures are enlarged to about this
_FEW = 4  # so many pictures at full size are better than more small ones
_SOME = 8  # pictures are enlarged as long as so many find room
_ROUND = (100, 50, 40, 32, 25, 20, 16, 10)  # single numbers in a row, so that their places can be told


@dataclass(frozen=True)
class Tiling:
    """`enlarged` and `shrunk` are factors, one of them 1; a tile is `width` x `height` cells with its margin.

    `columns` x `rows` tiles are a page.
    """

    enlarged: int
    shrunk: int
    width: int
    height: int
    columns: int
    rows: int

    @property
    def capacity(self) -> int:
        """Tiles a page."""
        return self.columns * self.rows

    @property
    def scale(self) -> float:
        """Pixels a number."""
        return self.enlarged / self.shrunk

    def page(self, index: int, count: int) -> range:
        """The tiles on the page that holds tile `index`."""
        first = index // self.capacity * self.capacity
        return range(first, min(first + self.capacity, count))

    def picture(self, values: Numbers) -> Numbers:
        """A tile's numbers at the size they are drawn in."""
        for _ in range(self.shrunk.bit_length() - 1):
            values = shrink(values)
        return values.repeat(self.enlarged, axis=0).repeat(self.enlarged, axis=1)


def tiling(sheet: Sheet, width: int, height: int) -> Tiling:
    """The largest tiles of which a few fit into `width` x `height` cells; a page is one tile at least."""
    if sheet.is_flat:
        return _flat(sheet.count, width, height)
    found = _enlarged(sheet, width, height)
    longest = max(sheet.rows, sheet.columns)
    while found.shrunk < longest:
        fits = found.width <= width and found.height <= height
        if fits and (found.capacity >= min(sheet.count, _FEW) or longest // found.shrunk <= _SMALL):
            break
        found = _sized(sheet, 1, found.shrunk * 2, width, height)
    return found


def _enlarged(sheet: Sheet, width: int, height: int) -> Tiling:
    """A single picture as large as it goes, several small ones as long as some of them find room."""
    room = min((width - 1) // sheet.columns, (height - 1) * 2 // sheet.rows)
    most = room if sheet.count == 1 else min(room, _SMALL // max(sheet.rows, sheet.columns))
    for enlarged in range(most, 1, -1):
        found = _sized(sheet, enlarged, 1, width, height)
        if found.capacity >= min(sheet.count, _SOME):
            return found
    return _sized(sheet, 1, 1, width, height)


def _flat(count: int, width: int, height: int) -> Tiling:
    """Single numbers are squares of two cells, or larger ones where all find room on one page."""
    for size in (3, 2, 1):
        columns = max((width - LABEL_WIDTH) // (2 * size), 1)
        columns = next((number for number in _ROUND if number <= columns), columns)
        if columns * (height // size) >= count:
            break
    return Tiling(size, 1, 2 * size, size, columns, max(height // size, 1))


def _sized(sheet: Sheet, enlarged: int, shrunk: int, width: int, height: int) -> Tiling:
    rows, columns = -(-sheet.rows // shrunk) * enlarged, -(-sheet.columns // shrunk) * enlarged
    tile_width, tile_height = columns + 1, -(-rows // 2) + 1
    return Tiling(
        enlarged, shrunk, tile_width, tile_height, max(width // tile_width, 1), max(height // tile_height, 1)
    )


def shrink(values: Numbers) -> Numbers:
    """The means of 2 x 2 numbers, NaN left out: (rows, columns) to half of each, rounded up."""
    rows, columns = values.shape
    padded = np.full((rows + rows % 2, columns + columns % 2), np.nan, values.dtype)
    padded[:rows, :columns] = values
    blocks = padded.reshape(len(padded) // 2, 2, -1, 2)
    known = ~np.isnan(blocks)
    counts = known.sum(axis=(1, 3))
    with np.errstate(invalid="ignore"):  # infinities of both signs
        sums = np.where(known, blocks, 0).sum(axis=(1, 3))
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan, values.dtype), where=counts > 0)
