"""Draw: a pad, the network's answer to what is on it, and what MNIST's normalisation makes of that.

The pad owns space and the arrows while it has the focus. Whatever computes does so in a thread, one deed
after the other; of several drawings that wait to be read only the newest is.
"""

from functools import partial
from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.screen import Screen

from tui.answering.current_network import Origin
from tui.cli.places import drawings_directory
from tui.commands import DRAW
from tui.drawing.changes import Changes
from tui.drawing.chosen import chosen_image
from tui.drawing.desk import Desk
from tui.drawing.ink import Ink, blank
from tui.drawing.labelling import Labelling
from tui.drawing.latest_reading import LatestReading
from tui.drawing.sketch import Sketch
from tui.panes.base import Pane
from tui.panes.draw_files import DrawFiles
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.asking_line import AskingLine
from tui.widgets.draw_board import DrawBoard
from tui.widgets.draw_pad import DrawPad
from tui.widgets.presence import is_there


class DrawPane(Pane, can_focus=True):
    """The drawing, what is changed in it and its label are the pane's own."""

    number: ClassVar[int] = DRAW
    help_text: ClassVar[str] = DrawPad.help_text
    DEFAULT_CSS = """
    DrawPane { layers: base prompt; }
    DrawPane DrawFiles { dock: bottom; layer: prompt; background: $surface; }
    """

    _board = getters.query_one(DrawBoard)
    _files = getters.query_one(DrawFiles)

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.sketch = Sketch()
        self._desk = Desk(drawings_directory())
        self.latest = LatestReading(self._desk, self.sketch)
        self._labelling = Labelling(self.sketch)

    def compose(self) -> ComposeResult:
        """The pad with its answers, and the prompt over the foot."""
        yield DrawBoard(self.sketch, self.display_mode)
        yield DrawFiles(self.session, self._desk)

    def on_mount(self) -> None:
        """Another screen takes the keys that a label would be."""
        self.app.screen_change_signal.subscribe(self, self._see_screen)

    def focus_first(self) -> None:
        """The pad takes the focus."""
        self.action_take_pad()

    def show(self) -> None:
        """Read the drawing again where the network has learned since."""
        if self.latest.origin != Origin.of(self.session):
            self._ask()

    # the pen

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Space, arrows and Esc are the pad's only while it has the focus."""
        if action in ("pen", "move", "leave_pad"):
            return self._board.is_taken
        return not (action == "take_pad" and self._board.is_taken)

    def on_key(self, event: events.Key) -> None:
        """After L the next key is a label, not a command; L is taken here, before that key comes by."""
        said = self._labelling.hear(event.key, event.character)
        if said is None:
            return
        event.stop()
        event.prevent_default()
        self.say(said)
        self._board.show_pen()
        self._show()

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """Keys go elsewhere, and none of them is a label."""
        self._labelling.awaits = False

    def _see_screen(self, screen: Screen[object]) -> None:
        self._labelling.awaits &= screen is self.screen

    def on_draw_pad_drawn(self, event: DrawPad.Drawn) -> None:
        """A mouse has drawn."""
        event.stop()
        self._labelling.awaits = False
        self._board.show_pen()
        self._ask()

    def action_take_pad(self) -> None:
        """Space and arrows draw."""
        self.screen.set_focus(self._board.draw_pad)

    def action_leave_pad(self) -> None:
        """Space trains, as everywhere."""
        self.sketch.pad.lift()
        self.screen.set_focus(self)

    def action_pen(self) -> None:
        """Down or up."""
        self.sketch.pad.toggle_pen()
        self._pad_changed()

    def action_move(self, right: int, down: int) -> None:
        """Move the pen."""
        self.sketch.pad.move(right, down)
        self._board.draw_pad.redraw()
        if self.sketch.pad.pen_is_down:
            self._ask()

    def action_width(self) -> None:
        """The next width."""
        self.sketch.pad.next_width()
        self._board.show_pen()

    def action_eraser(self) -> None:
        """Draw or erase."""
        self.sketch.pad.toggle_eraser()
        self._pad_changed()

    def action_undo(self) -> None:
        """Take back the last stroke."""
        undone = self.sketch.pad.undo()
        self._pad_changed()
        if not undone:
            self.say("there is nothing to undo")

    def action_redo(self) -> None:
        """Bring back what was undone."""
        redone = self.sketch.pad.redo()
        self._pad_changed()
        if not redone:
            self.say("there is nothing to redo")

    def action_clear(self) -> None:
        """An empty pad, without a label."""
        self._put(blank(), None)

    # what is changed in it

    def action_normalise(self) -> None:
        """The bars are the answer to the other view."""
        self.sketch.normalises = not self.sketch.normalises
        self._show()

    def action_shift(self, right: int, down: int) -> None:
        """By pixels."""
        self._change(self.sketch.changes.shifted(right, down))

    def action_turn(self, degrees: int) -> None:
        """Clockwise."""
        self._change(self.sketch.changes.turned(degrees))

    def action_noise(self, percent: int) -> None:
        """More or less."""
        self._change(self.sketch.changes.noisier(percent))

    def action_reset(self) -> None:
        """As it was drawn."""
        self._change(Changes())

    def action_take_image(self) -> None:
        """The image chosen in Browse, with its label."""
        found = chosen_image(self.session)
        if isinstance(found, str):
            self.say(f"there is no image to take: {found}", is_error=True)
        else:
            self._put(*found.picture)
            self.say(found.words)

    # files

    def action_label(self) -> None:
        """The next key is the digit that the drawing shows."""
        self.say(self._labelling.ask())
        self._board.show_pen()

    def action_save(self) -> None:
        """Save the drawing under its label."""
        self._files.save(self.sketch)

    def action_open(self) -> None:
        """Ask for a picture."""
        self.sketch.pad.lift()
        self._files.ask_for_picture()

    def action_evaluate(self) -> None:
        """How many of the saved drawings the network reads right."""
        self._files.evaluate()

    def action_add_to_training(self) -> None:
        """The config names a folder with the saved drawings among the training images."""
        self._files.add_to_training()

    def on_draw_files_opened(self, message: DrawFiles.Opened) -> None:
        """Put the picture on the pad."""
        message.stop()
        self._files.action_leave()
        self._put(*message.picture)

    def on_asking_line_left(self, message: AskingLine.Left) -> None:
        """Back to the pad."""
        message.stop()
        if message.has_focus:
            self.action_take_pad()

    # reading and showing

    def _ask(self) -> None:
        """Have the drawing read as it is now, after what is being read."""
        if self.latest.wish():
            # Without a description Textual writes out the session with all images: 12 ms a stroke.
            work = partial(self.latest.fulfil, self.session, self._show)
            self.run_worker(work, group="reading", description="read the drawing")

    def _put(self, ink: Ink, label: int | None, held_out: str = "") -> None:
        self.sketch.put(ink, label, held_out)
        self._pad_changed()

    def _change(self, changes: Changes) -> None:
        self.sketch.changes = changes
        self._ask()

    def _pad_changed(self) -> None:
        self._board.draw_pad.redraw()
        self._board.show_pen()
        self._ask()

    def _show(self) -> None:
        if is_there(self):
            self._board.show(self.latest.reading, self.latest.views)
