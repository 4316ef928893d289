"""The last line: the keys that matter now, from the command table; or for a while a sentence in their place."""

from collections.abc import Sequence

from rich.text import Text
from textual.timer import Timer
from textual.widget import Widget

from tui.commands import APP, Command, of_pane

SENTENCE_SECONDS = 8.0


class KeyLine(Widget):
    """The first key, then the pane's, then the app's, as many as fit; help and quit are always there."""

    DEFAULT_CSS = """
    KeyLine { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    KeyLine.-error { color: $text-error; text-style: bold; }
    KeyLine.-said { color: $text; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._pane = APP
        self._sentence = ""
        self._timer: Timer | None = None

    def show_pane(self, pane: int) -> None:
        """The keys of another pane."""
        self._pane = pane
        self.refresh()

    def say(self, text: str, *, is_error: bool = False) -> None:
        """A sentence in place of the keys, for eight seconds."""
        self._sentence = "".join(letter for letter in text if letter.isprintable())
        self.set_class(is_error, "-error")
        self.set_class(not is_error, "-said")
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SENTENCE_SECONDS, self._fall_silent)
        self.refresh()

    @property
    def sentence(self) -> str:
        """The sentence that is shown, empty where keys are."""
        return self._sentence

    def render(self) -> Text:
        """The sentence, or the keys that fit."""
        if self._sentence:
            return Text(self._sentence, no_wrap=True, overflow="ellipsis")
        everywhere = [command for command in of_pane(APP) if command.short]
        first, last = everywhere[:1], everywhere[-2:]
        ending = _hints(last, self.size.width)
        room = self.size.width - ending.cell_len
        return _hints([*first, *of_pane(self._pane), *everywhere[1:-2]], room).append_text(ending)

    def _fall_silent(self) -> None:
        self._sentence = ""
        self.remove_class("-error", "-said")
        self.refresh()


def _hints(commands: Sequence[Command], room: int) -> Text:
    """Keys with their words, as many as there is room for."""
    line = Text(no_wrap=True)
    for command in commands:
        hint = Text.assemble((command.shown, "bold"), f" {command.short}  ")
        if command.short and line.cell_len + hint.cell_len <= room:
            line.append_text(hint)
    return line
