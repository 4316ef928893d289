"""Errors: which digits are taken for which, the worst answers, and how far confidence can be trusted.

Everything is computed once for each set of answers; walking in it only moves what is looked at.
"""

from functools import cached_property, partial
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from tui.answering.answers import Answers, Filter, Order, Selection
from tui.answering.error_words import calibration_lines, cell_words, confused_pairs, score_lines
from tui.answering.image_words import loss_caption
from tui.answering.looking import epoch_words, missing_words, next_set, scrub
from tui.choices import SetName
from tui.commands import ERRORS
from tui.messages import ImageChosen, ImagesWanted, Said, SetChosen
from tui.panes.base import Pane
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.answer_detail import AnswerDetail
from tui.widgets.confusion_grid import DIGITS, ConfusionGrid
from tui.widgets.digit_grid import DigitGrid, Tile
from tui.widgets.thumbnails import Thumbnails
from tui.widgets.words import Words

View = Literal["worst", "scores", "calibration"]
SETS: tuple[SetName, ...] = ("test", "validation")
MOST_PAIRS = 10
_TALL = 31  # rows: scores and calibration fit under the matrix together
_BROAD = 110  # columns: the worst answers have a column of their own
_SLIM = 72  # columns: less than the matrix and what stands at its right


class ErrorsPane(Pane):
    """Reads the session's set, epoch and chosen image; what it shows of them is its own."""

    number: ClassVar[int] = ERRORS
    DEFAULT_CSS = """
    ErrorsPane #errors-head { height: 1; }
    ErrorsPane #errors-state { width: 54; color: $text-muted; text-wrap: nowrap; }
    ErrorsPane #errors-cell { width: 1fr; text-wrap: nowrap; }
    ErrorsPane #errors-body { layout: grid; grid-size: 2; grid-columns: 54 1fr; grid-rows: 11 1fr; }
    ErrorsPane #errors-body { height: 1fr; }
    ErrorsPane #errors-detail { row-span: 2; height: 100%; }
    ErrorsPane #errors-pairs { height: 1fr; max-height: 11; text-wrap: nowrap; }
    ErrorsPane #errors-numbers { height: 100%; }
    ErrorsPane #errors-scores { height: 8; }
    ErrorsPane #errors-calibration { height: 1fr; color: $text-muted; }
    ErrorsPane DigitGrid { height: 100%; }

    ErrorsPane.-tall #errors-scores { height: 9; }
    ErrorsPane.-slim #errors-detail { display: none; }
    ErrorsPane.-slim #errors-body { grid-size: 1; grid-columns: 54; }
    ErrorsPane.-broad #errors-body { grid-size: 3; grid-columns: 54 32 1fr; }
    ErrorsPane.-broad #errors-detail { padding: 0 2 0 1; }
    ErrorsPane.-broad DigitGrid { row-span: 2; }
    """

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.view: View = "worst"
        self._answers: Answers | None = None
        self._worst: Selection | None = None

    def compose(self) -> ComposeResult:
        """The head; the matrix, what is said at its right, and what stands under it or beside."""
        with Horizontal(id="errors-head"):
            yield Words(id="errors-state")
            yield Words(id="errors-cell")
        with Container(id="errors-body"):
            yield ConfusionGrid(display=self.display_mode)
            with Vertical(id="errors-detail"):
                yield Words(id="errors-pairs")
                yield AnswerDetail(display=self.display_mode)
            yield DigitGrid(display=self.display_mode)
            with Vertical(id="errors-numbers"):
                yield Words(id="errors-scores")
                yield Words(id="errors-calibration")

    def on_resize(self, event: events.Resize) -> None:
        """What fits beside what."""
        self.set_class(event.size.height >= _TALL, "-tall")
        self.set_class(event.size.width >= _BROAD, "-broad")
        self.set_class(event.size.width < _SLIM, "-slim")
        if self.view not in self._views:
            self.view = "scores"
        self._arrange()
        self._thumbnails.forget()

    def show(self) -> None:
        """Draw the answers of the session; without any, the matrix is empty and the head says why."""
        answers = self.session.answers
        if answers is None or answers.confusion is None:
            self._show_nothing()
            return
        if answers is not self._answers:
            self._answers = answers
            self._worst = Selection.of(answers, Filter(right=False), Order.LOSS)
            self._show_set(answers)
            tile = partial(worst_tile, answers, self._worst, self.display_mode)
            self._thumbnails.show(len(self._worst), tile, self._place() or 0)
        else:
            self._strip.select(self._place() or 0)
        self._words("state").say(self._state_words(answers))
        self._show_image(answers)

    def action_images(self) -> None:
        """The images like the one chosen: of its true digit, with its answer."""
        index, answers = self._index(), self._answers
        if index is None or answers is None or answers.predicted is None:
            return
        self.post_message(ImageChosen(index))
        self.post_message(ImagesWanted(int(answers.labels[index]), int(answers.predicted[index])))

    def action_all_wrong(self) -> None:
        """Every wrong answer."""
        self.post_message(ImagesWanted(None, None))

    def action_percent(self) -> None:
        """Counts, or per cent of the row."""
        self._matrix.percent = not self._matrix.percent

    def action_diagonal(self) -> None:
        """The right answers hidden, or shown."""
        self._matrix.diagonal_hidden = not self._matrix.diagonal_hidden

    def action_step(self, by: int) -> None:
        """Choose another of the worst answers."""
        place = self._place()
        if self._worst is not None and place is not None and 0 <= place + by < len(self._worst):
            self.post_message(ImageChosen(int(self._worst.indices[place + by])))

    def action_view(self) -> None:
        """The next of what does not fit on the screen together."""
        views = self._views
        if len(views) == 1:
            self.post_message(Said("Worst answers, scores and calibration are all on the screen."))
            return
        self.view = views[(views.index(self.view) + 1) % len(views)]
        self._arrange()

    def action_set(self) -> None:
        """The other set that has answers."""
        self.post_message(SetChosen(next_set(self.session.set_name, SETS)))

    def action_scrub(self, by: int) -> None:
        """The answers of an earlier or a later epoch."""
        self.post_message(scrub(self.session, by))

    def on_confusion_grid_cursor_moved(self, event: ConfusionGrid.CursorMoved) -> None:
        """Say what stands in the cell."""
        event.stop()
        self._show_cell()

    def on_confusion_grid_cell_chosen(self, event: ConfusionGrid.CellChosen) -> None:
        """Ask for the images of the cell."""
        event.stop()
        self.post_message(ImagesWanted(event.true, event.predicted))

    def on_digit_grid_selected(self, event: DigitGrid.Selected) -> None:
        """Choose the answer that was moved to."""
        event.stop()
        if self._worst is not None:
            self.post_message(ImageChosen(int(self._worst.indices[event.index])))

    @property
    def _matrix(self) -> ConfusionGrid:
        return self.query_one(ConfusionGrid)

    @property
    def _strip(self) -> DigitGrid:
        return self.query_one(DigitGrid)

    @property
    def _detail(self) -> AnswerDetail:
        return self.query_one(AnswerDetail)

    @property
    def _views(self) -> list[View]:
        """What there is to switch between; what is always on the screen at this size is not."""
        worst: list[View] = [] if self.has_class("-broad") else ["worst"]
        rest: list[View] = ["scores"] if self.has_class("-tall") else ["scores", "calibration"]
        return worst + rest

    @cached_property
    def _thumbnails(self) -> Thumbnails:
        return Thumbnails(self._strip)

    def _words(self, name: str) -> Words:
        return self.query_one(f"#errors-{name}", Words)

    def _arrange(self) -> None:
        """Show what the view asks for, and what fits beside it."""
        tall, broad = self.has_class("-tall"), self.has_class("-broad")
        numbers = broad or self.view != "worst"
        if self._strip.has_focus and not broad and numbers:
            self._matrix.focus()
        self._strip.display = broad or not numbers
        self.query_one("#errors-numbers").display = numbers
        self._words("scores").display = tall or self.view != "calibration"
        self._words("calibration").display = tall or self.view == "calibration"
        self._show_calibration()

    def _place(self) -> int | None:
        """The place of the chosen image among the worst; the first where it is not among them."""
        if self._worst is None:
            return None
        place = self._worst.place(self.session.chosen)
        if place is None or self._worst.indices[place] == self.session.chosen:
            return place
        return 0

    def _index(self) -> int | None:
        place = self._place()
        return None if place is None or self._worst is None else int(self._worst.indices[place])

    def _show_nothing(self) -> None:
        self._answers = self._worst = None
        self._matrix.set_counts([[0] * DIGITS] * DIGITS)
        self._thumbnails.clear()
        self._detail.clear("")
        for name in ("cell", "pairs", "scores", "calibration"):
            self._words(name).say("")
        missing = missing_words(self.session)
        self._words("state").say(f"{missing}: t goes on" if self.session.set_name == "train" else missing)

    def _show_set(self, answers: Answers) -> None:
        """What is about all images."""
        assert answers.confusion is not None
        self._matrix.set_counts(answers.confusion)
        self._words("pairs").say("\n".join(confused_pairs(answers.confusion, MOST_PAIRS)))
        self._words("scores").say("\n".join(score_lines(answers.scores)))
        self._show_cell()
        self._show_calibration()

    def _show_cell(self) -> None:
        answers = self._answers
        if answers is not None and answers.confusion is not None:
            self._words("cell").say(cell_words(answers.confusion, *self._matrix.cursor))

    def _show_calibration(self) -> None:
        if self._answers is not None:
            lines = calibration_lines(
                self._answers.calibration, self.display_mode, tall=self.has_class("-tall")
            )
            self._words("calibration").say("\n".join(lines))

    def _state_words(self, answers: Answers) -> str:
        wrong = len(self._worst) if self._worst is not None else 0
        share = f"{100 * wrong / len(answers):.2f} %" if len(answers) else ""
        epoch = epoch_words(self.session).removeprefix("after ")
        dot = " | " if self.display_mode.ascii else " · "
        return dot.join([answers.set_name, epoch, f"{wrong:,} wrong, {share}"])

    def _show_image(self, answers: Answers) -> None:
        """What is about the chosen answer."""
        index, run = self._index(), self.session.run
        if index is None:
            self._detail.clear("no answer is wrong")
        else:
            folder = run.predictions_path if run else None
            self._detail.show(answers, index, folder, self.session.epochs_kept)


def worst_tile(answers: Answers, worst: Selection, display: Display, place: int) -> Tile:
    """One of the wrong answers as a thumbnail."""
    index = int(worst.indices[place])
    return Tile(answers.images[index], loss_caption(answers, index, display.marks))
