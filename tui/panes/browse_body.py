"""How the parts of Browse lie: one image large with its answer, the small ones or a chart below or beside."""

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.widget import Widget

from tui.answering.answers import Answers
from tui.answering.course import Course
from tui.terminal.display import Display
from tui.widgets.answer_grid import AnswerGrid
from tui.widgets.course_chart import CourseChart, Subject
from tui.widgets.image_answer import ImageAnswer

CHARTS: tuple[Subject | None, ...] = (None, "image", "digits")
_TALL = 24  # rows: two for the head, 14 for the large digit, 8 for a row of thumbnails
_SLIM = 76  # columns: digit, bars and one column of thumbnails side by side


class BrowseBody(Vertical):
    """`chart` is what the chart is about; None where the small images are shown."""

    DEFAULT_CSS = """
    BrowseBody { layout: horizontal; height: 1fr; }
    BrowseBody ImageAnswer { width: 60%; min-width: 58; height: 100%; }
    BrowseBody DigitGrid, BrowseBody CourseChart { width: 1fr; height: 100%; margin-left: 2; }
    BrowseBody CourseChart { display: none; }
    BrowseBody.-chart CourseChart { display: block; }
    BrowseBody.-chart DigitGrid { display: none; }
    BrowseBody.-slim DigitGrid { width: 0; margin: 0; }
    BrowseBody.-slim ImageAnswer { width: 100%; min-width: 0; }
    BrowseBody.-chart ImageAnswer { width: 28; min-width: 28; }
    BrowseBody.-tall { layout: vertical; }
    BrowseBody.-tall ImageAnswer { width: 100%; height: 14; }
    BrowseBody.-tall DigitGrid, BrowseBody.-tall CourseChart { width: 1fr; height: 1fr; margin-left: 0; }
    """

    grid = getters.query_one(AnswerGrid)
    _one = getters.query_one(ImageAnswer)
    _chart = getters.query_one(CourseChart)

    def __init__(self, display: Display) -> None:
        super().__init__()
        self.chart: Subject | None = None
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """All parts."""
        yield ImageAnswer(display=self._display_mode)
        yield AnswerGrid(display=self._display_mode)
        yield CourseChart()

    @property
    def first(self) -> Widget:
        """What takes the focus."""
        return self.grid if self.chart is None else self._chart

    def fit(self, pane: Size) -> None:
        """Thumbnails below where there is room in a pane of this size, beside the bars where there is not."""
        self.set_class(pane.height >= _TALL, "-tall")
        self.set_class(pane.width < _SLIM, "-slim")
        self.grid.reload()

    def turn(self) -> None:
        """The next chart, or the small images again."""
        self.chart = CHARTS[(CHARTS.index(self.chart) + 1) % len(CHARTS)]
        self.set_class(self.chart is not None, "-chart")

    def show_nothing(self) -> None:
        """There are no images."""
        self.grid.clear()
        self._one.show_none("")
        self._chart.clear()

    def show_image(
        self, answers: Answers, index: int | None, course: Course | None, missing: str, why_empty: str
    ) -> None:
        """Show one image and the chart on it; `missing` is its last line, `why_empty` is said without one."""
        if self.chart is not None:
            self._chart.show(self.chart, answers, index, course, self._display_mode)
        if index is None:
            self._one.show_none(why_empty)
        else:
            self._one.show(answers, index, course, missing)
