"""One view of a drawing with its name and the answer to it over it, large or as a thumbnail.

Which of both sizes is to be seen is a matter of style: `-large` on it shows the large one.
"""

from typing import Unpack

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.terminal.display import Display
from tui.widgets.digit import Digit
from tui.widgets.options import WidgetOptions
from tui.widgets.pixels import Image
from tui.widgets.words import Words


class ViewPicture(Vertical):
    """Called `title`; marked where the bars beside it are the answer to it."""

    DEFAULT_CSS = """
    ViewPicture { width: 1fr; max-width: 30; height: auto; }
    ViewPicture Words { height: 1; width: 1fr; color: $text-muted; text-wrap: nowrap; }
    ViewPicture.-chosen Words { color: $text; text-style: bold; }
    ViewPicture #large { display: none; }
    ViewPicture.-large #large { display: block; }
    ViewPicture.-large #small { display: none; }
    """

    def __init__(self, title: str, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._title = title
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """The caption, and the picture in both sizes."""
        yield Words()
        yield Digit(display=self._display_mode, id="large")
        yield Digit(display=self._display_mode, size="thumbnail", id="small")

    def show(self, image: Image | None, answer: str, *, is_chosen: bool) -> None:
        """Show an image uint8 (28, 28), or none, with the answer to it."""
        on, off = ("*", " ") if self._display_mode.ascii else ("●", "○")
        self.set_class(is_chosen, "-chosen")
        self.query_one(Words).say(f"{on if is_chosen else off} {self._title} {answer}")
        for digit in self.query(Digit):
            digit.image = image
