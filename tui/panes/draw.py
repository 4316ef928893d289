"""Draw: a pad, the network's answer to what is on it, and what MNIST's normalisation makes of that.

The pad owns space and the arrows while it has the focus. Whatever computes does so in a thread, one deed
after the other; of several drawings that wait to be read only the newest is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

import numpy as np
from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal

from mnist_data import DatasetError
from nn.runs.store import RunError
from tui.answering.current_network import Origin
from tui.cli.errors import UsageError
from tui.cli.places import drawings_directory
from tui.commands import DRAW
from tui.drawing import deeds, words
from tui.drawing.changes import Changes
from tui.drawing.collection import Collection
from tui.drawing.ink import Ink, blank, of_pixels
from tui.drawing.pad import Pad
from tui.drawing.reader import Reader, Reading
from tui.drawing.views import Views, views
from tui.editing.edits import preset_of
from tui.messages import ConfigEdited, Said
from tui.panes.base import Pane
from tui.paths import person_path
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.draw_pad import DrawPad
from tui.widgets.path_prompt import PathPrompt
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.view_picture import ViewPicture
from tui.widgets.words import Words

TALL = 31  # rows of contents that large pictures need
LARGE = (46, 100)  # rows and columns of contents that a pad of twice the size needs
LOW = 20  # rows of contents below which there is no room for pictures
OPEN = "Open picture"


class PicturePrompt(PathPrompt):
    """Asks for a picture's path."""

    help_text: ClassVar[str] = "Type the path of a PNG or JPEG; ~ is your home. Enter takes it, Esc leaves."


class DrawPane(Pane, can_focus=True):
    """The drawing, what is changed in it and its label are the pane's own."""

    number: ClassVar[int] = DRAW
    help_text: ClassVar[str] = DrawPad.help_text
    DEFAULT_CSS = """
    DrawPane { layers: base prompt; }
    DrawPane #draw-body {
        layout: grid; grid-size: 2; grid-columns: 30 1fr; grid-rows: 10 2 1fr; grid-gutter: 0 2;
    }
    DrawPane DrawPad { row-span: 3; }
    DrawPane #draw-pictures { height: auto; }
    DrawPane.-tall #draw-body { grid-rows: 10 6 1fr; }
    DrawPane.-tall DrawPad { row-span: 2; }
    DrawPane.-tall #draw-pictures { column-span: 2; }
    DrawPane.-large #draw-body { grid-columns: 58 1fr; grid-rows: 10 20 1fr; }
    DrawPane.-low #draw-body { grid-rows: 10 1fr 0; }
    DrawPane.-low #draw-pictures { display: none; }
    DrawPane PicturePrompt { dock: bottom; layer: prompt; background: $surface; }
    """

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.pad = Pad()
        self.changes = Changes()
        self.normalises = True
        self.label: int | None = None
        self.reading = Reading()
        self._collection = Collection(drawings_directory())
        self._reader = Reader()
        self._turn = asyncio.Lock()
        self._origin: Origin | None = None
        self._views: Views | None = None
        self._is_stale = self._is_reading = self._awaits_label = False
        self._saved: tuple[Ink, int | None] = (blank(), None)

    def compose(self) -> ComposeResult:
        """The pad, the bars, the words, both views, and the prompt over the foot."""
        with Container(id="draw-body"):
            yield DrawPad(self.pad, display=self.display_mode)
            yield ProbabilityBars(display=self.display_mode)
            yield Words(id="draw-facts")
            with Horizontal(id="draw-pictures"):
                yield ViewPicture("as drawn", display=self.display_mode, id="draw-drawn")
                yield ViewPicture("normalised", display=self.display_mode, id="draw-normalised")
        yield PicturePrompt()

    def on_mount(self) -> None:
        """Begin with an empty pad."""
        self._show_pen()
        self._show_answers()

    def focus_first(self) -> None:
        """The pad takes the focus."""
        self.screen.set_focus(self._draw_pad)

    def on_resize(self, event: events.Resize) -> None:
        """The pictures and the pad as large as there is room for."""
        width, height = event.size
        is_large = height >= LARGE[0] and width >= LARGE[1]
        self.set_class(height >= TALL, "-tall")
        self.set_class(is_large, "-large")
        self.set_class(height < LOW, "-low")
        self._draw_pad.set_class(is_large, "-double")
        self._draw_pad.redraw()
        for picture in self.query(ViewPicture):
            picture.set_class(height >= TALL, "-large")
        self._show_answers()

    def show(self) -> None:
        """Read the drawing again where the network has learned since."""
        if self._origin != Origin.of(self.session):
            self._ask()

    # the pen

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Space, arrows and Esc are the pad's only while it has the focus."""
        if action in ("pen", "move", "leave_pad"):
            return self._is_taken
        return not (action == "take_pad" and self._is_taken)

    def on_key(self, event: events.Key) -> None:
        """After L the next key is a label, not a command."""
        if not self._awaits_label:
            return
        self._awaits_label = False
        event.stop()
        event.prevent_default()
        if event.character and event.character in "0123456789":
            self._take_label(int(event.character))
        elif event.key == "backspace":
            self._take_label(None)
        else:
            self._say("no label was given: a digit does, 0 to 9")

    def on_draw_pad_drawn(self, event: DrawPad.Drawn) -> None:
        """A mouse has drawn."""
        event.stop()
        self._show_pen()
        self._ask()

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """The title says whose space is."""
        self._show_pen()

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """The title says whose space is."""
        self._show_pen()

    def action_take_pad(self) -> None:
        """Space and arrows draw."""
        self.screen.set_focus(self._draw_pad)

    def action_leave_pad(self) -> None:
        """Space trains, as everywhere."""
        self.pad.lift()
        self.focus()

    def action_pen(self) -> None:
        """Down or up."""
        self.pad.toggle_pen()
        self._pad_changed()

    def action_move(self, right: int, down: int) -> None:
        """Move the pen."""
        self.pad.move(right, down)
        self._draw_pad.redraw()
        if self.pad.pen_is_down:
            self._ask()

    def action_width(self) -> None:
        """The next width."""
        self.pad.next_width()
        self._show_pen()

    def action_eraser(self) -> None:
        """Draw or erase."""
        self.pad.toggle_eraser()
        self._pad_changed()

    def action_undo(self) -> None:
        """Take back the last stroke."""
        if not self.pad.undo():
            self._say("there is nothing to undo")
        self._pad_changed()

    def action_redo(self) -> None:
        """Bring back what was undone."""
        if not self.pad.redo():
            self._say("there is nothing to redo")
        self._pad_changed()

    def action_clear(self) -> None:
        """An empty pad, without a label."""
        self._put(blank(), None)

    # what is changed in it

    def action_normalise(self) -> None:
        """The bars are the answer to the other view."""
        self.normalises = not self.normalises
        self._show_answers()

    def action_shift(self, right: int, down: int) -> None:
        """By pixels."""
        self._change(self.changes.shifted(right, down))

    def action_turn(self, degrees: int) -> None:
        """Clockwise."""
        self._change(self.changes.turned(degrees))

    def action_noise(self, percent: int) -> None:
        """More or less."""
        self._change(self.changes.noisier(percent))

    def action_reset(self) -> None:
        """As it was drawn."""
        self._change(Changes())

    def action_take_image(self) -> None:
        """The image chosen in Browse, with its label."""
        answers, index = self.session.answers, self.session.chosen
        if answers is None or not 0 <= index < len(answers):
            self._say("there is no image to take: Browse shows which there are", is_error=True)
            return
        self._put(of_pixels(answers.images[index]), int(answers.labels[index]))
        self._say(f"{answers.set_name} image {index}, which is a {answers.labels[index]}")

    # files

    def action_label(self) -> None:
        """The next key is the digit that the drawing shows."""
        self.pad.lift()
        self._show_pen()
        self._awaits_label = True
        self._say("which digit is it? 0 to 9; backspace takes the label away")

    def action_save(self) -> None:
        """Save the drawing under its label."""
        ink, label = self.pad.ink, self.label
        if self.pad.is_empty:
            self._say("the pad is empty: there is nothing to save", is_error=True)
        elif np.array_equal(ink, self._saved[0]) and label == self._saved[1]:
            self._say("this drawing is saved already")
        else:
            self._do(lambda: self._save(ink, label))

    def action_open(self) -> None:
        """Ask for a picture."""
        self.pad.lift()
        self.query_one(PicturePrompt).ask(OPEN, f"{self._collection.folder}/")

    def on_path_prompt_given(self, message: PathPrompt.Given) -> None:
        """Put the picture on the pad."""
        message.stop()
        self._do(lambda: self._open(message.text.strip()))

    def on_path_prompt_left(self, message: PathPrompt.Left) -> None:
        """Back to the pad."""
        message.stop()
        self.screen.set_focus(self._draw_pad)

    def action_evaluate(self) -> None:
        """How many of the saved drawings the network reads right."""
        self._do(self._evaluate)

    def action_add_to_training(self) -> None:
        """The config names a folder with the saved drawings among the training images."""
        self._do(self._add_to_training)

    async def _save(self, ink: Ink, label: int | None) -> None:
        self._say(await asyncio.to_thread(deeds.save, self._collection, ink, label))
        self._saved = ink, label

    async def _open(self, text: str) -> None:
        ink, label, told = await asyncio.to_thread(deeds.open_picture, person_path(text))
        self.query_one(PicturePrompt).close()
        self.screen.set_focus(self._draw_pad)
        self._put(ink, label)
        self._say(told)

    async def _evaluate(self) -> None:
        origin = Origin.of(self.session)
        self._say(await asyncio.to_thread(deeds.evaluate, self._collection, self._reader, origin))

    async def _add_to_training(self) -> None:
        session = self.session
        at_hand = session.dataset if session.dataset_source == session.config.data.source else None
        self._say("writing the training images with your drawings among them")
        config, told = await asyncio.to_thread(
            deeds.add_to_training, self._collection, session.config, at_hand
        )
        self.post_message(ConfigEdited(config, preset_of(config)))
        self._say(told)

    def _do(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Do something with files in the background; what goes wrong is said."""

        async def attempt() -> None:
            try:
                async with self._turn:
                    await deed()
            except (DatasetError, RunError, UsageError) as error:
                self._say(str(error), is_error=True)

        self.run_worker(attempt, group="drawings")

    # reading and showing

    @property
    def _draw_pad(self) -> DrawPad:
        return self.query_one(DrawPad)

    @property
    def _is_taken(self) -> bool:
        """Whether space and arrows are the pad's."""
        return self.screen.focused is self._draw_pad

    def _ask(self) -> None:
        """Have the drawing read as it is now, after what is being read."""
        self._is_stale = True
        if not self._is_reading:
            self._is_reading = True
            self.run_worker(self._read, group="reading")

    async def _read(self) -> None:
        while self._is_stale:
            self._is_stale = False
            self._origin = origin = Origin.of(self.session)
            ink, changes = self.pad.ink, self.changes
            async with self._turn:
                self._views, self.reading = await asyncio.to_thread(self._look, origin, ink, changes)
            self._show_answers()
        self._is_reading = False

    def _look(self, origin: Origin, ink: Ink, changes: Changes) -> tuple[Views | None, Reading]:
        """Both views and their answers; runs in a thread."""
        seen = views(ink, changes)
        return seen, self._reader.read(origin, seen)

    def _put(self, ink: Ink, label: int | None) -> None:
        self.pad.put(ink)
        self.label = label
        self._pad_changed()

    def _take_label(self, label: int | None) -> None:
        self.label = label
        self._say("without a label" if label is None else f"labelled {label}")
        self._show_pen()
        self._show_answers()

    def _change(self, changes: Changes) -> None:
        self.changes = changes
        self._ask()

    def _pad_changed(self) -> None:
        self._draw_pad.redraw()
        self._show_pen()
        self._ask()

    def _show_pen(self) -> None:
        """The pad's frame tells of the pen and of the label."""
        pad = self._draw_pad
        pad.border_title = words.pen(self.pad, is_taken=self._is_taken)
        pad.border_subtitle = "no label" if self.label is None else f"label {self.label}"

    def _show_answers(self) -> None:
        """Bars, pictures and words, as they were read last."""
        reading, seen = self.reading, self._views
        chosen = reading.normalised if self.normalises else reading.drawn
        self.query_one(ProbabilityBars).set_probabilities(
            None if chosen is None else chosen.tolist(), self.label
        )
        for name, image, answer, is_chosen in (
            ("drawn", seen and seen.drawn, reading.drawn, not self.normalises),
            ("normalised", seen and seen.normalised, reading.normalised, self.normalises),
        ):
            picture = self.query_one(f"#draw-{name}", ViewPicture)
            picture.show(image, words.answer(answer), is_chosen=is_chosen)
        lines = words.facts(reading, self.changes, is_empty=seen is None)
        if self.has_class("-low"):
            lines = [words.both(reading), *lines]
        self.query_one("#draw-facts", Words).say("\n".join(lines))

    def _say(self, text: str, *, is_error: bool = False) -> None:
        self.post_message(Said(text, is_error=is_error))
