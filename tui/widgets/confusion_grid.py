"""The confusion matrix as a heat map to walk in: rows are true digits, columns predicted ones.

Numbers stand in every cell, so it can be read without colour; colour, or shades, show where the mistakes are.
"""

import math
from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Unpack

import numpy as np
from numpy.typing import NDArray
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from nn.config import CLASSES
from tui.answering.error_words import CELL_WIDTH
from tui.terminal.display import ColorMode, Display
from tui.widgets.options import WidgetOptions
from tui.widgets.pixels import sequential

_HEADER_WIDTH = 4
_HEADER_HEIGHT = 1


class Heat(NamedTuple):
    """How a cell is drawn: a style, and a sign beside its figure where there is room."""

    style: Style
    shade: str = ""


# Each ground is lighter than the one before, so that they are in order also for who sees no hues. These are
# the blue, cyan and bright yellow of the 16 colours by their numbers: by name Textual would give others.
_SIXTEEN = (
    Heat(Style(dim=True)),
    Heat(Style()),
    Heat(Style(color="#ffffff", bgcolor="#0000aa")),
    Heat(Style(color="#000000", bgcolor="#00aaaa")),
    Heat(Style(color="#000000", bgcolor="#ffff55")),
)
_SHADED, _ASCII_SHADED = (
    (
        Heat(Style(dim=True)),
        Heat(Style()),
        Heat(Style(), light),
        Heat(Style(bold=True), medium),
        Heat(Style(bold=True), dark),
    )
    for light, medium, dark in ("░▒▓", ":+#")
)


class ConfusionGrid(Widget, can_focus=True):
    """Shows counts (10, 10), true digit by predicted digit; 54 x 11 cells."""

    lesson: ClassVar[str] = "one_hot"
    help_text: ClassVar[str] = (
        "The confusion matrix: a row is a true digit, a column what the network answered, a cell how many "
        "images. Right answers lie on the diagonal, mistakes beside it: the more, the lighter their ground, "
        "or, without colours, the denser the signs beside the figure. The arrows walk it, Enter shows the "
        "images of a cell in Browse."
    )
    DEFAULT_CSS = """
    ConfusionGrid { box-sizing: content-box; width: 54; height: 11; color: $text; background: $background; }
    ConfusionGrid > .confusion-grid--header { color: $text-muted; }
    ConfusionGrid > .confusion-grid--diagonal { color: $text-muted; }
    ConfusionGrid > .confusion-grid--heat { background: $warning; }
    ConfusionGrid > .confusion-grid--cursor { text-style: bold; }
    ConfusionGrid:focus > .confusion-grid--cursor { text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "confusion-grid--header",
        "confusion-grid--diagonal",
        "confusion-grid--heat",
        "confusion-grid--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Show the images of this cell"),
    ]

    percent: reactive[bool] = reactive(False)
    diagonal_hidden: reactive[bool] = reactive(False)
    cursor: reactive[tuple[int, int]] = reactive((0, 0), repaint=False)

    class CursorMoved(Message):
        """The person moved to the cell (true, predicted)."""

        def __init__(self, true: int, predicted: int) -> None:
            super().__init__()
            self.true, self.predicted = true, predicted

    class CellChosen(CursorMoved):
        """The person wants to see the images of the cell (true, predicted)."""

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self.display_mode = display
        self._counts: NDArray[np.int64] = np.zeros((CLASSES, CLASSES), np.int64)

    @property
    def counts(self) -> NDArray[np.int64]:
        """The counts shown, (10, 10)."""
        return self._counts

    def set_counts(self, counts: Sequence[Sequence[int]] | NDArray[np.integer]) -> None:
        """Show other counts, (10, 10): how often a true digit (row) was taken for another (column)."""
        matrix = np.array(counts, np.int64)
        if matrix.shape != (CLASSES, CLASSES):
            raise ValueError(f"The confusion matrix has shape {matrix.shape}; it must be (10, 10).")
        if not np.array_equal(matrix, self._counts):
            self._counts = matrix
            self.refresh()

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor by cells; it stops at the edge."""
        row, column = self.cursor
        self._go(min(max(row + down, 0), CLASSES - 1), min(max(column + right, 0), CLASSES - 1))

    def action_choose(self) -> None:
        """Ask for the images of the cell under the cursor."""
        self.post_message(self.CellChosen(*self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move to the cell under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= _HEADER_HEIGHT and offset.x >= _HEADER_WIDTH:
            row, column = offset.y - _HEADER_HEIGHT, (offset.x - _HEADER_WIDTH) // CELL_WIDTH
            if row < CLASSES and column < CLASSES:
                self._go(row, column)

    def watch_cursor(self, before: tuple[int, int], after: tuple[int, int]) -> None:
        """Paint the two cells that changed."""
        self.refresh(
            *(
                Region(_HEADER_WIDTH + column * CELL_WIDTH, _HEADER_HEIGHT + row, CELL_WIDTH, 1)
                for row, column in (before, after)
            )
        )

    def cell_text(self, row: int, column: int) -> str:
        """What a cell says, at most 5 characters: a count, a per cent of the row, or a dot for none."""
        count = int(self._counts[row, column])
        if row == column and self.diagonal_hidden:
            return ""
        if count == 0:
            return "." if self.display_mode.ascii else "·"
        if self.percent:
            return _row_percent(100 * count / int(self._counts[row].sum()))
        return str(count) if count < 10_000 else f"{count // 1000}k"

    def render_line(self, y: int) -> Strip:
        """The header, or one true digit."""
        base, width = self.rich_style, self.content_size.width
        if y > CLASSES:
            return Strip.blank(width, base)
        header = self.get_component_rich_style("confusion-grid--header")
        if y == 0:
            marks = self.display_mode.marks
            unit = "%" if self.percent else ""
            corner = f"{marks.true}\\{marks.predicted}{unit}".center(_HEADER_WIDTH)
            names = "".join(f"{digit}".rjust(CELL_WIDTH - 1) + " " for digit in range(CLASSES))
            segments = [Segment(corner + names, header)]
        else:
            row = y - _HEADER_HEIGHT
            heat = self._heat(row)
            segments = [Segment(f"{row}".rjust(_HEADER_WIDTH - 1) + " ", header)]
            segments += [self._cell(row, column, heat[column]) for column in range(CLASSES)]
        return Strip(segments).apply_style(base).adjust_cell_length(width, base)

    def _go(self, row: int, column: int) -> None:
        if (row, column) != self.cursor:
            self.cursor = (row, column)
            self.post_message(self.CursorMoved(row, column))

    def _cell(self, row: int, column: int, heat: Heat) -> Segment:
        text = self.cell_text(row, column)
        if (row, column) != self.cursor:
            # Four digits leave no room for the first sign or bracket.
            return Segment(
                f"{heat.shade}{text}{heat.shade or ' '}".rjust(CELL_WIDTH)[-CELL_WIDTH:], heat.style
            )
        style = self.get_component_rich_style("confusion-grid--cursor", partial=True)
        return Segment(f"[{text.rjust(CELL_WIDTH - 2)}]"[-CELL_WIDTH:], heat.style + style)

    def _heat(self, row: int) -> list[Heat]:
        """The style of each cell in a row; the diagonal is quiet, or it would outshine every mistake."""
        mistakes = self._counts * (1.0 - np.eye(CLASSES))
        if self.percent:
            mistakes /= np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        most = float(mistakes.max())
        shares = np.sqrt(mistakes[row] / most) if most else mistakes[row]
        if self.display_mode.color.shows_greys and not self.app.native_ansi_color:
            low = self.background_colors[1]
            high = self.get_component_styles("confusion-grid--heat").background
            heats = [Heat(_on(color)) for color in sequential(shares * 0.85, low.rgb, high.rgb)]
        else:
            steps = _steps(self.display_mode)
            heats = [steps[step] for step in np.ceil(shares * (len(steps) - 1)).astype(np.int64)]
        heats[row] = Heat(self.get_component_rich_style("confusion-grid--diagonal"))
        return heats


def _steps(display: Display) -> Sequence[Heat]:
    """The heats of no, few, more, many and most mistakes, where there are not colours enough for a ramp."""
    if display.color is ColorMode.SIXTEEN:
        return _SIXTEEN
    return _ASCII_SHADED if display.ascii else _SHADED


def _on(background: NDArray[np.uint8]) -> Style:
    red, green, blue = (int(value) for value in background)
    # Perceived brightness decides between black and white letters.
    light = math.sqrt(0.299 * red**2 + 0.587 * green**2 + 0.114 * blue**2) > 128
    letters = RichColor.from_rgb(0, 0, 0) if light else RichColor.from_rgb(235, 235, 235)
    return Style.from_color(letters, RichColor.from_rgb(red, green, blue))


def _row_percent(share: float) -> str:
    """At most 4 characters; `100` is all, and what is not none is not `0.0`."""
    if share < 10:
        return f"{share:.1f}" if share >= 0.05 else "<0.1"
    return f"{share:.0f}" if share < 99.5 or share == 100 else f"{min(share, 99.9):.1f}"
