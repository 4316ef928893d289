"""A line or a few of plain text, painted again only when they say something else."""

from collections.abc import Sequence
from typing import Unpack

from textual.content import Content
from textual.widgets import Static

from tui.widgets.options import WidgetOptions


def hints_within(hints: Sequence[str], room: int) -> str:
    """The first of these hints on keys side by side, as many as fit whole in `room` cells."""
    line = ""
    for hint in hints:
        longer = f"{line}  {hint}" if line else hint
        if len(longer) > room:
            break
        line = longer
    return line


class Words(Static):
    """Shows what `say` was told last; square brackets are text, not markup."""

    DEFAULT_CSS = "Words { width: 1fr; height: auto; color: $text; }"

    def __init__(self, **options: Unpack[WidgetOptions]) -> None:
        super().__init__("", markup=False, **options)
        self._said = Content()

    @property
    def said(self) -> str:
        """The text shown."""
        return self._said.plain

    def say(self, words: str | Content) -> None:
        """Show other words."""
        content = Content(words) if isinstance(words, str) else words
        if content.is_same(self._said):
            return
        self._said = content
        # Where the size is fixed nothing around it can move, and a line costs only itself.
        self.update(content, layout=self.styles.auto_dimensions)
