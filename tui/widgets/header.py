"""The first line: at the left what is looked at, at the right what it does; and what goes over the wire."""

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from tui.terminal.display import Display
from tui.terminal.wire_rate import WireRate

if TYPE_CHECKING:
    from tui.session import Session


class Header(Widget):
    """One line; where there is no room the last parts go first, the left side's before the right's."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $text; padding: 0 1; }
    """

    def __init__(self, display: Display) -> None:
        super().__init__()
        self.display_mode = display
        self._line: tuple[tuple[str, ...], tuple[str, ...]] = (("mnist-tui",), ())
        self._wire = WireRate(time.monotonic)

    @property
    def shows_wire_rate(self) -> bool:
        """Whether the line changes although nothing in the session does."""
        return self._wire.is_shown

    def toggle_wire_rate(self) -> None:
        """Show how much goes to the terminal, or no longer."""
        self._wire.toggle()

    def show(self, session: "Session") -> None:
        """Say how it stands; repaint if the line has changed."""
        from tui.headline import headline  # it needs NumPy, which the first paint does not wait for

        left, right = headline(session, self.display_mode)
        if self._wire.is_shown:
            written = getattr(self.app._driver, "bytes_written", 0)
            right = (*right[:1], self._wire.words(written), *right[1:])
        if (left, right) != self._line:
            self._line = (left, right)
            self.refresh()

    def render(self) -> Text:
        """Both sides, as much of them as there is room for."""
        parts, state = self._line
        left, right = self._joined(parts), "  ".join(state)
        while cell_len(left) + cell_len(right) + 2 > self.size.width and (len(parts) > 1 or len(state) > 2):
            if len(parts) > 1:
                parts = parts[:-1]
            else:
                state = state[:-1]
            left, right = self._joined(parts), "  ".join(state)
        room = self.size.width - cell_len(right) - 2
        if cell_len(left) > room:
            left = set_cell_size(left, room - 1).rstrip() if room > 12 else ""
        gap = " " * max(1, self.size.width - cell_len(left) - cell_len(right))
        return Text(left + gap + right, no_wrap=True, overflow="crop")

    def _joined(self, parts: tuple[str, ...]) -> str:
        return self.display_mode.separator.join(parts)
