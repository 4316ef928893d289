"""Errors: which digits are taken for which, the worst answers, how far confidence can be trusted, and how
another run compares.

Everything is computed once for each set of answers, and only while it is on the screen.
"""

from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.widget import Widget

from nn.metrics import IntArray
from tui.answering.answers import Answers, Filter
from tui.answering.looking import next_set
from tui.choices import SetName
from tui.commands import ERRORS
from tui.messages import ImagesWanted
from tui.panes.base import Pane
from tui.panes.error_body import ErrorBody
from tui.panes.error_head import ErrorHead
from tui.panes.error_pages import View
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.comparison_view import ComparisonView
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.image_list import ImageList

SETS: tuple[SetName, ...] = ("test", "validation")


class ErrorsPane(Pane):
    """Reads the session's set, epoch and chosen image; what it shows of them is its own."""

    number: ClassVar[int] = ERRORS

    _head = getters.query_one(ErrorHead)
    _body = getters.query_one(ErrorBody)

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self._answers: Answers | None = None

    def compose(self) -> ComposeResult:
        """The head; the matrix, what is said at its right, and what stands under it or beside."""
        yield ErrorHead(self.session, self.display_mode)
        yield ErrorBody(self.session, self.display_mode)

    def on_resize(self, event: events.Resize) -> None:
        """What fits beside what."""
        self._body.fit(event.size, self.content_size.height)
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors and focused not in self.screen.focus_chain:
            self.screen.set_focus(self._first)  # what had the focus is not to be seen any more
        self._fill()

    def focus_first(self) -> None:
        """Take the focus: the matrix, or what has its place."""
        self.screen.set_focus(self._first)

    def show(self) -> None:
        """Draw the answers of the session; without any, the head alone says why."""
        answers = self.session.answers
        if answers is None or answers.confusion is None:
            self._show_nothing()
            return
        self._hide_body(hidden=False)
        if answers is not self._answers:
            self._answers = answers
            self._show_set(answers, answers.confusion)
        else:
            self._body.worst.choose(self.session.chosen)
        self._head.show_answers(answers, percent=self._body.matrix.percent)
        self._fill()

    def action_cell(self, down: int, right: int) -> None:
        """Another cell of the matrix, while that is to be seen."""
        if self._body.display and not self._body.has_class("-alone"):
            self._body.matrix.action_move(down, right)

    def action_images(self) -> None:
        """The images like the one chosen: of its true digit, with its answer."""
        index, answers = self._body.worst.chosen, self._answers
        if index is None or answers is None or answers.predicted is None or not self._body.worst.display:
            return
        self.look_at_image(index)
        self._want(Filter(true=int(answers.labels[index]), predicted=int(answers.predicted[index])))

    def action_all_wrong(self) -> None:
        """Every wrong answer."""
        self._want(Filter(right=False))

    def action_percent(self) -> None:
        """Counts, or per cent of the row."""
        self._body.matrix.percent = not self._body.matrix.percent
        self.show()

    def action_diagonal(self) -> None:
        """The right answers hidden, or shown."""
        self._body.matrix.diagonal_hidden = not self._body.matrix.diagonal_hidden

    def action_step(self, by: int) -> None:
        """Choose another of the worst answers, or of the group where two runs are compared."""
        index = self._body.listed.neighbour(by)
        if index is not None:
            self._body.listed.choose(index)  # at once: the next key builds on it
            self.look_at_image(index)

    def action_view(self) -> None:
        """The next of what does not fit on the screen together."""
        self._turn_to(self._body.views.following)

    def action_temperature(self, by: int) -> None:
        """A temperature that makes all answers surer (-1) or less sure (1)."""
        self._turn_to("calibration")
        self._body.views.calibration.change(by)

    def action_best_temperature(self) -> None:
        """The temperature that suits validation best; where it is set, none."""
        self._turn_to("calibration")
        self._body.views.calibration.choose_best()

    def action_compare(self) -> None:
        """Another run beside this one; where one is there already, the next."""
        if "comparison" in self._body.views.page:
            self._body.views.comparison.turn_to_next()
        self._turn_to("comparison")

    def action_set(self) -> None:
        """The other set that has answers."""
        self.look_at_set(next_set(self.session.set_name, SETS))

    def on_confusion_grid_cursor_moved(self, event: ConfusionGrid.CursorMoved) -> None:
        """Say what stands in the cell."""
        event.stop()
        self._show_cell()

    def on_confusion_grid_cell_chosen(self, event: ConfusionGrid.CellChosen) -> None:
        """Ask for the images of the cell."""
        event.stop()
        self._want(Filter(true=event.true, predicted=event.predicted))

    def on_image_list_chosen(self, event: ImageList.Chosen) -> None:
        """Choose the image that was moved to."""
        event.stop()
        if event.index == event.listed.chosen:  # else n or p has gone on from there
            self.look_at_image(event.index)

    def on_comparison_view_compared(self, event: ComparisonView.Compared) -> None:
        """Show the image that is chosen there now."""
        event.stop()
        self._fill()

    @property
    def image_shown(self) -> int | None:
        """The one that the bars are about."""
        return self._body.listed.chosen

    @property
    def _first(self) -> Widget:
        """What takes the focus: what arrows are most likely meant for."""
        return self if self.has_class("-nothing") else self._body.first

    def _want(self, chosen: Filter) -> None:
        self.post_message(ImagesWanted(chosen))

    def _turn_to(self, view: View) -> None:
        self._body.turn_to(view)
        self.screen.set_focus(self._first)
        self._fill()

    def _fill(self) -> None:
        """Give what is on the screen the answers; what has them already does nothing."""
        if self._answers is not None:
            self._body.views.show(self._answers)
            self._body.detail.show_image(self._answers, self.image_shown)

    def _show_nothing(self) -> None:
        self._answers = None
        self._hide_body(hidden=True)
        self._head.show_missing()

    def _hide_body(self, *, hidden: bool) -> None:
        """Without answers the pane itself has the focus, so that its keys go on working."""
        if self.has_class("-nothing") == hidden:
            return
        focused = self.screen.focused
        has_focus = focused is not None and self in focused.ancestors_with_self
        self.set_class(hidden, "-nothing")
        self._body.display = not hidden
        self.can_focus = hidden
        if has_focus:
            self.screen.set_focus(self._first)

    def _show_set(self, answers: Answers, confusion: IntArray) -> None:
        """What is about all images."""
        self._body.matrix.set_counts(confusion)
        self._body.detail.show_pairs(confusion)
        self._show_cell()
        self._body.worst.show_answers(answers, self.session.chosen)

    def _show_cell(self) -> None:
        answers = self._answers
        if answers is not None and answers.confusion is not None:
            self._head.show_cell(answers.confusion, *self._body.matrix.cursor)
