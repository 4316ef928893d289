"""The conditions of a filter as words in one line; one is marked, and a key takes it away.

Where nothing is filtered the line says how to. Where not all words fit, the marked one is in sight.
"""

from collections.abc import Sequence
from typing import Unpack

from textual.content import Content

from tui.answering.answers import Filter
from tui.answering.filter_words import Word, conditions
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.words import Words

_NOTHING = ("all images pass; f filters by digit, answer, confidence and more", "all images pass; f filters")
_MARKED = "bold $text-accent"
_LEFT_OUT = " .."


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

    def on_resize(self) -> None:
        """Other words fit."""
        self._draw()

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
        width = self.content_size.width
        if not self._words:
            self.say(_NOTHING[0] if len(_NOTHING[0]) <= width else _NOTHING[1])
            return
        sign = self._display_mode.marks.wrong
        texts = [f" [{word.text}]" for word in self._words]
        texts[self._marked] = f" [{self._words[self._marked].text} {sign}]"
        hint = f"  backspace removes {sign}"
        more = "; w marks another" if len(self._words) > 1 else ""
        first, end = _in_sight([len(text) for text in texts], self._marked, width - len("only"))
        parts = [(text, _MARKED if place == self._marked else "") for place, text in enumerate(texts)]
        left, right = (_LEFT_OUT if first else ""), (_LEFT_OUT if end < len(parts) else "")
        told = Content.assemble("only", left, *parts[first:end], right)
        for words in (hint + more, hint):
            if told.cell_length + len(words) <= width:
                told += words
                break
        self.say(told)


def _in_sight(lengths: Sequence[int], marked: int, room: int) -> tuple[int, int]:
    """The first and the end of the words that fit in `room` cells with the marked one and dots."""

    def fits(first: int, end: int) -> bool:
        dots = (first > 0) + (end < len(lengths))
        return sum(lengths[first:end]) + dots * len(_LEFT_OUT) <= room

    spans = [(first, end) for first in range(marked + 1) for end in range(marked + 1, len(lengths) + 1)]
    return max(
        (span for span in spans if fits(*span)),
        key=lambda span: span[1] - span[0],
        default=(marked, marked + 1),
    )
