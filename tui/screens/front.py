"""The screen that the panes lie on."""

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget


class FrontScreen(Screen[None]):
    """Textual's own, but for one thing: that the focus has moved is no reason to paint all of it.

    What gains or loses the focus paints itself.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
