"""The lines under the fields: help or what is wrong, a path when one is asked for, and what it all costs."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.editing.edits import with_layers_counted
from tui.terminal.display import Display
from tui.widgets.path_prompt import PathPrompt


class ConfigFoot(Vertical):
    """Writes only what is new."""

    DEFAULT_CSS = """
    ConfigFoot { height: 8; dock: bottom; }
    ConfigFoot.-broad { height: 5; }
    ConfigFoot > #help { height: 1fr; color: $text-muted; }
    ConfigFoot > #totals { height: auto; max-height: 5; color: $text; }
    ConfigFoot > #help.-wrong, ConfigFoot > #totals.-wrong { color: $text-error; }
    """

    def __init__(self, prompt: PathPrompt, *, display: Display) -> None:
        super().__init__()
        self._prompt = prompt
        self.display_mode = display
        self.texts: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Help, prompt, totals."""
        yield Static(id="help", markup=False)
        yield self._prompt
        yield Static(id="totals", markup=False)

    def explain(self, text: str) -> None:
        """Help for what is selected."""
        self._put("help", text)

    def say_wrong(self, reason: str) -> None:
        """Why what was typed or asked cannot be, in place of the help."""
        self._put("help", f"{self.display_mode.marks.wrong} {with_layers_counted(reason)}", is_wrong=True)

    def show_totals(self, lines: tuple[str, str]) -> None:
        """What the config costs; on one line where there is room."""
        self._put(
            "totals", f" {self.separator} ".join(lines) if self.has_class("-broad") else "\n".join(lines)
        )

    def show_problem(self, reason: str) -> None:
        """Why the config cannot be trained, in place of the totals."""
        self._put("totals", f"{self.display_mode.marks.wrong} {with_layers_counted(reason)}", is_wrong=True)

    @property
    def separator(self) -> str:
        """What stands between two figures."""
        return "|" if self.display_mode.ascii else "·"

    def _put(self, place: str, text: str, *, is_wrong: bool = False) -> None:
        if self.display_mode.ascii:
            text = text.encode("ascii", "replace").decode()
        before = self.texts.get(place)
        if before != text:
            self.texts[place] = text
            widget = self.query_one(f"#{place}", Static)
            widget.set_class(is_wrong, "-wrong")
            same_height = before is not None and self._lines(before) == self._lines(text)
            widget.update(text, layout=not same_height)  # a new layout paints the whole screen again

    def _lines(self, text: str) -> list[int]:
        """How many lines each paragraph of a text takes at most."""
        width = max(1, self.content_size.width)
        return [len(paragraph) // width for paragraph in text.split("\n")]
