"""A pad that is drawn on with one pen: move it, put it down, erase, undo, redo.

Keys move the pen by whole pixels from middle to middle; a mouse puts it anywhere.
"""

import math
from typing import NamedTuple

import numpy as np

from tui.drawing import ink as inks
from tui.drawing.ink import FULL, PIXELS, Ink, Place

WIDTHS = (1.5, 2.5, 4.0)
FIRST_WIDTH = 2.5
MOST_UNDONE = 200


class Drawing(NamedTuple):
    """Ink, uint8 (56, 56), and the test or validation image that it was taken from, in words."""

    ink: Ink
    held_out: str = ""


class Pad:
    """What has been drawn, where the pen is and how it draws.

    A stroke, from pen down to pen up, is undone whole; so is `put`.
    """

    def __init__(self) -> None:
        self.place = Place(PIXELS / 2 + 0.5, PIXELS / 2 + 0.5)
        self.width = FIRST_WIDTH
        self.erases = False
        self.pen_is_down = False
        self._stroke_erases = False
        self._drawing = Drawing(inks.blank())
        self._past: list[Drawing] = []
        self._future: list[Drawing] = []

    @property
    def ink(self) -> Ink:
        """The ink, uint8 (56, 56); never changed, another array after each stroke."""
        return self._drawing.ink

    @property
    def held_out(self) -> str:
        """Which test or validation image is on the pad, also where it was drawn on; empty where none is."""
        return self._drawing.held_out if self.ink.any() else ""

    @property
    def pixel(self) -> tuple[int, int]:
        """Row and column of the pixel that the pen is over."""
        return math.floor(self.place.row), math.floor(self.place.column)

    def move(self, right: int, down: int) -> None:
        """Move the pen by pixels, as far as the pad goes; it draws if it is down."""
        row, column = self.pixel
        self.move_to(Place(row + down + 0.5, column + right + 0.5))

    def move_to(self, place: Place) -> None:
        """Move the pen to a place, or as near as the pad goes; it draws if it is down."""
        start, last = self.place, PIXELS - 0.5
        self.place = Place(min(max(place.row, 0.5), last), min(max(place.column, 0.5), last))
        if self.pen_is_down:
            self._draw(start)

    def put_down(self, *, erases: bool | None = None) -> None:
        """Begin a stroke with a dot; `erases` holds for this stroke only."""
        self.lift()
        self._stroke_erases = self.erases if erases is None else erases
        self._remember()
        self.pen_is_down = True
        self._draw(self.place)

    def lift(self) -> None:
        """End the stroke, if there is one; one that changed nothing is forgotten."""
        if self.pen_is_down and np.array_equal(self._past[-1].ink, self.ink):
            self._past.pop()
        self.pen_is_down = False

    def toggle_pen(self) -> None:
        """Pen down or up."""
        if self.pen_is_down:
            self.lift()
        else:
            self.put_down()

    def toggle_eraser(self) -> None:
        """Draw or erase from now on, also in the middle of a stroke."""
        self.erases = self._stroke_erases = not self.erases

    def next_width(self) -> None:
        """The next wider pen, after the widest the thinnest."""
        self.width = WIDTHS[(WIDTHS.index(self.width) + 1) % len(WIDTHS)]

    def put(self, ink: Ink, held_out: str = "") -> None:
        """Put other ink, uint8 (56, 56), in place of what is there."""
        self.lift()
        if not np.array_equal(ink, self.ink):
            self._remember()
        self._drawing = Drawing(ink.copy(), held_out)

    def undo(self) -> bool:
        """Take back the last stroke, also one that is not ended; False where there is none."""
        self.lift()
        return self._go(self._past, self._future)

    def redo(self) -> bool:
        """Bring back what was undone last; False where nothing was."""
        self.lift()
        return self._go(self._future, self._past)

    def _remember(self) -> None:
        self._past = [*self._past[1 - MOST_UNDONE :], self._drawing]
        self._future.clear()

    def _go(self, back: list[Drawing], forth: list[Drawing]) -> bool:
        if not back:
            return False
        forth.append(self._drawing)
        self._drawing = back.pop()
        return True

    def _draw(self, start: Place) -> None:
        covered = inks.line(start, self.place, self.width)
        erased, inked = np.minimum(self.ink, FULL - covered), np.maximum(self.ink, covered)
        self._drawing = Drawing(erased if self._stroke_erases else inked, self.held_out)
