"""Rows of fields to move in and change by keys, flowing into two columns where there is room.

It knows no config: it draws rows, says what a person does to a field, and lends an input line in its place.
"""

from collections.abc import Sequence
from typing import ClassVar, Unpack

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events, getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.editing.field_selection import FieldSelection
from tui.editing.field_window import GAP, FieldWindow, field_at, text_start
from tui.editing.fields import Row
from tui.terminal.display import Display
from tui.widgets.field_row import draw_row, harmless
from tui.widgets.options import WidgetOptions

NARROWEST_INPUT = 10


class FieldList(Widget, can_focus=True):
    """Up, down and tab move; left and right change a value; Enter types one."""

    DEFAULT_CSS = """
    FieldList { width: 1fr; height: 1fr; min-height: 3; color: $text; }
    FieldList > .field-list--label { color: $text-muted; }
    FieldList > .field-list--value { color: $text; }
    FieldList > .field-list--heading { color: $text-disabled; }
    FieldList > .field-list--selected { color: $text-accent; text-style: bold; }
    FieldList:focus > .field-list--selected { text-style: bold reverse; }
    FieldList > .field-list--note { color: $text-accent; }
    FieldList > .field-list--wrong { color: $text-error; text-style: bold; }
    FieldList > Input { display: none; position: absolute; height: 1; border: none; padding: 0; }
    FieldList > Input:focus { border: none; }
    FieldList.-editing > Input { display: block; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "field-list--label",
        "field-list--value",
        "field-list--heading",
        "field-list--selected",
        "field-list--note",
        "field-list--wrong",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "row(-1)", "Up", show=False),
        Binding("down,j", "row(1)", "Down", show=False),
        Binding("tab", "field(1)", "Next field", show=False),
        Binding("shift+tab", "field(-1)", "Previous field", show=False),
        Binding("pageup", "row(-10)", "Ten up", show=False),
        Binding("pagedown", "row(10)", "Ten down", show=False),
        Binding("home", "row(-1000)", "First", show=False),
        Binding("end", "row(1000)", "Last", show=False),
        Binding("escape", "leave", "Leave the field unchanged", show=False),
    ]

    class Told(Message):
        """What a person did; `key` is the field's."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Moved(Told):
        """Another field is selected, or an input line was left."""

    class Typed(Told):
        """The text in the input line changed."""

        def __init__(self, key: str, text: str) -> None:
            super().__init__(key)
            self.text = text

    class Entered(Typed):
        """Enter (or tab) was pressed in the input line; whoever accepts the text calls `close`."""

    _input = getters.query_one(Input)

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self.display_mode = display
        self.help_text = self.lesson = ""
        self._selection = FieldSelection()
        self._window = FieldWindow()
        self._tab = 0  # where to go once what was typed is accepted

    def compose(self) -> ComposeResult:
        """The input line, hidden until a field is edited."""
        yield Input(compact=True, select_on_focus=False)

    @property
    def selected(self) -> str:
        """The key of the selected field; empty where there is none."""
        return self._selection.key

    @property
    def is_editing(self) -> bool:
        """Whether the input line is open."""
        return self.has_class("-editing")

    def show(self, rows: Sequence[Row], selected: str | None = None) -> None:
        """Draw other rows; the selection stays on its field, or goes to the one whose key is `selected`."""
        at = self._selection
        old, before = at.rows, at.row
        at.take([harmless(row, self.display_mode) for row in rows], selected or self.selected)
        if self._scroll() or len(old) != len(rows):
            self.refresh()
        else:
            changed = {index for index, row in enumerate(at.rows) if row != old[index]}
            self._refresh_rows(changed | ({before, at.row} if before != at.row else set()))

    def select(self, key: str) -> None:
        """Select a field by its key; posts nothing."""
        self.show(self._selection.rows, key)

    def edit(self, text: str) -> None:
        """Open the input line on the selected field, with `text` to be typed over."""
        if not self.selected:
            return
        self._place_input()
        line = self._input
        with line.prevent(Input.Changed):
            line.value = text
        self.add_class("-editing")
        self._tab = 0
        line.select_all()
        self.screen.set_focus(line)  # at once: what is typed ahead belongs to it

    def close(self) -> None:
        """Close the input line; after tab, move on to the next field."""
        if self.is_editing:
            self.remove_class("-editing")
            if self._input.has_focus:
                self.screen.set_focus(self)
            self._go_field(self._tab)
            self._tab = 0

    # what a person does

    def action_row(self, by: int) -> None:
        """Up or down, past headings."""
        if self.selected and not self.is_editing:
            self._go(self._selection.row_by(by), self._selection.field)

    def action_field(self, by: int) -> None:
        """To the next field, or off the list behind the last; what was typed is entered first."""
        if self.is_editing:
            self._tab = by
            self._enter()
        else:
            self._go_field(by)

    def action_leave(self) -> None:
        """Close the input line without a change."""
        if self.is_editing:
            self._tab = 0
            self.close()
            self.post_message(self.Moved(self.selected))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is typed."""
        event.stop()
        if self.is_editing:
            self.post_message(self.Typed(self.selected, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say what is to be taken."""
        event.stop()
        self._tab = 0
        self._enter()

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """Another widget took the focus: the field stays as it was. A terminal without focus is no reason."""
        if self.is_editing and self.app.app_focus and not self._input.has_focus:
            self.remove_class("-editing")
            self.post_message(self.Moved(self.selected))

    def on_click(self, event: events.Click) -> None:
        """Select what was clicked."""
        index = self._window.row_at(event.x, event.y)
        place = self._window.place(index)
        rows = self._selection.rows
        if not self.is_editing and place and index < len(rows) and rows[index].fields:
            self._go(index, field_at(rows[index], event.x - place.x))

    def on_mouse_scroll_down(self, _: events.MouseScrollDown) -> None:
        """One down."""
        self.action_row(1)

    def on_mouse_scroll_up(self, _: events.MouseScrollUp) -> None:
        """One up."""
        self.action_row(-1)

    def on_resize(self, _: events.Resize) -> None:
        """Keep the selection in sight."""
        self._window.resize(*self.content_size)
        self._scroll()
        if self.is_editing:
            self._place_input()
        self.refresh()

    def _enter(self) -> None:
        self.post_message(self.Entered(self.selected, self._input.value))

    def _go_field(self, by: int) -> None:
        """To the field `by` places on; off the list at its ends."""
        if not by or not self.selected:
            return
        if target := self._selection.field_by(by):
            self._go(*target)
        else:
            (self.screen.focus_next if by > 0 else self.screen.focus_previous)()

    def _go(self, row: int, field: int) -> None:
        before, key = self._selection.row, self.selected
        self._selection.go(row, field)
        if self.selected == key:
            return
        if self._scroll():
            self.refresh()
        else:
            self._refresh_rows({before, row})
        self.post_message(self.Moved(self.selected))

    def _scroll(self) -> bool:
        return self._window.keep_in_sight(self._selection.row, len(self._selection.rows))

    def _place_input(self) -> None:
        at, width = self._selection, self._window.column_width
        if place := self._window.place(at.row):
            start = min(text_start(at.rows[at.row], at.field), max(0, width - NARROWEST_INPUT))
            self._input.styles.offset = (place.x + start, place.y)
            self._input.styles.width = width - start

    def _refresh_rows(self, indices: set[int]) -> None:
        for place in map(self._window.place, indices):
            if place is not None:
                self.refresh(Region(place.x, place.y, self._window.column_width, 1))

    # drawing

    def render_line(self, y: int) -> Strip:
        """One line of all columns."""
        segments: list[Segment] = []
        for column in range(self._window.columns):
            if column:
                segments.append(Segment(" " * GAP, self.rich_style))
            segments += self._draw(self._window.first + column * self._window.height + y)
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _draw(self, index: int) -> Strip:
        """A row, its note at the right edge, cut to the column."""
        width, base = self._window.column_width, self.rich_style
        if index >= len(self._selection.rows):
            return Strip.blank(width, base)
        row = self._selection.rows[index]
        chosen = self._selection.field if index == self._selection.row else None
        strip = draw_row(row, chosen, self.display_mode, self._style)
        if right := row.note or self._more(index):
            strip = strip.adjust_cell_length(width - cell_len(right) - 1, base)
            strip = Strip([*strip, Segment(f" {right}", self._style("note"))])
        return strip.adjust_cell_length(width, base)

    def _more(self, index: int) -> str:
        """A mark where more rows lie above the first or below the last."""
        above, below = "^v" if self.display_mode.ascii else "▴▾"
        if index == self._window.last and index < len(self._selection.rows) - 1:
            return below
        return above if index == self._window.first > 0 else ""

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"field-list--{name}")
