"""The pad on the screen: 28 x 14 cells, or 56 x 28 where there is room, with the pen on it.

While it has the focus the pen is to be seen, and a mouse draws: the right button, or shift, erases.
"""

from typing import ClassVar, Unpack

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.ink import PIXELS, Place, pixels
from tui.drawing.pad import Pad
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.pixels import image_strips, line_of
from tui.widgets.strip_diff import changed_regions

_RIGHT_BUTTON = 3
# What stands for the pen where there are no greys: letters that are in no ramp of glyphs.
_SIGNS = {(False, False): "o", (True, False): "X", (False, True): "e", (True, True): "E"}


class DrawPad(Widget, can_focus=True):
    """Shows a `Pad`; whoever changes that calls `redraw`. A mouse changes it here, which `Drawn` tells."""

    help_text: ClassVar[str] = (
        "The pad: arrows or hjkl move the pen, home, page up, end and page down diagonally, space puts it "
        "down and lifts it. A mouse draws where there is one; its right button, or shift, erases. Esc "
        "leaves the pad, and space trains again; Enter or a click takes it. The two pictures are what the "
        "network sees: the drawing as it is, and in MNIST's form, its longest side 20 pixels and its centre "
        "of mass in the middle. Shift and turn come before that, noise after it."
    )
    DEFAULT_CSS = """
    DrawPad { box-sizing: content-box; width: 28; height: 14; color: $text; border: round $panel-lighten-2;
        border-title-color: $text-muted; border-subtitle-color: $text-muted; }
    DrawPad.-double { width: 56; height: 28; }
    DrawPad:focus { border: round $accent; border-title-color: $text-accent; }
    DrawPad.-ascii { border: ascii $panel-lighten-2; }
    DrawPad.-ascii:focus { border: ascii $accent; }
    DrawPad > .draw-pad--up { color: $accent; }
    DrawPad > .draw-pad--down { color: $warning; }
    DrawPad > .draw-pad--erasing { color: $error; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"draw-pad--up", "draw-pad--down", "draw-pad--erasing"}

    class Drawn(Message):
        """A mouse has drawn."""

    def __init__(self, pad: Pad, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self.pad = pad
        self.display_mode = display
        self._strips: list[Strip] = []
        self._is_dragged = False
        self.set_class(display.ascii, "-ascii")

    @property
    def is_taken(self) -> bool:
        """Whether the keys come here; `has_focus` says so only after `on_focus` and `on_blur`."""
        return self.screen.focused is self

    @property
    def scale(self) -> int:
        """Cells across a pixel, 1 or 2."""
        return 2 if self.has_class("-double") else 1

    def redraw(self) -> None:
        """Draw the pad as it is now; only cells that are other ones are painted."""
        before, self._strips = self._strips, self._draw()
        if len(before) != len(self._strips):
            self.refresh()
        elif regions := changed_regions(before, self._strips):
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """One line of ink."""
        if not self._strips:
            self._strips = self._draw()
        return line_of(self._strips, y, self.content_size.width, self.rich_style, self.display_mode)

    def on_focus(self) -> None:
        """The pen is to be seen."""
        self.redraw()

    def on_blur(self) -> None:
        """The pen is not to be seen."""
        self.redraw()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a stroke where the mouse is."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        self._is_dragged = True
        self.capture_mouse()
        erases = self.pad.erases or event.shift or event.button == _RIGHT_BUTTON
        self.pad.lift()
        self.pad.move_to(self._place(offset.x, offset.y))
        self.pad.put_down(erases=erases)
        self._tell()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on with the stroke."""
        if self._is_dragged:
            offset = event.get_content_offset_capture(self)
            self.pad.move_to(self._place(offset.x, offset.y))
            self._tell()

    def on_mouse_up(self, _: events.MouseUp) -> None:
        """End the stroke."""
        if self._is_dragged:
            self._is_dragged = False
            self.release_mouse()
            self.pad.lift()
            self._tell()

    def _tell(self) -> None:
        self.redraw()
        self.post_message(self.Drawn())

    def _place(self, x: int, y: int) -> Place:
        """The place in the middle of a cell; a cell is twice as high as it is wide."""
        return Place((y + 0.5) * 2 / self.scale, (x + 0.5) / self.scale)

    def _draw(self) -> list[Strip]:
        image = self.pad.ink if self.scale == 2 else pixels(self.pad.ink)
        strips = image_strips(image, self.display_mode)
        if self.is_taken:
            row, column = self.pad.pixel
            y = row if self.scale == 2 else row // 2
            strips[y] = self._with_pen(strips[y], min(column, PIXELS - 1) * self.scale, row % 2 == 1)
        return strips

    def _with_pen(self, strip: Strip, x: int, is_lower: bool) -> Strip:
        """The pen over a line: one pixel in colour, or a letter in reverse where there are no greys."""
        if self.display_mode.half_blocks:
            pen = self._half_blocks(strip.crop(x, x + 1), is_lower)
        else:
            sign = _SIGNS[self.pad.pen_is_down, self.pad.erases]
            pen = Segment(sign * self.scale, Style(reverse=True))
        parts = [strip.crop(0, x), Strip([pen], self.scale), strip.crop(x + self.scale)]
        return Strip.join(parts).simplify()

    def _half_blocks(self, cell: Strip, is_lower: bool) -> Segment:
        state = "erasing" if self.pad.erases else "down" if self.pad.pen_is_down else "up"
        color = self.get_component_rich_style(f"draw-pad--{state}").color
        if self.scale == 2:
            return Segment("  ", Style(bgcolor=color))
        ((text, style, _),) = cell
        below = style.bgcolor if style else None
        above = style.color if style and text != " " else below
        colors = Style(color=above, bgcolor=color) if is_lower else Style(color=color, bgcolor=below)
        return Segment("▀", colors)
