"""The left of Inside: the image with the answer, the layers one under the other, and one unit from near."""

from collections.abc import Callable, Sequence
from typing import Unpack

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.inspecting.sheets import Sheet
from tui.inspecting.words import ANSWER_WIDTH
from tui.terminal.display import Display
from tui.widgets.digit import Digit
from tui.widgets.layer_list import LayerList, LayerRow
from tui.widgets.options import WidgetOptions
from tui.widgets.pixels import Image
from tui.widgets.throttle import Throttle
from tui.widgets.tile_sheet import TileSheet
from tui.widgets.words import Words

NEAR_SECONDS = 0.25
_IMAGE = 8  # lines of the image and the answer
_PICTURE = 14  # cells of the image

FindSheet = Callable[[], tuple[Sheet | None, float]]


class LayerColumn(Vertical):
    """Shows what it was told last; the picture from near follows no faster than a person can see."""

    DEFAULT_CSS = f"""
    LayerColumn {{ width: {_PICTURE + 1 + ANSWER_WIDTH}; height: 100%; }}
    LayerColumn #inside-image {{ height: {_IMAGE}; }}
    LayerColumn #inside-near {{ margin-top: 1; }}
    LayerColumn #inside-answer {{ height: {_IMAGE}; margin-left: 1; }}
    """

    listed = getters.query_one(LayerList)

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._find_near: FindSheet = lambda: (None, 0.0)
        self._near = Throttle(NEAR_SECONDS, self.set_timer, self._show_near)

    def compose(self) -> ComposeResult:
        """Image and answer; layers; the unit."""
        with Horizontal(id="inside-image"):
            yield Digit(display=self._display_mode, size="thumbnail")
            yield Words(id="inside-answer")
        yield LayerList(display=self._display_mode)
        yield TileSheet(display=self._display_mode, id="inside-near")

    def on_resize(self) -> None:
        """The list may take what the image leaves; the unit from near has the rest."""
        self.listed.styles.max_height = max(self.content_size.height - _IMAGE, 1)

    def show_image(self, image: Image | None, answer: Sequence[str]) -> None:
        """Show the image looked at, and at most eight lines of `ANSWER_WIDTH` cells beside it."""
        self.query_one(Digit).image = image
        self.query_one("#inside-answer", Words).say("\n".join(answer))

    def show_layers(self, rows: Sequence[LayerRow], position: int, near: FindSheet) -> None:
        """Show the layers, one chosen; `near` finds one of its units and the pixels a number must exceed."""
        self.listed.show(rows, position)
        self._find_near = near

    def show_near(self) -> None:
        """Show that unit; it is the most expensive picture, so it does not follow each of many fast keys."""
        self._near.request()

    def _show_near(self) -> None:
        sheet, above = self._find_near()
        self.query_one("#inside-near", TileSheet).show(sheet, above=above)
