"""The conditions of a filter as words in one line; one is marked, and a key takes it away.

Where nothing is filtered the line says how to.
"""

from typing import Unpack

from textual.content import Content

from tui.answering.answers import Filter
from tui.answering.filter_words import Word, conditions
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.words import Words

_NOTHING = "all images pass; f filters by digit, answer, confidence and more"


class FilterLine(Words):
    """Shows a filter word by word; `marked` is the word that goes first."""

    DEFAULT_CSS = """
    FilterLine { height: 1; color: $text-muted; text-wrap: nowrap; }
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._words: list[Word] = []
        self._marked = -1

    @property
    def marked(self) -> Word | None:
        """The condition that is taken away next; None where there is none."""
        return self._words[self._marked] if self._words else None

    def show_filter(self, chosen: Filter) -> None:
        """Show what passes; of another filter the last word is marked."""
        words = conditions(chosen)
        if words != self._words or not words:
            self._words, self._marked = words, len(words) - 1
            self._draw()

    def mark_next(self) -> None:
        """Mark the word to the left, and after the first the last."""
        if self._words:
            self._marked = (self._marked - 1) % len(self._words)
            self._draw()

    def _draw(self) -> None:
        if not self._words:
            self.say(_NOTHING)
            return
        sign = self._display_mode.marks.wrong
        parts = [(f" [{word.text}]", "") for word in self._words]
        parts[self._marked] = (f" [{self._words[self._marked].text} {sign}]", "bold $text-accent")
        more = "; w marks another" if len(self._words) > 1 else ""
        self.say(Content.assemble("only", *parts, f"  backspace removes {sign}{more}"))
