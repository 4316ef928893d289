"""A line to type in that is hidden until it asks, and goes away with the focus."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input


class AskingLine(Vertical):
    """What it asks, and what becomes of the text, is a subclass's matter; that composes the one `Input`."""

    DEFAULT_CSS = """
    AskingLine { display: none; }
    AskingLine.-asking { display: block; }
    AskingLine Input { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    class Left(Message):
        """The line is gone, with a text or without; `has_focus`: nothing else has taken the keys."""

        def __init__(self, *, has_focus: bool) -> None:
            super().__init__()
            self.has_focus = has_focus

    @property
    def is_asking(self) -> bool:
        """Whether it is on screen."""
        return self.has_class("-asking")

    def action_leave(self) -> None:
        """Go away."""
        self._close(has_focus=True)

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """Another widget took the focus: nothing is asked any more."""
        if self.is_asking and self.app.app_focus and not self.query_one(Input).has_focus:
            self._close(has_focus=False)

    def _begin(self, text: str) -> None:
        """Go on screen, with `text` in the line already."""
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)
        self.add_class("-asking")
        self.screen.set_focus(line)

    def _close(self, *, has_focus: bool) -> None:
        self.remove_class("-asking")
        self.post_message(self.Left(has_focus=has_focus))
