"""What all panes share: a number, a title, commands from the table, and one method that draws the session."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container

from tui.choices import SetName
from tui.commands import of_pane
from tui.messages import LookedElsewhere, Said
from tui.panes.frame import title
from tui.terminal.display import Display

if TYPE_CHECKING:
    from tui.session import Session


class Pane(Container):
    """A pane reads the session when told to, and posts messages of `tui.messages`; it knows no other pane.

    Bindings come from the command table: give every command of the pane an `action_<name>` method.
    """

    number: ClassVar[int]
    help_text: ClassVar[str] = ""  # what `?` says of all in it that says nothing of its own

    def __init__(self, session: "Session", display: Display) -> None:
        """The pane keeps `session` to read; it writes by `look_at` methods alone."""
        super().__init__(id=f"pane{self.number}", classes="pane")
        self.session = session
        self.display_mode = display
        self.border_title = title(self.number, is_lit=False)
        for command in of_pane(self.number):
            self._bindings.bind(command.keys, command.action, command.words, show=False)

    @abstractmethod
    def show(self) -> None:
        """Draw the session as it is now, while visible: after a key, and at most four times a second else."""

    @property
    def image_shown(self) -> int | None:
        """The image of the set looked at that the pane is about."""
        return self.session.chosen

    def say(self, text: str, *, is_error: bool = False) -> None:
        """A sentence for the person."""
        self.post_message(Said(text, is_error=is_error))

    def look_at_image(self, index: int) -> None:
        """Choose an image, at once: the next key builds on it."""
        self.session.look_at_image(index)
        self.post_message(LookedElsewhere())

    def look_at_set(self, set_name: SetName) -> None:
        """Choose a set of images, at once."""
        self.session.look_at_set(set_name)
        self._show_other_answers()

    def action_scrub(self, by: int) -> None:
        """Choose the answers of an earlier or a later epoch, at once; or say why there are none."""
        from tui.answering.looking import scrub

        if reason := scrub(self.session, by):
            self.say(reason)
        else:
            self._show_other_answers()

    def action_evidence(self) -> None:
        """Open the screen that says why the network answers this image as it does."""
        from tui.screens.evidence import look

        if (index := self.image_shown) is not None:
            look(self, index)

    def focus_first(self) -> None:
        """Take the focus, on what a person most likely wants to move in.

        At once, with `Screen.set_focus`: `Widget.focus` comes after the keys that a person has typed ahead.
        """
        for widget in self.query("*"):
            if widget.focusable:
                self.screen.set_focus(widget)
                return

    def _show_other_answers(self) -> None:
        """At once, for the next key builds on what is shown; the app then draws whatever else shows them."""
        self.show()
        self.post_message(LookedElsewhere())
