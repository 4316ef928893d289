"""Two runs in four cells to walk in: how many images both read right, one of them alone, or neither."""

from typing import ClassVar, Unpack

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.answering.versus import TABLE, Part, Versus
from tui.widgets.options import WidgetOptions

_NAME_WIDTH = 11
_CELL_WIDTH = 21


class ComparisonTable(Widget, can_focus=True):
    """Shows how many images are in each part; 53 x 3 cells."""

    help_text: ClassVar[str] = (
        "This run and another on the same images. Fixed: this run is right where the other is wrong; "
        "broken: the other way round. The arrows walk the four groups, whose images stand below with their "
        "true digit, the other run's answer and this run's; Enter shows them in Browse, w takes another run. "
        "McNemar's test asks whether fixed and broken differ by more than chance: were both runs as good, "
        "each image on which exactly one is right would be a toss of a coin, and p is how often coins fall "
        "at least so unevenly."
    )
    DEFAULT_CSS = """
    ComparisonTable { width: 53; height: 3; color: $text; }
    ComparisonTable > .comparison-table--name { color: $text-muted; }
    ComparisonTable > .comparison-table--chosen { text-style: bold; }
    ComparisonTable:focus > .comparison-table--chosen { text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"comparison-table--name", "comparison-table--chosen"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(0, -1)", "Left", show=False),
        Binding("right,l", "move(0, 1)", "Right", show=False),
        Binding("up,k", "move(-1, 0)", "Up", show=False),
        Binding("down,j", "move(1, 0)", "Down", show=False),
    ]

    place: reactive[tuple[int, int]] = reactive((0, 1))

    class Moved(Message):
        """The person moved to another part."""

        def __init__(self, part: Part) -> None:
            super().__init__()
            self.part = part

    def __init__(self, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._versus: Versus | None = None

    @property
    def part(self) -> Part:
        """The part under the cursor."""
        return TABLE[self.place[0]][self.place[1]]

    def set_versus(self, versus: Versus | None) -> None:
        """Show another comparison, or none."""
        self._versus = versus
        self.refresh()

    def action_move(self, down: int, right: int) -> None:
        """Move by cells; it stops at the edge."""
        row, column = self.place
        self._go(min(max(row + down, 0), 1), min(max(column + right, 0), 1))

    def on_click(self, event: events.Click) -> None:
        """Move to the cell under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= 1 and offset.x >= _NAME_WIDTH:
            self._go(offset.y - 1, min((offset.x - _NAME_WIDTH) // _CELL_WIDTH, 1))

    def render_line(self, y: int) -> Strip:
        """What the columns are, or a row; nothing without a comparison."""
        base, width, versus = self.rich_style, self.content_size.width, self._versus
        if versus is None:
            return Strip.blank(width, base)
        quiet = self.get_component_rich_style("comparison-table--name")
        if y == 0:
            names = "".join(name.center(_CELL_WIDTH) for name in ("other right", "other wrong"))
            segments = [Segment(" " * _NAME_WIDTH + names, quiet)]
        else:
            name = ("this right", "this wrong")[y - 1]
            segments = [
                Segment(name.ljust(_NAME_WIDTH), quiet),
                *(self._cell(versus, y - 1, x) for x in (0, 1)),
            ]
        return Strip(segments).apply_style(base).adjust_cell_length(width, base)

    def _go(self, row: int, column: int) -> None:
        if (row, column) != self.place:
            self.place = row, column
            self.post_message(self.Moved(self.part))

    def _cell(self, versus: Versus, row: int, column: int) -> Segment:
        part = TABLE[row][column]
        text = f"{versus.count(part):>6,} {part}".ljust(_CELL_WIDTH - 2)
        if (row, column) != self.place:
            return Segment(f" {text} ")
        return Segment(f"[{text}]", self.get_component_rich_style("comparison-table--chosen"))
