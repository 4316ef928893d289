"""Errors: which digits are taken for which, the worst answers, how far confidence can be trusted, and how
another run compares.

Everything is computed once for each set of answers, and only while it is on the screen.
"""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.widget import Widget

from nn.metrics import IntArray
from tui.answering.answers import Answers, Filter, Order, Selection
from tui.answering.error_words import cell_words, state_words
from tui.answering.image_words import loss_caption
from tui.answering.looking import missing_words, next_set
from tui.choices import SetName
from tui.commands import ERRORS
from tui.messages import ImagesWanted
from tui.panes.base import Pane
from tui.panes.error_detail import ErrorDetail
from tui.panes.error_pages import View
from tui.panes.error_views import ErrorViews
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.comparison_view import ComparisonView
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.image_list import ImageList
from tui.widgets.words import Words

SETS: tuple[SetName, ...] = ("test", "validation")
_ABOVE = 12  # rows: the head and the matrix
_BROAD = 110  # columns: the worst answers have a column of their own
_SLIM = 72  # columns: less than the matrix and what stands at its right


class ErrorsPane(Pane):
    """Reads the session's set, epoch and chosen image; what it shows of them is its own."""

    number: ClassVar[int] = ERRORS
    DEFAULT_CSS = """
    ErrorsPane #errors-head { height: 1; }
    ErrorsPane #errors-state { width: 54; color: $text-muted; text-wrap: nowrap; }
    ErrorsPane #errors-cell { width: 1fr; text-wrap: nowrap; }
    ErrorsPane.-nothing #errors-state { width: 1fr; }
    ErrorsPane #errors-body { layout: grid; grid-size: 2; grid-columns: 54 1fr; grid-rows: 11 1fr; }
    ErrorsPane #errors-body { height: 1fr; }
    ErrorsPane ErrorDetail { row-span: 2; }
    ErrorsPane #errors-worst { height: 100%; }

    ErrorsPane.-slim ErrorDetail { display: none; }
    ErrorsPane.-slim #errors-body { grid-size: 1; grid-columns: 54; }
    ErrorsPane.-broad #errors-body { grid-size: 3; grid-columns: 54 32 1fr; }
    ErrorsPane.-broad ErrorDetail { padding: 0 2 0 1; }
    ErrorsPane.-broad #errors-worst { row-span: 2; }
    ErrorsPane.-alone #errors-body { grid-size: 1; grid-columns: 1fr; grid-rows: 1fr; }
    ErrorsPane.-alone ConfusionGrid, ErrorsPane.-alone ErrorDetail { display: none; }
    """

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self._answers: Answers | None = None

    def compose(self) -> ComposeResult:
        """The head; the matrix, what is said at its right, and what stands under it or beside."""
        with Horizontal(id="errors-head"):
            yield Words(id="errors-state")
            yield Words(id="errors-cell")
        with Container(id="errors-body"):
            yield ConfusionGrid(display=self.display_mode)
            yield ErrorDetail(self.session, self.display_mode)
            yield ImageList(id="errors-worst", display=self.display_mode)
            yield ErrorViews(self.session, self.display_mode)

    def on_resize(self, event: events.Resize) -> None:
        """What fits beside what."""
        self.set_class(event.size.width >= _BROAD, "-broad")
        self.set_class(event.size.width < _SLIM, "-slim")
        self._views.fit(self.content_size.height - _ABOVE, has_worst=not self.has_class("-broad"))
        self._arrange()
        for listed in self.query(ImageList):
            listed.reload()
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
            self._worst.choose(self.session.chosen)
        self._words("state").say(state_words(self.session, answers, self.display_mode))
        self._fill()

    def action_images(self) -> None:
        """The images like the one chosen: of its true digit, with its answer."""
        index, answers = self._worst.chosen, self._answers
        if index is None or answers is None or answers.predicted is None or not self._worst.display:
            return
        self.look_at_image(index)
        self._want(Filter(true=int(answers.labels[index]), predicted=int(answers.predicted[index])))

    def action_all_wrong(self) -> None:
        """Every wrong answer."""
        self._want(Filter(right=False))

    def action_percent(self) -> None:
        """Counts, or per cent of the row."""
        self._matrix.percent = not self._matrix.percent

    def action_diagonal(self) -> None:
        """The right answers hidden, or shown."""
        self._matrix.diagonal_hidden = not self._matrix.diagonal_hidden

    def action_step(self, by: int) -> None:
        """Choose another of the worst answers, or of the group where two runs are compared."""
        if self.session.answers is not self._answers:  # a set or an epoch was chosen just before
            self.show()
        index = self._listed.neighbour(by)
        if index is not None:
            self._listed.choose(index)  # at once: the next key builds on it
            self.look_at_image(index)

    def action_view(self) -> None:
        """The next of what does not fit on the screen together."""
        self._turn_to(self._views.following)

    def action_temperature(self, by: int) -> None:
        """A temperature that makes all answers surer (-1) or less sure (1)."""
        self._turn_to("calibration")
        self._views.calibration.change(by)

    def action_best_temperature(self) -> None:
        """The temperature that suits validation best; where it is set, none."""
        self._turn_to("calibration")
        self._views.calibration.choose_best()

    def action_compare(self) -> None:
        """Another run beside this one; where one is there already, the next."""
        if "comparison" in self._views.page:
            self._views.comparison.turn_to_next()
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
        self.look_at_image(event.index)

    def on_comparison_view_compared(self, event: ComparisonView.Compared) -> None:
        """Show the image that is chosen there now."""
        event.stop()
        self._fill()

    @property
    def image_shown(self) -> int | None:
        """The one that the bars are about."""
        return self._listed.chosen

    @property
    def _matrix(self) -> ConfusionGrid:
        return self.query_one(ConfusionGrid)

    @property
    def _worst(self) -> ImageList:
        return self.query_one("#errors-worst", ImageList)

    @property
    def _views(self) -> ErrorViews:
        return self.query_one(ErrorViews)

    @property
    def _listed(self) -> ImageList:
        """The images that n and p walk."""
        return self._views.comparison.listed if "comparison" in self._views.page else self._worst

    @property
    def _first(self) -> Widget:
        """What takes the focus: what arrows are most likely meant for."""
        if self.has_class("-nothing"):
            return self
        is_walked = self.has_class("-alone") or "comparison" in self._views.page
        return self._views.first() if is_walked else self._matrix

    def _words(self, name: str) -> Words:
        return self.query_one(f"#errors-{name}", Words)

    def _want(self, chosen: Filter) -> None:
        self.post_message(ImagesWanted(chosen))

    def _turn_to(self, view: View) -> None:
        self._views.turn_to(view)
        self._arrange()
        self.screen.set_focus(self._first)
        self._fill()

    def _arrange(self) -> None:
        """Show what the view asks for, and what fits beside it."""
        views = self._views
        self.set_class(views.is_alone, "-alone")
        self._worst.display = "worst" in views.page or (self.has_class("-broad") and not views.is_alone)

    def _fill(self) -> None:
        """Give what is on the screen the answers; what has them already does nothing."""
        if self._answers is not None:
            self._views.show(self._answers)
            self.query_one(ErrorDetail).show_image(self._answers, self.image_shown)

    def _show_nothing(self) -> None:
        self._answers = None
        self._hide_body(hidden=True)
        missing = missing_words(self.session)
        way_on = "; t shows the test images" if self.session.set_name == "train" else ""
        self._words("state").say(missing + way_on)

    def _hide_body(self, *, hidden: bool) -> None:
        """Without answers the pane itself has the focus, so that its keys go on working."""
        if self.has_class("-nothing") == hidden:
            return
        focused = self.screen.focused
        has_focus = focused is not None and self in focused.ancestors_with_self
        self.set_class(hidden, "-nothing")
        self.query_one("#errors-body").display = not hidden
        self.query_one("#errors-cell").display = not hidden
        self.can_focus = hidden
        if has_focus:
            self.screen.set_focus(self._first)

    def _show_set(self, answers: Answers, confusion: IntArray) -> None:
        """What is about all images."""
        marks = self.display_mode.marks
        self._matrix.set_counts(confusion)
        self.query_one(ErrorDetail).show_pairs(confusion)
        self._show_cell()
        wrong = Selection.of(answers, Filter(right=False), Order.LOSS).indices
        self._worst.show_images(
            answers, wrong, lambda index: loss_caption(answers, index, marks), self.session.chosen
        )

    def _show_cell(self) -> None:
        answers = self._answers
        if answers is not None and answers.confusion is not None:
            self._words("cell").say(cell_words(answers.confusion, *self._matrix.cursor))
