"""What lies over all else while the terminal is too small: how large it is, and how large it must be."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.panes.deck import SMALLEST, is_too_small


class TooSmallScreen(ModalScreen[None]):
    """What lies below keeps its state and its place; it goes by itself once there is room."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.quit", "Quit", show=False)]
    # Opaque; without colours Textual would let what lies below shine through.
    DEFAULT_CSS = """
    TooSmallScreen { background: $background; overflow: hidden; }
    TooSmallScreen:ansi { background: ansi_default; }
    """

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static(markup=False)

    def on_mount(self) -> None:
        """Say it at once."""
        self._fit()

    def on_resize(self, _: events.Resize) -> None:
        """Another size, or enough of it."""
        self._fit()

    def on_screen_resume(self) -> None:
        """What came over it is gone; meanwhile there may be room."""
        self._fit()

    def _fit(self) -> None:
        width, height = self.app.size
        if is_too_small(width, height):
            columns, rows = SMALLEST
            self.query_one(Static).update(
                f"terminal {width}x{height}, needs {columns}x{rows}; training goes on"
            )
        elif self.app.screen is self:
            self.dismiss()
