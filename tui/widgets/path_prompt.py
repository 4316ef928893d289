"""One line that asks for a file's path; hidden until it is asked."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input, Label

from tui.messages import Said
from tui.paths import typed_last
from tui.widgets.asking_line import AskingLine


class PathPrompt(AskingLine):
    """Enter gives the path, Esc leaves."""

    help_text: ClassVar[str] = "Type the path of a TOML file; ~ is your home. Enter takes it, Esc leaves."
    DEFAULT_CSS = """
    PathPrompt { layout: horizontal; height: 1; }
    PathPrompt Label { width: auto; color: $text-accent; }
    PathPrompt Input { height: 1; border: none; padding: 0; }
    PathPrompt Input:focus { border: none; }
    """

    class Given(Message):
        """A path was typed; `purpose` is what `ask` was given."""

        def __init__(self, purpose: str, text: str) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text

    purpose: str = ""

    def compose(self) -> ComposeResult:
        """A word and the line."""
        yield Label("", markup=False)
        yield Input(compact=True, select_on_focus=False)

    def ask(self, purpose: str, path: str) -> None:
        """Ask for a path, with `path` written already."""
        self.purpose = purpose
        self.query_one(Label).update(f"{purpose}: ")
        self._begin(path)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say what was typed."""
        event.stop()
        self.post_message(self.Given(self.purpose, typed_last(event.value)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said of the path before is past, and may lie over this line."""
        event.stop()
        self.post_message(Said(""))
