"""Reads the course of the answers that a session looks at: in a thread, and of each epoch once."""

import asyncio

from nn.arrays import ByteArray
from tui.answering.course import Course
from tui.answering.trails import Source, Trails, read
from tui.session import Session


class CourseReader:
    """Knows the course of the run and set looked at last."""

    def __init__(self) -> None:
        self._trails = Trails()
        self._course: Course | None = None
        self._known_as: tuple[Source, list[int]] | None = None
        self._asked: tuple[Source, list[int]] | None = None
        self._labels: ByteArray | None = None

    def wants(self, session: Session) -> bool:
        """Whether epochs are there that were neither read nor asked for yet: then `read` is to be called."""
        source, answers = _source(session), session.answers
        if source is None or answers is None:
            return False
        missing = self._trails.missing(source, session.epochs_kept)
        if not missing or self._asked == (source, missing):
            return False
        self._asked, self._labels = (source, missing), answers.labels
        return True

    async def read(self) -> None:
        """Read what `wants` found missing."""
        if self._asked is not None and self._labels is not None:
            source, missing = self._asked
            self._trails.add(source, await asyncio.to_thread(read, source, missing, self._labels))

    def course(self, session: Session) -> Course | None:
        """What is known by now about the set looked at; the same object as long as nothing is new."""
        source, answers = _source(session), session.answers
        if source is None or answers is None or self._trails.source != source:
            return None
        known_as = source, self._trails.known
        if known_as != self._known_as or self._course is None:
            self._known_as, self._course = known_as, self._trails.course(answers.labels)
        return self._course


def _source(session: Session) -> Source | None:
    """Where the answers lie; None where no epoch's are kept."""
    if session.run is None or session.answers is None or session.answers.set_name == "train":
        return None
    return Source(session.run.predictions_path, session.answers.set_name, len(session.answers))
