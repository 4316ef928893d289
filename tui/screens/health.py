"""The health of the network on screen: what is off, and what was measured of each layer last."""

from textual import events

from tui.inspecting.health_words import page
from tui.screens.page import PageScreen
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.pace import follow_seconds

_WIDEST = 100
_AROUND = 5  # columns: the frame, a blank on both sides, the scrollbar


class HealthScreen(PageScreen):
    """It follows the run while it is open."""

    DEFAULT_CSS = f"""
    HealthScreen QuickScroll {{ width: {_WIDEST}; scrollbar-size: 1 1; scrollbar-gutter: stable; }}
    """

    def __init__(self, session: Session, display: Display) -> None:
        """`session` is read, never written."""
        super().__init__("Health of the network", display)
        self._session = session

    def on_mount(self) -> None:
        """Look again from time to time, over a slow connection less often."""
        self.set_interval(follow_seconds(self), self._show)

    def on_resize(self, _: events.Resize) -> None:
        """Other lines in another width."""
        self._show()

    def _show(self) -> None:
        width = min(self.size.width, _WIDEST) - _AROUND
        self.say(page(self._session.history, self._session.shown_config, width))
