"""Which cells of a widget look different from before: over SSH only those are worth their bytes."""

from collections.abc import Sequence
from itertools import chain, pairwise

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

# Cells that did not change in between: Textual writes whole runs of one style, so that going on to a change
# near by costs more than what lies between.
_WORTH_A_MOVE = 16

Cell = tuple[str, Style | None]


def changed_regions(before: Sequence[Strip], after: Sequence[Strip]) -> list[Region]:
    """What to paint, line by line, so that `before` becomes `after`; both have the same number of lines."""
    pairs = enumerate(zip(before, after, strict=True))
    return list(chain.from_iterable(_line_regions(y, old, new) for y, (old, new) in pairs if old != new))


def _line_regions(y: int, before: Strip, after: Strip) -> list[Region]:
    old, new = _cells(before), _cells(after)
    if old is None or new is None or len(old) != len(new):
        return [Region(0, y, max(before.cell_length, after.cell_length), 1)]
    changed = [x for x, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    if not changed:
        return []
    breaks = [(end, start) for end, start in pairwise(changed) if start - end > _WORTH_A_MOVE]
    starts = [changed[0], *(start for _, start in breaks)]
    ends = [*(end for end, _ in breaks), changed[-1]]
    return [Region(start, y, end - start + 1, 1) for start, end in zip(starts, ends, strict=True)]


def _cells(strip: Strip) -> list[Cell] | None:
    """Each cell's letter and style; None where a letter is wider than a cell."""
    cells: list[Cell] = []
    for text, style, _ in strip:
        if cell_len(text) != len(text):
            return None
        cells += [(letter, style) for letter in text]
    return cells
