"""One image from near: large, with ten bars, how each went over the epochs, and the answer in words."""

from typing import Unpack

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from nn.config import CLASSES
from tui.answering.answers import Answers
from tui.answering.course import Course
from tui.answering.course_words import spark_rows, story
from tui.answering.image_words import facts, folded
from tui.terminal.display import Display
from tui.widgets.digit import Digit
from tui.widgets.options import WidgetOptions
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.words import Words

_FACTS = 46  # columns: the longest of them
_OF_TRAILS = "; right: each epoch"  # what stands behind the bars
_BROAD = 40  # columns: bars with room for the epochs behind them


class ImageAnswer(Horizontal):
    """Shows the image that `show` was told last; the epochs stand behind the bars where there is room."""

    DEFAULT_CSS = """
    ImageAnswer #answer-words { width: 1fr; height: 100%; margin-left: 2; }
    ImageAnswer #browse-facts { height: 1fr; }
    """

    _bars = getters.query_one(ProbabilityBars)
    _words = getters.query_one("#browse-facts", Words)

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._shown: tuple[Answers, int, Course | None, str] | None = None

    def compose(self) -> ComposeResult:
        """The image at the left; bars and words beside it."""
        yield Digit(display=self._display_mode)
        with Vertical(id="answer-words"):
            yield ProbabilityBars(display=self._display_mode)
            yield Words(id="browse-facts")

    def on_resize(self) -> None:
        """The words are folded, and the epochs shown, as the room is."""
        if self._shown is not None:
            self._draw(*self._shown)

    def show(self, answers: Answers, index: int, course: Course | None, more: str) -> None:
        """Show one image, the answer to it and its course where they are known; `more` is the last line."""
        self._shown = answers, index, course, more
        self._draw(*self._shown)

    def show_none(self, reason: str) -> None:
        """Show no image, and say why."""
        self._shown = None
        self.query_one(Digit).image = None
        self._bars.set_probabilities(None)
        self._words.say(reason)

    def _draw(self, answers: Answers, index: int, course: Course | None, more: str) -> None:
        true = int(answers.labels[index])
        self.query_one(Digit).image = answers.images[index]
        shares = None if answers.probabilities is None else answers.probabilities[index].tolist()
        trails = self._trails(course, index)
        self._bars.set_probabilities(shares, true, trails)
        width = self._words.content_size.width or _FACTS
        told = facts(answers, index, self._display_mode.marks)
        lines = [part for line in told for part in folded(line, width)]
        if course is not None:
            line = story(course, index)
            has_room = any(trails) and len(line) + len(_OF_TRAILS) <= width
            lines.append(line + _OF_TRAILS if has_room else line)
        self._words.say("\n".join(line for line in [*lines, more] if line))

    def _trails(self, course: Course | None, index: int) -> list[str]:
        width = self._bars.content_size.width
        if course is None or not course.is_trained or width < _BROAD:
            return [""] * CLASSES
        return spark_rows(course, index, width * 2 // 5, self._display_mode)
