"""The screen that the panes lie on: a header, the panes, a line of keys."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from tui.panes.deck import ASIDE, Deck
from tui.screens.too_small import TooSmallScreen
from tui.terminal.display import Display
from tui.widgets.header import Header
from tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tui.session import Session


class FrontScreen(Screen[None]):
    """The frame; in a terminal too small for it a screen lies over it that says so."""

    # A sentence of several lines lies over the frame of what is above it, which keeps its size.
    DEFAULT_CSS = """
    FrontScreen { layers: below sentence; }
    FrontScreen Header, FrontScreen Deck { layer: below; }
    FrontScreen Deck { margin-bottom: 1; }
    FrontScreen KeyLine { layer: sentence; dock: bottom; }
    """

    class Framed(Message):
        """The frame is there and has been painted."""

    # Textual paints all of a screen whose focus has moved; here what gains or loses it paints itself.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, display: Display) -> None:
        super().__init__(id="_default")
        self.header = Header(display)
        self.deck = Deck(display)
        self.key_line = KeyLine(display)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.header
        yield self.deck
        yield self.key_line

    @property
    def focus_chain(self) -> list[Widget]:
        """Where tab leads, which is nothing beside the screen."""
        return [
            widget
            for widget in super().focus_chain
            if not any(node.has_class(ASIDE) for node in widget.ancestors_with_self)
        ]

    async def on_mount(self) -> None:
        """Say when the frame is painted."""
        await self.fit(*self.app.size)
        self.call_after_refresh(self.post_message, self.Framed())

    async def fit(self, width: int, height: int) -> None:
        """Wide or narrow, or too small to be of use."""
        await self.deck.fit(width, height)
        if self.deck.is_cramped and not any(isinstance(one, TooSmallScreen) for one in self.app.screen_stack):
            self.app.push_screen(TooSmallScreen())

    async def turn_to(self, number: int) -> None:
        """Go to a pane; the line of keys is changed first, to be painted with it."""
        self.key_line.show_pane(number)
        await self.deck.turn_to(number)

    def show(self, session: "Session") -> None:
        """Draw what is to be seen as the session is now."""
        self.header.show(session)
        self.deck.show()
