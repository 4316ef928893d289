"""A picture of 28 x 14 cells made of any strips, with two lines of words under it.

Painted again only when it looks different.
"""

from collections.abc import Sequence
from typing import Unpack

from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.options import WidgetOptions

WIDTH, PICTURE_HEIGHT, WORDS_HEIGHT = 28, 14, 2


class CaptionedPicture(Widget):
    """Shows the strips and the words that `show` was told last."""

    DEFAULT_CSS = f"""
    CaptionedPicture {{ width: {WIDTH}; height: {PICTURE_HEIGHT + WORDS_HEIGHT}; color: $text; }}
    """

    def __init__(self, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._strips: list[Strip] = []
        self._words: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The lines under the picture."""
        return self._words

    def show(self, strips: Sequence[Strip], words: Sequence[str]) -> None:
        """Show 14 strips of 28 cells (none: a blank) and at most two lines of as many letters."""
        if list(strips) == self._strips and tuple(words) == self._words:
            return
        self._strips, self._words = list(strips), tuple(words)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the picture, or one of words."""
        base = self.rich_style
        if y < PICTURE_HEIGHT:
            if y >= len(self._strips):
                return Strip.blank(self.size.width, base)
            return self._strips[y].apply_style(base).adjust_cell_length(self.size.width, base)
        place = y - PICTURE_HEIGHT
        words = self._words[place] if place < len(self._words) else ""
        segments = Text(words).render(self.app.console, end="")
        return Strip(segments).apply_style(base).adjust_cell_length(self.size.width, base)
