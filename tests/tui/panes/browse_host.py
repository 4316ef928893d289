"""What tests of Browse look up in the pane."""

import numpy as np
from image_host import Host
from textual.widgets import Input

from tui.answering.answers import Filter
from tui.answering.course import Course
from tui.panes.browse import BrowsePane
from tui.session import Session

WRONG = Filter(right=False)


TALL = (80, 34)  # what the pane has of a terminal of 120x36


def pane_of(app: Host) -> BrowsePane:
    assert isinstance(app.pane, BrowsePane)
    return app.pane


def course_of(app: Host) -> Course:
    course = pane_of(app).browsing.course
    return course if course is not None else Course((), (), np.empty(0, np.uint8))


def wrong_indices(session: Session) -> list[int]:
    answers = session.answers
    assert answers is not None
    assert answers.right is not None
    return np.flatnonzero(~answers.right).tolist()


def typed(app: Host, text: str) -> None:
    """Put words into the prompt at once, without their keys."""
    app.query_one(Input).value = text
