"""The views under the confusion matrix, of which a page at a time is shown and given what it needs."""

from functools import partial
from pathlib import Path
from typing import ClassVar, Unpack

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from tui.answering.answers import Answers, Filter, Picked
from tui.answering.error_words import score_lines
from tui.answering.other_runs import Field
from tui.choices import SetName
from tui.messages import ImagesWanted
from tui.panes.error_pages import VIEWS, Page, View, needed, page_of, pages
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.calibration_view import CalibrationView, ValidationSource
from tui.widgets.comparison_view import ComparisonView
from tui.widgets.options import WidgetOptions
from tui.widgets.refusal_view import RefusalView
from tui.widgets.words import Words


class Scores(Words, can_focus=True):
    """Precision, recall and F1 of each digit, and how many answers are right."""

    help_text: ClassVar[str] = (
        "How well each digit is read. Precision: of all answers 4, how many are a 4; recall: of all images "
        "of a 4, how many are read as one; F1 is their harmonic mean 2pr / (p + r), near the smaller of the "
        "two; n counts the images. On 15 images of MNIST's test set human raters disagree which digit it is "
        "(Northcutt et al., 2021), so accuracy stands there with and without them."
    )


class ErrorViews(Vertical):
    """Scores, refusal, calibration, another run; only what is on the page is computed."""

    DEFAULT_CSS = """
    ErrorViews { height: 100%; }
    ErrorViews #errors-scores { height: 8; text-wrap: nowrap; text-overflow: clip; }
    """

    calibration = getters.query_one(CalibrationView)
    comparison = getters.query_one(ComparisonView)
    _scores = getters.query_one("#errors-scores", Words)
    _refusal = getters.query_one(RefusalView)

    def __init__(self, session: Session, display: Display, **options: Unpack[WidgetOptions]) -> None:
        """Reads the session, as the pane does."""
        super().__init__(**options)
        self._session = session
        self._display_mode = display
        self._pages: list[Page] = [()]
        self._rows = 0
        self._view: View = "worst"
        self._about: tuple[Path | None, SetName] | None = None  # whose answers the views hold, to which set

    def compose(self) -> ComposeResult:
        """All of them, one below the other."""
        yield Scores(id="errors-scores")
        yield RefusalView(id="errors-refusal", display=self._display_mode)
        yield CalibrationView(id="errors-calibration", display=self._display_mode)
        yield ComparisonView(id="errors-comparison", display=self._display_mode)

    @property
    def page(self) -> Page:
        """What is shown; the worst answers are shown by the pane."""
        return page_of(self._view, self._pages)

    @property
    def is_alone(self) -> bool:
        """Whether the page needs more rows than there are under the matrix, and thus the matrix's."""
        return "worst" not in self.page and needed(self.page) > self._rows

    @property
    def following(self) -> View:
        """The first view of the next page."""
        return self._pages[(self._pages.index(self.page) + 1) % len(self._pages)][0]

    def fit(self, rows: int, *, has_worst: bool) -> None:
        """There are so many rows under the matrix; the worst answers are one of the views or not."""
        self._rows, self._pages = rows, pages(rows, has_worst=has_worst)
        self.turn_to(self._view)

    def turn_to(self, view: View) -> None:
        """Show the page with a view."""
        self._view = view
        for name in VIEWS[1:]:
            self.query_one(f"#errors-{name}").display = name in self.page
        self.display = "worst" not in self.page

    def first(self) -> Widget:
        """What takes the focus in the first view of the page."""
        view = self.query_one(f"#errors-{self.page[0]}")
        return next(node for node in (view, *view.query("*")) if node.focusable)

    def on_comparison_view_part_chosen(self, event: ComparisonView.PartChosen) -> None:
        """Ask for the images of a group."""
        event.stop()
        words = self._display_mode.printable(f"{event.part} against {event.other}")
        picked = Picked(words, self._session.set_name, tuple(event.indices.tolist()))
        self.post_message(ImagesWanted(Filter(picked=picked)))

    def show(self, answers: Answers) -> None:
        """Give the views on the page these answers; those that have them already do nothing."""
        page, session = self.page, self._session
        self._forget_others(answers)
        if "scores" in page:
            self._scores.say("\n".join(score_lines(answers)))
        if "refusal" in page:
            self._refusal.show(answers)
        if "calibration" in page:
            self.calibration.show(answers, partial(_validation_source, session))
        if "comparison" in page:
            self.comparison.show(answers, _field(session), session.run_name, session.chosen)

    def _forget_others(self, answers: Answers) -> None:
        """What is computed aside shows nothing meanwhile, rather than the figures of another run or set."""
        run = self._session.run
        about = (None if run is None else run.path, answers.set_name)
        if about != self._about:
            self._about = about
            self._refusal.clear()
            self.calibration.clear()


def _validation_source(session: Session) -> ValidationSource | None:
    """Where the validation answers of the run on screen are."""
    data = session.data()
    if session.run is None or data is None:
        return None
    return ValidationSource(session.run.predictions_path, data.validation.labels)


def _field(session: Session) -> Field | None:
    """The runs to compare that on screen with: those laid under its curves first."""
    if session.run is None:
        return None
    return Field(session.run, session.runs_dir, tuple(session.overlays))
