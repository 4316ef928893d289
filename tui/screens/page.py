"""A page of words over the panes, as help, a lesson and the health of the network are."""

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.terminal.display import Display
from tui.widgets.quick_scroll import QuickScroll
from tui.widgets.words import Words


class PageScreen(ModalScreen[None]):
    """A frame as high as its words; any of Esc, q, ? and Enter closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "Close", show=False)
    ]
    DEFAULT_CSS = """
    PageScreen { align: center middle; }
    PageScreen QuickScroll {
        max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $accent; padding: 0 1;
    }
    """
    keys: ClassVar[str] = "up and down scroll, Esc closes"

    page = getters.query_one(Words)

    def __init__(self, heading: str, display: Display) -> None:
        super().__init__()
        self._heading = heading
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """The page in its frame."""
        with QuickScroll() as frame:
            frame.border_title = self._heading
            frame.border_subtitle = self.keys
            yield Words()

    def on_mount(self) -> None:
        """The page takes the focus, so that arrows scroll it."""
        self.query_one(QuickScroll).focus()

    def say(self, lines: list[str]) -> None:
        """Show other lines."""
        self.page.say("\n".join(self._display_mode.printable(line) for line in lines))
