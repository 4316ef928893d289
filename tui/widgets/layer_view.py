"""One layer from near: its numbers as pictures, strips or bars, their spread and scale, one unit in words."""

from typing import Unpack

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from nn.explain.inspection import Inspection
from tui.inspecting.sheets import Sheet, View, sheet_of
from tui.inspecting.tiling import Tiling
from tui.inspecting.words import layer_words, scale_words, spread, unit_lines
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.signed_bars import SignedBars
from tui.widgets.tile_sheet import TileSheet
from tui.widgets.words import Words

_TALL = 28  # lines: from so many on all of a unit's words have room
_BARS = 10  # numbers: up to so many are bars with a line each


class LayerView(Vertical):
    """Shows what `show` was told last."""

    DEFAULT_CSS = """
    LayerView Words { height: 1; text-wrap: nowrap; text-overflow: clip; }
    LayerView #layer-title { text-style: bold; }
    LayerView.-empty #layer-title { height: auto; text-wrap: wrap; text-overflow: fold; }
    LayerView #layer-what { color: $text-accent; }
    LayerView #layer-scale { height: 2; color: $text-muted; }
    LayerView #layer-unit { height: 6; }
    LayerView.-tall #layer-unit { height: 7; }
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._shown: tuple[Inspection, int, View, int] | None = None

    def compose(self) -> ComposeResult:
        """Four lines about the layer, its pictures or bars, six lines about a unit."""
        yield Words(id="layer-title")
        yield Words(id="layer-what")
        yield Words(id="layer-scale")
        yield SignedBars(display=self._display_mode)
        yield TileSheet(display=self._display_mode)
        yield Words(id="layer-unit")

    @property
    def tiling(self) -> Tiling:
        """How large the pictures are, and how many on a page."""
        return self.query_one(TileSheet).tiling

    @property
    def pixel(self) -> float:
        """Pixels a side that a number has in the pictures; 0 where there are none."""
        return self.query_one(TileSheet).pixel

    def on_resize(self, event: events.Resize) -> None:
        """More lines about a unit where there is room for them, and all of spread and scale."""
        self.set_class(event.size.height >= _TALL, "-tall")
        self._show_again()

    def on_tile_sheet_fitted(self, _: TileSheet.Fitted) -> None:
        """Another size has other pages; whoever compares with the pictures hears of it too."""
        self._show_again()

    def clear(self, reason: str) -> None:
        """Show nothing, and why."""
        self._shown = None
        self.add_class("-empty")
        self._say(reason, "", "", "")
        self._draw(None, 0)

    def show(self, inspection: Inspection, position: int, view: View, unit: int) -> None:
        """Show the layer at `position` of an inspection with one of its units."""
        sheet = sheet_of(inspection.layers, position, view)
        if sheet is None:
            self.clear(f"{inspection.layers[position].name} has no {view}")
            return
        self._shown = inspection, position, view, unit
        self.remove_class("-empty")
        self._draw(sheet, unit)
        hues = self._display_mode.half_blocks and not self.app.native_ansi_color
        scale = scale_words(sheet, self._display_mode, hues=hues, width=self.size.width)
        self._say(
            layer_words(inspection.layers[position]),
            f"{view}{self._page_words(sheet)}",
            f"{spread(sheet.total, self.size.width)}\n{scale}",
            "\n".join(unit_lines(inspection, position, view, unit)),
        )

    def _show_again(self) -> None:
        if self._shown is not None:
            self.show(*self._shown)

    def _say(self, title: str, what: str, scale: str, unit: str) -> None:
        for name, words in {"title": title, "what": what, "scale": scale, "unit": unit}.items():
            self.query_one(f"#layer-{name}", Words).say(words)

    def _draw(self, sheet: Sheet | None, unit: int) -> None:
        bars, tiles = self.query_one(SignedBars), self.query_one(TileSheet)
        if sheet is None or not _is_few(sheet):
            bars.display = False
            tiles.show(sheet, unit)
            return
        bars.display = True
        bars.show([float(sheet.tile(index)[0, 0]) for index in range(sheet.count)], sheet.limit, unit)
        tiles.show(None)

    def _page_words(self, sheet: Sheet) -> str:
        page, pages = self.query_one(TileSheet).pages
        return "" if pages == 1 or _is_few(sheet) else f", page {page} of {pages}"


def _is_few(sheet: Sheet) -> bool:
    return sheet.is_flat and sheet.count <= _BARS
