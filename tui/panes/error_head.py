"""The first line of Errors: which answers are looked at, and what stands in one cell of the matrix."""

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal

from nn.metrics import IntArray
from tui.answering.answers import Answers
from tui.answering.error_words import STATE_WIDTH, cell_words, state_words
from tui.answering.looking import missing_words
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.words import Words


class ErrorHead(Horizontal):
    """The answers above the matrix, the cell beside that; without answers one sentence over both."""

    DEFAULT_CSS = f"""
    ErrorHead {{ height: 1; }}
    ErrorHead #errors-state {{ width: {STATE_WIDTH}; color: $text-muted; text-wrap: nowrap; }}
    ErrorHead #errors-cell {{ width: 1fr; text-wrap: nowrap; }}
    ErrorHead.-nothing #errors-state {{ width: 1fr; }}
    ErrorHead.-nothing #errors-cell {{ display: none; }}
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

    def show_answers(self, answers: Answers) -> None:
        """Tell which set, how many are wrong, and after which epoch."""
        self.remove_class("-nothing")
        self._state.say(state_words(self._session, answers, self._display_mode))

    def show_cell(self, confusion: IntArray, true: int, predicted: int) -> None:
        """Tell what stands in a cell."""
        self.query_one("#errors-cell", Words).say(cell_words(confusion, true, predicted))

    def show_missing(self) -> None:
        """Tell why there are no answers."""
        self.add_class("-nothing")
        way_on = "; t shows the test images" if self._session.set_name == "train" else ""
        self._state.say(missing_words(self._session) + way_on)
