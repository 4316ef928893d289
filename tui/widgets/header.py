"""The first line: which run and network, which data, what it does now and how long it will take."""

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from nn.network import describe, parameter_count
from tui.session import Session
from tui.terminal.display import Display
from tui.training.progress import clock, percent, progress

STATES = {
    "starting": ("▶", ">", "starting"),
    "running": ("▶", ">", "training"),
    "paused": ("‖", "=", "paused"),
    "finished": ("✓", "*", "finished"),
    "stopped": ("■", "#", "stopped"),
    "diverged": ("✗", "x", "diverged"),
    "failed": ("✗", "x", "failed"),
}


class Header(Widget):
    """One line, made of parts that are left out from the last one on where there is no room."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $text; padding: 0 1; }
    """

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__()
        self.session = session
        self.display_mode = display
        self._line: tuple[tuple[str, ...], str] = ((), "")

    def show(self) -> None:
        """Repaint if the line has changed."""
        line = (self._left(), self._right())
        if line != self._line:
            self._line = line
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

    def _left(self) -> tuple[str, ...]:
        session = self.session
        name = self.display_mode.printable(session.run_name)
        parts = [f"mnist-tui  {name}" if session.run else "mnist-tui"]
        config = session.run_config or session.config
        if session.dataset is not None and session.dataset.is_synthetic:
            parts.append("SYNTHETIC DIGITS")
        parts += [describe(config.network), f"{parameter_count(config.network):,} parameters"]
        return tuple(parts)

    def _right(self) -> str:
        session, history = self.session, self.session.history
        if session.run is None:
            return "space trains"
        mark = STATES[history.state][1 if self.display_mode.ascii else 0]
        config = session.run_config or session.config
        way = progress(history, config.training.epochs)
        parts = [f"{mark} {STATES[history.state][2]}", f"epoch {way.epoch}/{way.epochs}"]
        if history.epochs:
            last = history.epochs[-1]
            if last.validation_accuracy is not None:
                parts.append(f"{percent(last.validation_accuracy)} val")
        if history.state == "running":
            if history.images_per_second:
                parts.append(f"{history.images_per_second:,.0f} img/s")
            if way.seconds_left is not None:
                parts.append(f"ETA {clock(way.seconds_left)}")
        return "  ".join(parts)
