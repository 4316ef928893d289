"""The same screen for fewer bytes: of what Textual writes, only the cells that look different from before.

Textual paints whole widgets, and Rich sets all colours anew for each piece of text; a terminal keeps both.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len

from tui.terminal.looks import PLAIN, Look, after, change, for_blanks, of_blank

# Letters between their colours and a reset, as Rich writes them; any sequence; a new line; letters.
_TOKEN = re.compile(
    r"\x1b\[([\d;]+)m([^\x1b\r\n]+)\x1b\[0m|\x1b\[([0-?]*)[ -/]*([@-~])|\r?\n|[^\x1b\r\n]+|.", re.DOTALL
)
_MARKS = ("\x1b[?2026h", "\x1b[?2026l")  # a frame begins, a frame ends: they change no cell
_WORTH_A_MOVE = 4  # cells: going over fewer that stay costs no less than writing them again

Place = tuple[int, int]  # row and column, from 0


class _Run(NamedTuple):
    """Letters of one look, side by side."""

    row: int
    column: int
    letters: str
    look: Look


class _Unknown(Exception):
    """It does something to the screen that is not understood here."""


class Thrift:
    """Knows what the terminal shows from what it has been told, and tells it no more than what is new.

    What is written starts and ends in the terminal's own colours. What is not understood passes as it is, and
    from then on nothing is known of the screen until it is painted again.
    """

    def __init__(self) -> None:
        self._columns = self._rows = 0
        self._letters: list[list[str]] = []
        self._looks: list[list[Look | None]] = []
        self._cursor: Place | None = None

    def forget(self) -> None:
        """The screen may show anything now."""
        self._letters = [[""] * self._columns for _ in range(self._rows)]
        self._looks = [[None] * self._columns for _ in range(self._rows)]
        self._cursor = None

    def fit(self, columns: int, rows: int) -> None:
        """The terminal has this size; after another one nothing is known of what it shows."""
        if (columns, rows) != (self._columns, self._rows):
            self._columns, self._rows = columns, rows
            self.forget()

    def changes(self, text: str) -> str:
        """What to write so that the screen shows what `text` draws."""
        if text in _MARKS:
            return text
        try:
            runs, cursor = self._understand(text)
        except _Unknown:
            self.forget()
            return text
        written: list[str] = []
        shown = PLAIN
        for run in (part for whole in runs for part in self._new_in(whole)):
            is_blank = run.letters.isspace()
            target = for_blanks(shown, run.look) if is_blank else run.look
            written += [self._move((run.row, run.column)), change(shown, target), run.letters]
            shown, self._cursor = target, (run.row, run.column + len(run.letters))
        written.append(change(shown, PLAIN))
        if cursor is not None:
            written.append(self._move(cursor))
            self._cursor = cursor
        return "".join(written)

    def _understand(self, text: str) -> tuple[list[_Run], Place | None]:
        """The runs that it writes, in its order, and where it leaves the cursor, if it moves it at all."""
        runs: list[_Run] = []
        look, cursor = PLAIN, self._cursor
        for token in _TOKEN.finditer(text):
            colors, letters, numbers, final = token.groups()
            if final == "m":
                look = _known(after(look, numbers))
            elif final == "H":
                cursor = self._place(numbers)
            elif final is None and (piece := letters or token.group()).isprintable():
                run = _Run(*self._inside(cursor), piece, _known(after(look, colors)) if letters else look)
                look = PLAIN if letters else look
                runs.append(run)
                cursor = self._behind(run)
            elif token.group() in ("\n", "\r\n"):
                cursor = self._inside((self._inside(cursor)[0] + 1, 0))  # below the last row all would move
            else:
                raise _Unknown
        if look != PLAIN:
            raise _Unknown
        return runs, cursor

    def _behind(self, run: _Run) -> Place:
        """Where the cursor is after a run, which must fit and take a cell a letter."""
        end = run.column + len(run.letters)
        if end > self._columns or not (run.letters.isascii() or cell_len(run.letters) == len(run.letters)):
            raise _Unknown
        return (run.row, end)

    def _place(self, numbers: str) -> Place:
        """Where `row;column` leads, counted from 1."""
        row, _, column = numbers.partition(";")
        if not (row.isdecimal() and column.isdecimal()):
            raise _Unknown
        return (int(row) - 1, int(column) - 1)

    def _inside(self, place: Place | None) -> Place:
        if place is None or not (0 <= place[0] < self._rows and 0 <= place[1] <= self._columns):
            raise _Unknown
        return place

    def _new_in(self, run: _Run) -> Iterator[_Run]:
        """The parts of a run that look different from what is there, which from now on they are."""
        row, column, letters, look = run
        end = column + len(letters)
        blank = of_blank(look)
        looks = [blank if letter == " " else look for letter in letters]
        old_letters, old_looks = self._letters[row][column:end], self._looks[row][column:end]
        if old_looks == looks and old_letters == list(letters):
            return
        self._letters[row][column:end], self._looks[row][column:end] = letters, looks
        cells = zip(letters, old_letters, looks, old_looks, strict=True)
        changed = [x for x, (new, old, now, then) in enumerate(cells) if new != old or now != then]
        start = changed[0]
        for last, following in zip(changed, [*changed[1:], None], strict=True):
            if following is None or following - last > _WORTH_A_MOVE:
                yield _Run(row, column + start, letters[start : last + 1], look)
                start = following or 0

    def _move(self, place: Place) -> str:
        """The shortest way for the cursor; past the last column its place is not sure."""
        row, column = place
        if self._cursor == place and column < self._columns:
            return ""
        if self._cursor and self._cursor[0] == row and self._cursor[1] < min(column, self._columns):
            by = column - self._cursor[1]
            return f"\x1b[{by}C" if by > 1 else "\x1b[C"
        return f"\x1b[{row + 1};{column + 1}H"


def _known(look: Look | None) -> Look:
    if look is None:
        raise _Unknown
    return look
