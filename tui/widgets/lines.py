"""A few lines of text that repaint one by one, only where they have changed."""

from collections.abc import Sequence

from rich.text import Text
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Lines(Widget):
    """As high as it has lines; a line that is too long is cut."""

    DEFAULT_CSS = """
    Lines { height: 0; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name for it)
        super().__init__(id=id)
        self._lines: list[Text] = []

    @property
    def plain(self) -> list[str]:
        """The lines without their styles."""
        return [line.plain for line in self._lines]

    def set_lines(self, lines: Sequence[Text]) -> None:
        """Replace all lines; those that stay the same are not painted again."""
        before, self._lines = self._lines, list(lines)
        if len(before) != len(lines):
            # Set, not asked for: Textual keeps a height that a layout between two changes has asked for.
            self.styles.height = len(lines)
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new or old.style != new.style:  # rich compares the words and their parts' styles only
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line, cut or filled to the width."""
        width, base = self.size.width, self.rich_style
        if y >= len(self._lines):
            return Strip.blank(width, base)
        segments = self._lines[y].render(self.app.console)
        return Strip(segments).apply_style(base).adjust_cell_length(width, base)
