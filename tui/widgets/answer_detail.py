"""One answer from near: ten bars, loss and margin, and how it went over the epochs."""

from typing import Unpack

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.answering.answers import Answers
from tui.answering.course import Course
from tui.answering.course_words import trail_lines
from tui.answering.error_words import image_lines
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.presence import is_there
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.words import Words

_LINES = 6  # three about the image, three about the epochs


class AnswerDetail(Vertical):
    """Shows the answer that `show` was told last; as wide as it is let, 22 cells at least, and 16 lines."""

    DEFAULT_CSS = f"""
    AnswerDetail {{ height: {_LINES + 10}; }}
    AnswerDetail Words {{ height: {_LINES}; text-wrap: nowrap; text-overflow: clip; }}
    AnswerDetail.-doubted {{ height: {_LINES + 11}; }}
    AnswerDetail.-doubted Words {{ height: {_LINES + 1}; }}
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._shown: tuple[Answers, int, Course | None] | None = None
        self._reason = ""

    def compose(self) -> ComposeResult:
        """Bars, and lines of words."""
        yield ProbabilityBars(display=self._display_mode)
        yield Words()

    @property
    def said(self) -> str:
        """The words under the bars."""
        return self.query_one(Words).said

    def clear(self, reason: str) -> None:
        """Show no answer, and why."""
        self._shown, self._reason = None, reason
        self._draw()

    def show(self, answers: Answers, index: int, course: Course | None) -> None:
        """Show the answer to one image, and its course where that is known."""
        if answers.probabilities is None:
            self.clear("")
            return
        self._shown = answers, index, course
        self._draw()

    def on_mount(self) -> None:
        """Draw what was shown before there was anything to draw it in."""
        self._fill()

    def on_resize(self) -> None:
        """The trail is as long as there is room for."""
        self._draw()

    def _draw(self) -> None:
        if self.is_mounted and is_there(self):
            self._fill()

    def _fill(self) -> None:
        bars, words = self.query_one(ProbabilityBars), self.query_one(Words)
        if self._shown is None:
            self.remove_class("-doubted")
            bars.set_probabilities(None)
            words.say(self._reason)
            return
        answers, index, course = self._shown
        self.set_class(bool(answers.raters_disagree[index]), "-doubted")
        if answers.probabilities is not None:
            bars.set_probabilities(answers.probabilities[index].tolist(), int(answers.labels[index]))
        lines = image_lines(answers, index, self._display_mode.marks)
        if course is not None:
            lines += trail_lines(course, index, words.content_size.width or 22, self._display_mode)
        words.say("\n".join(lines))
