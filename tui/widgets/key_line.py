"""The last line: the keys that matter now, from the command table; or for a while a sentence in their place."""

from rich.text import Text
from textual.timer import Timer
from textual.widget import Widget

from tui.commands import APP, of_pane

SENTENCE_SECONDS = 8.0


class KeyLine(Widget):
    """Keys of the pane first, then those of the app, as many as fit; each whole or not at all."""

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
        line = Text(no_wrap=True)
        for command in (*of_pane(APP)[:1], *of_pane(self._pane), *of_pane(APP)[1:]):
            hint = f"{command.shown} {command.short}"
            if command.short and line.cell_len + len(hint) + 2 <= self.size.width:
                line.append(command.shown, "bold")
                line.append(f" {command.short}  ")
        return line

    def _fall_silent(self) -> None:
        self._sentence = ""
        self.remove_class("-error", "-said")
        self.refresh()
