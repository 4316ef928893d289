"""The first line: at the left what is looked at, at the right what it does."""

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from tui.terminal.display import Display


class Header(Widget):
    """One line; of the left side's parts the last are left out first where there is no room."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $text; padding: 0 1; }
    """

    def __init__(self, display: Display) -> None:
        super().__init__()
        self.display_mode = display
        self._line: tuple[tuple[str, ...], str] = (("mnist-tui",), "")

    def say(self, left: tuple[str, ...], right: str) -> None:
        """Repaint if the line has changed."""
        if (left, right) != self._line:
            self._line = (left, right)
            self.refresh()

    def render(self) -> Text:
        """At the left what the right leaves room for."""
        parts, right = self._line
        room = self.size.width - cell_len(right) - 2
        left = self._joined(parts)
        while len(parts) > 1 and cell_len(left) > room:
            parts = parts[:-1]
            left = self._joined(parts)
        if cell_len(left) > room:
            left = set_cell_size(left, room - 1).rstrip() if room > 12 else ""
        gap = " " * max(1, self.size.width - cell_len(left) - cell_len(right))
        return Text(left + gap + right, no_wrap=True, overflow="crop")

    def _joined(self, parts: tuple[str, ...]) -> str:
        return (" | " if self.display_mode.ascii else " · ").join(parts)
