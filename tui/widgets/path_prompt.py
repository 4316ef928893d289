"""One line that asks for a file's path; hidden until it is asked."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from tui.messages import Said
from tui.paths import typed_last


class PathPrompt(Horizontal):
    """Enter gives the path, Esc leaves."""

    help_text: ClassVar[str] = "Type the path of a TOML file; ~ is your home. Enter takes it, Esc leaves."
    DEFAULT_CSS = """
    PathPrompt { display: none; height: 1; }
    PathPrompt.-asking { display: block; }
    PathPrompt Label { width: auto; color: $text-accent; }
    PathPrompt Input { width: 1fr; height: 1; border: none; padding: 0; }
    PathPrompt Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    class Given(Message):
        """A path was typed; `purpose` is what `ask` was given."""

        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    class Left(Message):
        """The prompt is gone, with a path or without; `has_focus`: nothing else has taken the keys."""

        def __init__(self, has_focus: bool) -> None:
            super().__init__()
            self.has_focus = has_focus

    purpose: str = ""

    def compose(self) -> ComposeResult:
        """A word and the line."""
        yield Label("", markup=False)
        yield Input(compact=True, select_on_focus=False)

    def ask(self, purpose: str, path: str) -> None:
        """Ask for a path, with `path` written already."""
        self.purpose = purpose
        self.query_one(Label).update(f"{purpose}: ")
        line = self.query_one(Input)
        line.value = path
        line.cursor_position = len(path)
        self.add_class("-asking")
        self.screen.set_focus(line)

    def close(self) -> None:
        """Hide it."""
        self.remove_class("-asking")

    def action_leave(self) -> None:
        """Hide it and say so."""
        self.close()
        self.post_message(self.Left(has_focus=True))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say what was typed."""
        event.stop()
        self.post_message(self.Given(self.purpose, typed_last(event.value)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said of the path before is past, and may lie over this line."""
        event.stop()
        self.post_message(Said(""))

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """Another widget took the focus: nothing is asked any more."""
        if self.has_class("-asking") and self.app.app_focus and not self.query_one(Input).has_focus:
            self.close()
            self.post_message(self.Left(has_focus=False))
