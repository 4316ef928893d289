"""The last line: the keys that matter now, from the command table; or for a while a sentence in their place.

A sentence that is longer than the line takes up to three.
"""

import time
from collections.abc import Sequence

from rich.text import Text
from textual.geometry import Size
from textual.timer import Timer
from textual.widget import Widget

from tui.commands import APP, Command, of_pane
from tui.terminal.display import Display

SENTENCE_SECONDS = 8.0
LEAST_SECONDS = 2.0  # a line, in which a sentence can be read
MOST_LINES = 3


class KeyLine(Widget):
    """The first key, then the pane's, then the app's, as many as fit; help and quit are always there."""

    DEFAULT_CSS = """
    KeyLine { height: auto; background: $panel; color: $text-muted; padding: 0 1; }
    KeyLine.-error { color: $text-error; text-style: bold; }
    KeyLine.-said { color: $text; }
    """

    def __init__(self, display: Display) -> None:
        super().__init__()
        self.display_mode = display
        self._pane = APP
        self._sentence = ""
        self._timer: Timer | None = None
        self._said_at = 0.0

    def show_pane(self, pane: int) -> None:
        """The keys of another pane, whose sentence this is no longer."""
        if pane != self._pane:
            self._pane = pane
            self._fall_silent()

    def say(self, text: str, *, is_error: bool = False) -> None:
        """A sentence in place of the keys, for eight seconds at most; an empty one brings the keys back."""
        if not text:
            if self._sentence:
                self._fall_silent()
            return
        self._sentence = self.display_mode.printable(text)
        self._said_at = time.monotonic()
        self.set_class(is_error, "-error")
        self.set_class(not is_error, "-said")
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SENTENCE_SECONDS, self._fall_silent)
        self._repaint()

    def make_way(self) -> None:
        """A person goes on: the keys come back, unless nobody can have read the sentence yet."""
        if not self._sentence:
            return
        needed = LEAST_SECONDS * len(self._wrapped(self.size.width))
        if time.monotonic() - self._said_at >= needed:
            self._fall_silent()

    @property
    def sentence(self) -> str:
        """The sentence that is shown, empty where keys are."""
        return self._sentence

    def render(self) -> Text:
        """The sentence, or the keys that fit."""
        if self._sentence:
            return Text("\n").join(self._wrapped(self.size.width))
        everywhere = [command for command in of_pane(APP) if command.short]
        first, last = everywhere[:1], everywhere[-2:]
        ending = _hints(last, self.size.width)
        room = self.size.width - ending.cell_len
        own = of_pane(self._pane)
        taken = {command.keys for command in own}  # a key that the pane has is not the app's meanwhile
        hints = [c for c in (*first, *own, *everywhere[1:-2]) if c in own or c.keys not in taken]
        return _hints(hints, room).append_text(ending)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line of keys, or as many as the sentence needs."""
        return len(self._wrapped(width)) if self._sentence else 1

    def _wrapped(self, width: int) -> list[Text]:
        return list(Text(self._sentence).wrap(self.app.console, max(width, 1)))[:MOST_LINES]

    def _fall_silent(self) -> None:
        self._sentence = ""
        self.remove_class("-error", "-said")
        self._repaint()

    def _repaint(self) -> None:
        """Only where the height changes must anything else be painted."""
        lines = self.get_content_height(self.size, self.size, self.size.width)
        self.refresh(layout=lines != self.size.height)


def _hints(commands: Sequence[Command], room: int) -> Text:
    """Keys with their words, as many as there is room for."""
    line = Text(no_wrap=True)
    for command in commands:
        hint = Text.assemble((command.shown, "bold"), f" {command.short}  ")
        if command.short and line.cell_len + hint.cell_len <= room:
            line.append_text(hint)
    return line
