"""Help for what has the focus: what it is, its keys, and the keys that work everywhere."""

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.commands import APP, PANE_NAMES, of_pane


class HelpScreen(ModalScreen[None]):
    """One page of text; any of Esc, q and ? closes it."""

    BINDINGS = [Binding("escape,q,question_mark", "dismiss", "Close", show=False)]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll {
        width: 76; max-width: 100%; height: auto; max-height: 90%;
        background: $surface; border: round $accent; padding: 0 1;
    }
    """

    def __init__(self, pane: int, about: str) -> None:
        """`about` explains the widget that has the focus."""
        super().__init__()
        self._text = help_text(pane, about)

    def compose(self) -> ComposeResult:
        """The page."""
        with VerticalScroll() as page:
            page.border_title = "Help"
            page.border_subtitle = "Esc closes"
            yield Static(self._text, markup=False)

    def on_mount(self) -> None:
        """The page takes the focus, so that arrows scroll it."""
        self.query_one(VerticalScroll).focus()


def help_text(pane: int, about: str) -> Text:
    """What has the focus, the pane's keys, then the app's."""
    text = Text(about.strip() + "\n" if about else "")
    for title, number in ((f"Keys of {PANE_NAMES.get(pane, '')}", pane), ("Keys everywhere", APP)):
        commands = of_pane(number)
        if not commands:
            continue
        text.append(f"\n{title}\n", "bold")
        for command in commands:
            text.append(f"  {command.shown:<10}", "bold").append(f"{command.words}\n")
    return text
