"""The screen that the panes lie on: a header, the panes, a line of keys."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.panes.deck import SMALLEST, Deck
from tui.terminal.display import Display
from tui.widgets.header import Header
from tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tui.session import Session


class FrontScreen(Screen[None]):
    """The frame; in a terminal too small for it there is a line that says so."""

    class Framed(Message):
        """The frame is there and has been painted."""

    # Textual paints all of a screen whose focus has moved; here what gains or loses it paints itself.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, display: Display) -> None:
        super().__init__(id="_default")
        self.header = Header(display)
        self.deck = Deck(display)
        self.key_line = KeyLine(display)
        self._too_small = Static(id="too-small", markup=False)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.header
        yield self.deck
        yield self.key_line
        yield self._too_small

    async def on_mount(self) -> None:
        """Say when the frame is painted."""
        await self.fit(*self.app.size)
        self.call_after_refresh(self.post_message, self.Framed())

    async def fit(self, width: int, height: int) -> None:
        """Wide or narrow, or too small to be of use."""
        await self.deck.fit(width, height)
        self.app.set_class(self.deck.is_cramped, "-tiny")
        if self.deck.is_cramped:
            self._too_small.update(
                f"terminal {width}x{height}, needs {SMALLEST[0]}x{SMALLEST[1]}; training goes on"
            )

    async def turn_to(self, number: int) -> None:
        """Go to a pane; the line of keys is changed first, to be painted with it."""
        self.key_line.show_pane(number)
        await self.deck.turn_to(number)

    def show(self, session: "Session") -> None:
        """Draw what is to be seen as the session is now."""
        self.header.show(session)
        self.deck.show()
