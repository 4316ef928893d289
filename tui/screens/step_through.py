"""One training step to walk through: forward, loss, backward, update, with every number filled in.

The step is the next one of the run on screen, on the first images of its batch; nothing of the run changes.
"""

import asyncio
import textwrap
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen

from mnist_data import DatasetError
from nn.divergence import Diverged
from nn.explain.step_trace import StepTrace
from nn.runs.store import RunError
from tui.answering.current_network import Origin
from tui.lessons.example import Example
from tui.numbers import a_digit
from tui.screens.lesson import LessonScreen
from tui.session import Session
from tui.stepping.load import next_step
from tui.stepping.look import Look, fold, words
from tui.stepping.pictures import seen_as_bytes
from tui.stepping.walk import Page, image_to_begin_with, pages, unit_to_begin_with, where
from tui.terminal.display import Display
from tui.widgets.digit import Digit
from tui.widgets.lines import Lines
from tui.widgets.presence import is_there
from tui.widgets.words import Words, hints_within

HEAD_LINES, FRAME_LINES = 3, 2
FRAME_COLUMNS, DIGIT_COLUMNS = 4, 30
_AROUND_KEYS = 6  # columns: the corners of the frame, a line and a blank at both ends
ROOM_FOR_DIGIT, ROOM_FOR_BOTH, ROOM_FOR_WORDS = 110, 80, 44  # beside a long page, beside the batch
KEYS = ("Esc back", "n p page", "tab stage", "up down number", "1-8 image", "? why", "r newest")


class StepThroughScreen(ModalScreen[None]):
    """`trace` is the step walked through, None until it is there."""

    DEFAULT_CSS = """
    StepThroughScreen { background: $background; }
    StepThroughScreen #where { height: 1; text-style: bold; color: $text-accent; }
    StepThroughScreen #about { height: 1; color: $text-muted; margin-bottom: 1; }
    StepThroughScreen Horizontal { height: 1fr; }
    StepThroughScreen Digit { display: none; margin-left: 2; }
    StepThroughScreen Digit.-seen { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right,l,space", "turn(1)", "Next page", show=False),
        Binding("p,left,h", "turn(-1)", "Page before", show=False),
        Binding("down,j", "unit(1)", "Next number of the layer", show=False),
        Binding("up,k", "unit(-1)", "Number before", show=False),
        Binding("pagedown", "unit(10)", "Ten on", show=False),
        Binding("pageup", "unit(-10)", "Ten back", show=False),
        Binding("tab", "stage(1)", "Next stage", show=False),
        Binding("shift+tab", "stage(-1)", "Stage before", show=False),
        Binding("home", "turn(-1000)", "First page", show=False),
        Binding("end", "turn(1000)", "Last page", show=False),
        *(Binding(str(n), f"image({n - 1})", f"Image {n} of the batch", show=False) for n in range(1, 9)),
        Binding("r", "load", "Again from the newest checkpoint", show=False),
        Binding("question_mark", "lesson", "Why it is so", show=False),
        Binding("escape,q", "dismiss", "Close", show=False),
    ]

    def __init__(self, session: Session, display: Display) -> None:
        """`session` is read, never written."""
        super().__init__()
        self.session = session
        self.display_mode = display
        self.trace: StepTrace | None = None
        self._pages: list[Page] = []
        self._position = 0
        self._image = 0
        self._units: dict[int, int] = {}

    def compose(self) -> ComposeResult:
        """Where one is, what one sees, and the page."""
        with Vertical(classes="framed") as frame:
            frame.border_title = "One training step"
            yield Words(id="where")
            yield Words(id="about")
            with Horizontal():
                yield Lines(id="page")
                yield Digit(display=self.display_mode)

    def on_mount(self) -> None:
        """Trace the step, then show it."""
        self.action_load()

    def on_resize(self, event: events.Resize) -> None:
        """Longer pages show more terms of a sum, wider ones more keys."""
        room = event.size.width - _AROUND_KEYS
        self.query_one(".framed", Vertical).border_subtitle = hints_within(KEYS, room)
        self._show()

    @property
    def page(self) -> Page | None:
        """The page one is on."""
        return self._pages[self._position] if self._pages else None

    def action_load(self) -> None:
        """Trace the step that is next now."""
        self._say("", "computing the step")
        self.run_worker(self._load(), group="trace", exclusive=True)

    def action_turn(self, by: int) -> None:
        """Another page."""
        self._position = min(max(self._position + by, 0), max(0, len(self._pages) - 1))
        self._show()

    def action_stage(self, by: int) -> None:
        """To the first page of another stage."""
        if self.page is not None:
            stages = list(dict.fromkeys(page.stage for page in self._pages))
            target = stages[min(max(stages.index(self.page.stage) + by, 0), len(stages) - 1)]
            self._position = next(n for n, page in enumerate(self._pages) if page.stage == target)
            self._show()

    def action_unit(self, by: int) -> None:
        """Another number of the layer."""
        if self.trace is not None and self.page is not None and self.page.has_units:
            place = self.page.place
            count = self.trace.layers[place].outputs[0].size
            self._units[place] = (self._unit(self.trace, place) + by) % count
            self._show()

    def action_image(self, number: int) -> None:
        """Another image of the batch."""
        if self.trace is not None and number < len(self.trace.labels):
            self._image = number
            self._show()

    def action_lesson(self) -> None:
        """Why it is as the page says."""
        if self.trace is not None and self.page is not None:
            place = self.page.place
            unit = self._unit(self.trace, place) if self.page.has_units else None
            example = Example.of_step(self.trace, self._image, place, unit)
            self.app.push_screen(
                LessonScreen(self.page.lesson, self.trace.config, self.display_mode, example)
            )

    async def _load(self) -> None:
        """In a thread, because a checkpoint is read and a network made."""
        dataset = self.session.dataset
        if dataset is None:
            self._say("", "the images are not there yet; r tries again")
            return
        try:
            self.trace = await asyncio.to_thread(next_step, Origin.of(self.session), dataset)
        except (RunError, DatasetError, Diverged, ValueError) as error:
            reason = textwrap.wrap(self.display_mode.printable(str(error)), ROOM_FOR_WORDS)
            self._say("", "this step cannot be taken", [words(line) for line in reason])
            return
        self._pages, self._units = pages(self.trace), {}
        self._position = min(self._position, len(self._pages) - 1)
        self._image = image_to_begin_with(self.trace)
        self._show()

    def _unit(self, trace: StepTrace, place: int) -> int:
        if place not in self._units:
            self._units[place] = unit_to_begin_with(trace, place, self._image)
        return self._units[place]

    def _show(self) -> None:
        """The page as it is now."""
        trace, page = self.trace, self.page
        if trace is None or page is None or not is_there(self):
            return
        height = self.size.height - FRAME_LINES - HEAD_LINES
        unit = self._unit(trace, page.place) if page.has_units else 0
        look = Look(trace, page.place, self._image, unit, height)
        self.query_one(".framed", Vertical).border_title = f"One training step: step {trace.step + 1:,}"
        has_digit = self.size.width >= (ROOM_FOR_BOTH if page.about == "batch" else ROOM_FOR_DIGIT)
        digit = self.query_one(Digit)
        digit.image = seen_as_bytes(trace, self._image)
        digit.set_class(has_digit, "-seen")
        width = self.size.width - FRAME_COLUMNS
        lines = fold(page.draw(look), width - DIGIT_COLUMNS if has_digit else width)
        self._say(where(self._pages, self._position, width), self._about(look, page, width), lines)

    def _about(self, look: Look, page: Page, width: int) -> str:
        """Page, number and image, in fewer words where the line is short."""
        position = f"{self._position + 1}/{len(self._pages)} {page.about}"
        cells = (look.cell_words, look.cell_name) if page.has_units else ("", "")
        image = f"image {look.image + 1}, {a_digit(look.label)}"
        titled = f"{position}: {page.title}"
        ways = [
            "; ".join(part for part in parts if part)
            for parts in ((titled, cells[0], image), (position, cells[0], image), (position, cells[1], image))
        ]
        return next((way for way in ways if len(way) <= width), ways[-1])

    def _say(self, way: str, about: str, lines: list[Text] | None = None) -> None:
        if not is_there(self):
            return
        self.query_one("#where", Words).say(way)
        self.query_one("#about", Words).say(self.display_mode.printable(about))
        self.query_one("#page", Lines).set_lines(lines or [words()])
