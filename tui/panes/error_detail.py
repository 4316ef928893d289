"""What stands at the right of the confusion matrix: the pairs confused most, and one answer from near.

How that answer went over the epochs is read aside, so that neither keys nor curves wait for it.
"""

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical

from nn.metrics import IntArray
from tui.answering.answers import Answers
from tui.answering.course_reader import CourseReader
from tui.answering.error_words import confused_pairs
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.answer_detail import AnswerDetail
from tui.widgets.presence import is_there
from tui.widgets.words import Words

_MOST_PAIRS = 10


class ErrorDetail(Vertical):
    """As many pairs as there is room for above the answer."""

    DEFAULT_CSS = f"""
    ErrorDetail {{ height: 100%; }}
    ErrorDetail #errors-pairs {{ height: 1fr; max-height: {_MOST_PAIRS + 1}; }}
    ErrorDetail #errors-pairs {{ text-wrap: nowrap; text-overflow: clip; }}
    """

    _pairs = getters.query_one("#errors-pairs", Words)

    def __init__(self, session: Session, display: Display) -> None:
        """Reads the session, as the pane does."""
        super().__init__()
        self._session = session
        self._display_mode = display
        self._course_reader = CourseReader()
        self._shown: tuple[Answers, int] | None = None

    def compose(self) -> ComposeResult:
        """Pairs, bars and words."""
        yield Words(id="errors-pairs")
        yield AnswerDetail(display=self._display_mode)

    def show_pairs(self, confusion: IntArray) -> None:
        """Show the pairs confused most."""
        self._pairs.say("\n".join(confused_pairs(confusion, _MOST_PAIRS)))

    def show_image(self, answers: Answers, index: int | None) -> None:
        """Show one answer, or that there is none to show."""
        detail, run, reader = self.query_one(AnswerDetail), self._session.run, self._course_reader
        if index is None:
            self._shown = None
            detail.clear("" if answers.right is None or not answers.right.all() else "no answer is wrong")
            return
        self._shown = answers, index
        if reader.wants(run, answers):
            self.run_worker(self._read_course, group="course", exclusive=True)
        detail.show(answers, index, reader.course(run, answers))

    async def _read_course(self) -> None:
        await self._course_reader.read()
        is_seen = is_there(self) and all(node.display for node in self.ancestors_with_self)
        if self._shown is not None and is_seen:  # a hidden pane is given its run and image when it is seen
            self.show_image(*self._shown)
