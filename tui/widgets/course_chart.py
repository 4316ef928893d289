"""The course of the answers over the epochs as lines of signs: of one image, or of each digit."""

from typing import ClassVar, Literal

from textual.content import Content

from tui.answering.answers import Answers
from tui.answering.course import Course
from tui.answering.course_words import digit_chart, image_chart
from tui.terminal.display import Display
from tui.widgets.words import Words

Subject = Literal["image", "digits"]
_STYLES = {"true": "$text-primary", "predicted": "$text-warning", "other": "", "words": "$text-muted"}


class CourseChart(Words, can_focus=True):
    """Shows the chart that it was given last, as large as it is itself."""

    help_text: ClassVar[str] = (
        "A row a digit, a column a kept epoch: the height of a sign is the probability of that digit for the "
        "image chosen, or how many of the digit's images were answered right. ^ is under the epoch looked "
        "at; < and > go through them. An image is learned when its answer becomes right, forgotten when it "
        "becomes wrong again."
    )
    DEFAULT_CSS = "CourseChart { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Subject, Answers, int | None, Course | None, Display] | None = None

    def on_resize(self) -> None:
        """The chart is as large as there is room for."""
        if self._shown is not None:
            self._draw(*self._shown)

    def show(
        self, subject: Subject, answers: Answers, index: int | None, course: Course | None, display: Display
    ) -> None:
        """Draw what became of the image `index`, or how well each digit was read, after each epoch."""
        self._shown = subject, answers, index, course, display
        self._draw(*self._shown)

    def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        self.say("")

    def _draw(
        self, subject: Subject, answers: Answers, index: int | None, course: Course | None, display: Display
    ) -> None:
        size = self.content_size.width, self.content_size.height
        if course is None or not course.epochs:
            is_train = answers.set_name == "train"
            self.say("answers to training images are not kept by epoch" if is_train else "no epochs yet")
            return
        if subject == "digits":
            lines = digit_chart(course, answers.epoch, size, display)
        else:
            lines = [] if index is None else image_chart(course, answers, index, size, display)
        self.say(Content("\n").join(Content.styled(line.text, _STYLES[line.role]) for line in lines))
