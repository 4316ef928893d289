"""The health of the network on screen: what is off, and what was measured of each layer last."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from tui.inspecting.health_words import page
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.pace import follow_seconds
from tui.widgets.words import Words

_WIDEST = 100
_AROUND = 5  # columns: the frame, a blank on both sides, the scrollbar


class HealthScreen(ModalScreen[None]):
    """Any of Esc, q, ? and Enter closes it; it follows the run while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "Close", show=False)
    ]
    DEFAULT_CSS = f"""
    HealthScreen {{ align: center middle; }}
    HealthScreen VerticalScroll {{
        width: {_WIDEST}; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $accent; padding: 0 1;
        scrollbar-size: 1 1; scrollbar-gutter: stable;
    }}
    """

    def __init__(self, session: Session, display: Display) -> None:
        """`session` is read, never written."""
        super().__init__()
        self._session = session
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """The page."""
        with VerticalScroll() as frame:
            frame.border_title = "Health of the network"
            frame.border_subtitle = "up and down scroll, Esc closes"
            yield Words()

    def on_mount(self) -> None:
        """The page takes the focus, so that arrows scroll it."""
        self.query_one(VerticalScroll).focus()
        self.set_interval(follow_seconds(self), self._show)

    def on_resize(self, _: events.Resize) -> None:
        """Other lines in another width."""
        self._show()

    def _show(self) -> None:
        session = self._session
        width = min(self.size.width, _WIDEST) - _AROUND
        lines = page(session.history, session.shown_config, width)
        self.query_one(Words).say("\n".join(self._display_mode.printable(line) for line in lines))
