"""What Browse looks at: the session's images as a filter and an order select them, and what is known of them.

It reads the session, the run's predictions and, for training images, the network itself; it draws nothing.
"""

from collections.abc import Callable

from tui.answering import browse_words
from tui.answering.answers import Answers, Filter, Order, Selection
from tui.answering.course import Course
from tui.answering.course_reader import CourseReader
from tui.answering.current_network import Origin
from tui.answering.training_answers import Known, TrainingAnswers
from tui.session import Session
from tui.terminal.display import Display


class Browsing:
    """`filter` and `order` may be set; the rest follows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.filter = Filter()
        self.order = Order.INDEX
        self.course_reader = CourseReader()
        self.training = TrainingAnswers()
        self._selection: Selection | None = None
        self._selected_by: tuple[Answers, Filter, Order, Course | None] | None = None

    @property
    def answers(self) -> Answers | None:
        """The answers looked at; to training images those that the network was asked for last."""
        known = self._known
        return self.session.answers if known is None else known.answers

    @property
    def course(self) -> Course | None:
        """How the answers went over the epochs, as far as it is read; None for training images."""
        return self.course_reader.course(self.session.run, self.session.answers)

    @property
    def selection(self) -> Selection | None:
        """The images that pass, in order; the same object as long as nothing changes."""
        answers = self.answers
        if answers is None:
            self._selection = self._selected_by = None
            return None
        needs_course = self.filter.asks_for_course or self.order is Order.FORGOTTEN
        by = (answers, self.filter, self.order, self.course if needs_course else None)
        if self._selection is None or self._selected_by != by:
            self._selection, self._selected_by = Selection.of(*by), by
        return self._selection

    @property
    def place(self) -> int | None:
        """The place of the chosen image among those that pass, or of the nearest; None where none pass."""
        selection = self.selection
        return None if selection is None else selection.place(self.session.chosen)

    def neighbour(self, by: int) -> int | None:
        """The image `by` places on, where there is one."""
        selection, place = self.selection, self.place
        if selection is None or place is None or not 0 <= place + by < len(selection):
            return None
        return int(selection.indices[place + by])

    def passes(self, index: int) -> bool:
        """Whether an image passes the filter."""
        return self.selection is not None and index in self.selection.indices

    @property
    def missing(self) -> str:
        """Why there are no answers, or of when those to training images are; empty where all is well."""
        asking = self.training.asking if self.session.set_name == "train" else None
        return browse_words.missing(self.session, self._known, asking)

    @property
    def why_empty(self) -> str:
        """Why no image is shown."""
        answers, course, asked = self.answers, self.course, self.filter
        if answers is None:
            return ""
        lacks_turns = asked.newly is not None and not (course and course.newly(answers.epoch))
        return browse_words.why_empty(
            answers,
            self.missing,
            lacks_raters=asked.raters_disagree and not answers.raters_disagree.any(),
            lacks_answers=asked.asks_for_answers and answers.probabilities is None,
            lacks_course=lacks_turns or (asked.forgotten > 0 and not self._knows_forgotten),
        )

    def head(self, display: Display) -> str:
        """Which set, which image of how many, in which order, after which epoch; or why there is nothing."""
        answers, selection = self.answers, self.selection
        if answers is None or selection is None:
            return self.missing
        is_known = answers.probabilities is not None
        if self.order is Order.FORGOTTEN:
            is_known = self._knows_forgotten
        order = browse_words.order_words(answers, self.order, is_known=is_known)
        return browse_words.head(self.session, answers, order, self.place, len(selection), display)

    @property
    def may_ask(self) -> bool:
        """Whether training images are looked at and nobody asks about them already."""
        session = self.session
        return session.set_name == "train" and bool(session.answers) and self.training.asking is None

    async def ask(self, progress: Callable[[], None]) -> None:
        """Ask the network about the training images, if `may_ask`; raises `RunError`."""
        if self.may_ask and self.session.answers is not None:
            await self.training.ask(Origin.of(self.session), self.session.answers, progress)

    @property
    def _knows_forgotten(self) -> bool:
        return self.course is not None and self.course.is_trained

    @property
    def _known(self) -> Known | None:
        answers = self.session.answers
        if answers is None or answers.set_name != "train":
            return None
        return self.training.latest(Origin.of(self.session), answers)
