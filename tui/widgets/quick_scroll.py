"""What is longer than its room, scrolled by keys that may come faster than the screen is drawn."""

from typing import Any

from textual.containers import VerticalScroll


class QuickScroll(VerticalScroll):
    """A `VerticalScroll` that moves at once: Textual's moves after the next frame, and from where it is then,
    so that of several keys within a frame all but one would be lost.
    """

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """Be there at once, whatever the options say of animation."""
        super().scroll_to(x, y, **{**options, "animate": False, "immediate": True})

    def action_scroll_end(self) -> None:
        """To the end."""
        self.scroll_to(y=self.max_scroll_y)
