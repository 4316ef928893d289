"""One image from near: large, with ten bars, how each went over the epochs, and the answer in words."""

from typing import Unpack

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from nn.config import CLASSES
from tui.answering.answers import Answers
from tui.answering.course import Course
from tui.answering.course_words import spark_rows, story
from tui.answering.image_words import facts
from tui.terminal.display import Display
from tui.widgets.digit import Digit
from tui.widgets.options import WidgetOptions
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.words import Words


class ImageAnswer(Horizontal):
    """Shows the image that `show` was told last; the signs beside the bars where there is room for them."""

    DEFAULT_CSS = """
    ImageAnswer #answer-words { width: 1fr; height: 100%; margin-left: 2; }
    ImageAnswer #answer-rows { height: 10; }
    ImageAnswer #answer-sparks { width: 40%; height: 10; margin-left: 1; display: none; text-wrap: nowrap; }
    ImageAnswer.-sparks #answer-sparks { display: block; }
    ImageAnswer #browse-facts { height: 1fr; }
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """The image at the left; bars, signs and words beside it."""
        yield Digit(display=self._display_mode)
        with Vertical(id="answer-words"):
            with Horizontal(id="answer-rows"):
                yield ProbabilityBars(display=self._display_mode)
                yield Words(id="answer-sparks")
            yield Words(id="browse-facts")

    def show(self, answers: Answers, index: int, course: Course | None, more: str) -> None:
        """Show one image, the answer to it and its course where they are known; `more` is the last line."""
        true = int(answers.labels[index])
        self.query_one(Digit).image = answers.images[index]
        shares = None if answers.probabilities is None else answers.probabilities[index].tolist()
        self.query_one(ProbabilityBars).set_probabilities(shares, true)
        lines = facts(answers, index, self._display_mode.marks)
        if course is not None:
            lines.append(story(course, index))
        self._words.say("\n".join(line for line in [*lines, more] if line))
        self._show_sparks(answers, index, course)

    def show_none(self, reason: str) -> None:
        """Show no image, and say why."""
        self.query_one(Digit).image = None
        self.query_one(ProbabilityBars).set_probabilities(None)
        self.query_one("#answer-sparks", Words).say("")
        self._words.say(reason)

    @property
    def _words(self) -> Words:
        return self.query_one("#browse-facts", Words)

    def _show_sparks(self, answers: Answers, index: int, course: Course | None) -> None:
        sparks = self.query_one("#answer-sparks", Words)
        width = sparks.content_size.width
        if course is None or not course.epochs or not width:
            sparks.say("")
            return
        true = int(answers.labels[index])
        predicted = None if answers.predicted is None else int(answers.predicted[index])
        styles = ["$text-muted"] * CLASSES
        styles[true] = "$text-primary"
        if predicted not in (None, true):
            styles[predicted] = "$text-warning"
        rows = spark_rows(course, index, width, self._display_mode)
        sparks.say(Content("\n").join(Content.styled(*pair) for pair in zip(rows, styles, strict=True)))
