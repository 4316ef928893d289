"""How the parts of Errors lie: the matrix, what is said at its right, and what stands under it or beside."""

from textual import getters
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget

from tui.panes.error_detail import ErrorDetail
from tui.panes.error_pages import View
from tui.panes.error_views import ErrorViews
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.confusion_grid import ConfusionGrid
from tui.widgets.image_list import ImageList
from tui.widgets.worst_answers import WorstAnswers

_ABOVE = 12  # rows: the head and the matrix
_BROAD = 110  # columns: the worst answers have a column of their own
_SLIM = 72  # columns: less than the matrix and what stands at its right


class ErrorBody(Container):
    """Gives each part its place; what is shown there is the pane's."""

    DEFAULT_CSS = """
    ErrorBody { layout: grid; grid-size: 2; grid-columns: 54 1fr; grid-rows: 11 1fr; height: 1fr; }
    ErrorBody ErrorDetail { row-span: 2; }
    ErrorBody #errors-worst { height: 100%; }

    ErrorBody.-slim ErrorDetail { display: none; }
    ErrorBody.-slim { grid-size: 1; grid-columns: 54; }
    ErrorBody.-broad { grid-size: 3; grid-columns: 54 32 1fr; }
    ErrorBody.-broad ErrorDetail { padding: 0 2 0 1; }
    ErrorBody.-broad #errors-worst { row-span: 2; }
    ErrorBody.-alone { grid-size: 1; grid-columns: 1fr; grid-rows: 1fr; }
    ErrorBody.-alone ConfusionGrid, ErrorBody.-alone ErrorDetail { display: none; }
    """

    matrix = getters.query_one(ConfusionGrid)
    detail = getters.query_one(ErrorDetail)
    worst = getters.query_one(WorstAnswers)
    views = getters.query_one(ErrorViews)

    def __init__(self, session: Session, display: Display) -> None:
        """The parts read the session, as the pane does."""
        super().__init__()
        self._session = session
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """All parts."""
        yield ConfusionGrid(display=self._display_mode)
        yield ErrorDetail(self._session, self._display_mode)
        yield WorstAnswers(id="errors-worst", display=self._display_mode)
        yield ErrorViews(self._session, self._display_mode)

    @property
    def listed(self) -> ImageList:
        """The images that n and p walk."""
        return self.views.comparison.listed if "comparison" in self.views.page else self.worst

    @property
    def first(self) -> Widget:
        """What takes the focus: what arrows are most likely meant for."""
        is_walked = self.has_class("-alone") or "comparison" in self.views.page
        return self.views.first() if is_walked else self.matrix

    def fit(self, pane: Size, rows: int) -> None:
        """Lay the parts out in a pane of this size, that has `rows` for its content."""
        self.set_class(pane.width >= _BROAD, "-broad")
        self.set_class(pane.width < _SLIM, "-slim")
        self.views.fit(rows - _ABOVE, has_worst=not self.has_class("-broad"))
        self._arrange()
        for listed in self.query(ImageList):
            listed.reload()

    def turn_to(self, view: View) -> None:
        """Show a view, and what fits beside it."""
        self.views.turn_to(view)
        self._arrange()

    def _arrange(self) -> None:
        views = self.views
        self.set_class(views.is_alone, "-alone")
        self.worst.display = "worst" in views.page or (self.has_class("-broad") and not views.is_alone)
