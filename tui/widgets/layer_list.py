"""The layers one under the other, each with its shape and how much it learns; one of them is looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Unpack

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.lessons.example import Example
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions

_NAME, _SHAPE, _COUNT = 10, 9, 8


@dataclass(frozen=True)
class LayerRow:
    """A layer's name, its output's shape in words, and how many numbers it learns."""

    name: str
    shape: str
    parameters: int

    @property
    def text(self) -> str:
        """The row in fixed columns."""
        count = compact(self.parameters) if self.parameters else ""
        return f"{self.name[:_NAME]:<{_NAME}}{self.shape:>{_SHAPE}}{count:>{_COUNT}}"


class LayerList(Widget, can_focus=True):
    """Shows rows; the chosen one stays in sight. The pane around it has the keys."""

    help_text: ClassVar[str] = (
        "The layers, the image first and the answer last: name, shape of what it gives for one image, how "
        "many numbers it learns. Up and down choose a layer, left and right one of its neurons, filters or "
        "channels; v changes what is shown of it, d shows the gradient of that. A gradient dL/dx tells how "
        "fast L would rise with x: training goes the other way. L is the loss of this image that the network "
        "learns by, with label smoothing where it has any; the loss beside the image is -ln of the true "
        "digit's share."
    )
    DEFAULT_CSS = """
    LayerList { width: 1fr; height: auto; color: $text; }
    LayerList > .layer-list--chosen { color: $text-accent; text-style: bold; }
    LayerList:focus > .layer-list--chosen { text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"layer-list--chosen"}

    class Chosen(Message):
        """The person clicked on the row `index`."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self.lesson = "shapes"
        self.find_example: Callable[[], Example | None] = lambda: None  # what the lesson has numbers of
        self._display_mode = display
        self._rows: tuple[LayerRow, ...] = ()
        self._chosen = 0
        self._first = 0

    @property
    def chosen(self) -> int:
        """The row looked at."""
        return self._chosen

    @property
    def lines(self) -> list[str]:
        """The rows as they are shown, all of them."""
        marks = self._display_mode.marks
        return [
            f"{marks.true if place == self._chosen else ' '} {row.text}"
            for place, row in enumerate(self._rows)
        ]

    def show(self, rows: Sequence[LayerRow], chosen: int) -> None:
        """Show `rows` with one chosen; only lines that differ are painted again."""
        before, first = self.lines, self._first
        self._rows, self._chosen = tuple(rows), chosen
        self._keep_in_sight()
        if len(before) != len(self._rows) or first != self._first:
            self.refresh(layout=len(before) != len(self._rows))
            return
        for place, (old, new) in enumerate(zip(before, self.lines, strict=True)):
            if old != new:
                self.refresh(Region(0, place - self._first, self.content_size.width, 1))

    def on_resize(self, _: events.Resize) -> None:
        """The chosen row stays in sight."""
        self._keep_in_sight()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y + self._first < len(self._rows):
            self.post_message(self.Chosen(offset.y + self._first))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A row a layer."""
        return len(self._rows)

    def render_line(self, y: int) -> Strip:
        """One layer."""
        base, width, place = self.rich_style, self.content_size.width, y + self._first
        if place >= len(self._rows):
            return Strip.blank(width, base)
        style = self.get_component_rich_style("layer-list--chosen") if place == self._chosen else base
        return Strip([Segment(self.lines[place], style)]).adjust_cell_length(width, base)

    def _keep_in_sight(self) -> None:
        height = self.content_size.height or len(self._rows)  # before there is a size, all are in sight
        last = max(len(self._rows) - height, 0)
        self._first = min(max(self._first, self._chosen - height + 1), self._chosen, last)


def compact(count: int) -> str:
    """`101,770`, or `12.3M`, in at most seven cells."""
    return f"{count:,}" if count < 1_000_000 else f"{count / 1e6:.4g}M"
