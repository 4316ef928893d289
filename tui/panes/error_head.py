"""The first line of Errors: which answers are looked at, and what stands in one cell of the matrix."""

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal

from nn.metrics import IntArray
from tui.answering.answers import Answers
from tui.answering.error_words import CELL_WORDS_WIDTH, STATE_WIDTH, cell_words, state_words
from tui.answering.looking import missing_words
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.words import Words

_PERCENT = "% of the row"  # what the cells of the matrix hold, where they are not counts


class ErrorHead(Horizontal):
    """The answers above the matrix, the cell beside that where there is room; without answers a sentence."""

    DEFAULT_CSS = f"""
    ErrorHead {{ height: 1; }}
    ErrorHead #errors-state {{ width: {STATE_WIDTH}; color: $text-muted; text-wrap: nowrap; }}
    ErrorHead #errors-cell {{ width: 1fr; text-wrap: nowrap; }}
    ErrorHead.-nothing #errors-state, ErrorHead.-slim #errors-state {{ width: 1fr; }}
    ErrorHead.-nothing #errors-cell, ErrorHead.-slim #errors-cell {{ display: none; }}
    """

    _state = getters.query_one("#errors-state", Words)

    def __init__(self, session: Session, display: Display) -> None:
        """Reads the session, as the pane does."""
        super().__init__()
        self._session = session
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """The two of them."""
        yield Words(id="errors-state")
        yield Words(id="errors-cell")

    def on_resize(self) -> None:
        """Another size has room for a cell, or none."""
        self._fit()

    def show_answers(self, answers: Answers, *, percent: bool) -> None:
        """Tell which set, how many are wrong, and after which epoch; and where there is room, of per cent."""
        self.remove_class("-nothing")
        self._fit()
        words = state_words(self._session, answers, self._display_mode)
        more = self._display_mode.separator + _PERCENT if percent else ""
        self._state.say(words + more if len(words + more) <= STATE_WIDTH else words)

    def show_cell(self, confusion: IntArray, true: int, predicted: int) -> None:
        """Tell what stands in a cell."""
        self.query_one("#errors-cell", Words).say(cell_words(confusion, true, predicted))

    def show_missing(self) -> None:
        """Tell why there are no answers."""
        self.add_class("-nothing")
        way_on = "; t shows the test images" if self._session.set_name == "train" else ""
        self._state.say(missing_words(self._session) + way_on)

    def _fit(self) -> None:
        """A cell is told of in whole words or not at all."""
        self.set_class(self.size.width < STATE_WIDTH + CELL_WORDS_WIDTH, "-slim")
