"""Has the drawing on the pad read again and again; what it was while an earlier one was read is left out."""

from collections.abc import Callable

from tui.answering.current_network import Origin
from tui.drawing.desk import Desk
from tui.drawing.reader import Reading
from tui.drawing.sketch import Sketch
from tui.drawing.views import Views
from tui.session import Session


class LatestReading:
    """`views` and `reading` are of the drawing that was read last, `origin` is the network that read it."""

    def __init__(self, desk: Desk, sketch: Sketch) -> None:
        """`desk` reads what `sketch` has by then."""
        self.views: Views | None = None
        self.reading = Reading()
        self.origin: Origin | None = None
        self.is_busy = False
        self._is_stale = False
        self._desk = desk
        self._sketch = sketch

    def wish(self) -> bool:
        """Want it read as it is now; True where the caller must see to it that `fulfil` runs."""
        self._is_stale = True
        if self.is_busy:
            return False
        self.is_busy = True
        return True

    async def fulfil(self, session: Session, announce: Callable[[], None]) -> None:
        """Read until nothing has changed since; `announce` is called after each reading."""
        try:
            while self._is_stale:
                self._is_stale = False
                self.origin = origin = Origin.of(session)
                seen = await self._desk.read(origin, self._sketch.pad.ink, self._sketch.changes)
                self.views, self.reading = seen
                announce()
        finally:
            self.is_busy = False
