"""What tests of Errors look up in the pane."""

from image_host import Host

from tui.answering.answers import Answers, Filter
from tui.messages import ImagesWanted
from tui.session import Session


def answers_of(session: Session) -> Answers:
    assert session.answers is not None
    return session.answers


def wanted(app: Host) -> list[Filter]:
    """What Browse was asked to show."""
    return [message.chosen for message in app.heard if isinstance(message, ImagesWanted)]
