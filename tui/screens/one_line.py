"""A command line over the full width, to copy by hand where the terminal does not copy by itself."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static


class OneLineScreen(ModalScreen[None]):
    """Shows the line without anything beside it that a selection by mouse would take along."""

    DEFAULT_CSS = """
    OneLineScreen { align: center bottom; }
    OneLineScreen Vertical { height: auto; max-height: 100%; background: $surface; padding: 1 0; }
    OneLineScreen .-words { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,c,q,space", "dismiss", "Close", show=False),
    ]

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line

    def compose(self) -> ComposeResult:
        """The line, and how to go back."""
        with Vertical():
            yield Static(self.line, markup=False, id="line")
            yield Static(
                "Copied where the terminal allows it (OSC 52); else select it with shift. Esc closes.",
                markup=False,
                classes="-words",
            )
