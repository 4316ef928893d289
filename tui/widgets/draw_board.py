"""The pad with its answers: ten bars, words, and both views of the drawing, as large as there is room for."""

from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.containers import Container, Horizontal

from tui.drawing import words
from tui.drawing.reader import Reading
from tui.drawing.sketch import Sketch
from tui.drawing.views import Views
from tui.terminal.display import Display
from tui.widgets.draw_pad import DrawPad
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.view_picture import ViewPicture
from tui.widgets.words import Words

TALL = 31  # rows that large pictures need
LARGE = (46, 100)  # rows and columns that a pad of twice the size needs
LOW = 20  # rows below which there is no room for pictures


class DrawBoard(Container):
    """Draws a `Sketch` and what the network said of it; it decides nothing."""

    help_text: ClassVar[str] = DrawPad.help_text
    DEFAULT_CSS = """
    DrawBoard { layout: grid; grid-size: 2; grid-columns: 30 1fr; grid-rows: 10 2 1fr; grid-gutter: 0 2; }
    DrawBoard DrawPad { row-span: 3; }
    DrawBoard #draw-pictures { height: auto; }
    DrawBoard.-tall { grid-rows: 10 6 1fr; }
    DrawBoard.-tall DrawPad { row-span: 2; }
    DrawBoard.-tall #draw-pictures { column-span: 2; }
    DrawBoard.-large { grid-columns: 58 1fr; grid-rows: 10 20 1fr; }
    DrawBoard.-low { grid-rows: 10 1fr 0; }
    DrawBoard.-low #draw-pictures { display: none; }
    """

    draw_pad = getters.query_one(DrawPad)

    def __init__(self, sketch: Sketch, display: Display) -> None:
        super().__init__()
        self._sketch = sketch
        self._display_mode = display
        self._shown: tuple[Reading, Views | None] = (Reading(), None)

    def compose(self) -> ComposeResult:
        """The pad, the bars, the words and both views."""
        yield DrawPad(self._sketch.pad, display=self._display_mode)
        yield ProbabilityBars(display=self._display_mode)
        yield Words(id="draw-facts")
        with Horizontal(id="draw-pictures"):
            yield ViewPicture("as drawn", display=self._display_mode, id="draw-drawn")
            yield ViewPicture("normalised", display=self._display_mode, id="draw-normalised")

    def on_mount(self) -> None:
        """Begin with what is there."""
        self.show_pen()
        self.show(*self._shown)

    def on_resize(self, event: events.Resize) -> None:
        """The pictures and the pad as large as there is room for."""
        width, height = event.size
        is_large = height >= LARGE[0] and width >= LARGE[1]
        self.set_class(height >= TALL, "-tall")
        self.set_class(is_large, "-large")
        self.set_class(height < LOW, "-low")
        self.draw_pad.set_class(is_large, "-double")
        self.draw_pad.redraw()
        for picture in self.query(ViewPicture):
            picture.set_class(height >= TALL, "-large")
        self.show(*self._shown)

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """The frame says whose space is."""
        self.show_pen()

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """The frame says whose space is."""
        self.show_pen()

    @property
    def is_taken(self) -> bool:
        """Whether space and arrows are the pad's."""
        return self.draw_pad.is_taken

    def show_pen(self) -> None:
        """The pad's frame tells of the pen and of the label."""
        pad, label = self.draw_pad, self._sketch.label
        pad.border_title = words.pen(self._sketch.pad, is_taken=self.is_taken)
        pad.border_subtitle = "no label" if label is None else f"label {label}"

    def show(self, reading: Reading, seen: Views | None) -> None:
        """Bars, pictures and words for a drawing that was read."""
        self._shown = reading, seen
        sketch = self._sketch
        chosen = reading.normalised if sketch.normalises else reading.drawn
        shares = None if chosen is None else chosen.tolist()
        self.query_one(ProbabilityBars).set_probabilities(shares, sketch.label)
        for name, image, answer, is_chosen in (
            ("drawn", seen and seen.drawn, reading.drawn, not sketch.normalises),
            ("normalised", seen and seen.normalised, reading.normalised, sketch.normalises),
        ):
            picture = self.query_one(f"#draw-{name}", ViewPicture)
            picture.show(image, words.answer(answer), is_chosen=is_chosen)
        lines = words.facts(reading, sketch.changes, is_empty=seen is None)
        if self.has_class("-low"):
            lines = [words.both(reading), *lines]
        self.query_one("#draw-facts", Words).say("\n".join(lines))
