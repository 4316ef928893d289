"""At most so many redraws a second: the first request acts at once, later ones are gathered into one.

Newest wins: the action looks at the present state when it runs.
"""

from collections.abc import Callable


class Throttle:
    """Runs `act` at once, then at most once in `interval` seconds; `later(seconds, call)` is the clock."""

    def __init__(
        self, interval: float, later: Callable[[float, Callable[[], None]], object], act: Callable[[], object]
    ) -> None:
        self._interval = interval
        self._later = later
        self._act = act
        self._resting = False
        self._wanted = False

    def request(self) -> None:
        """Ask for the action: now, or as soon as the interval is over."""
        if self._resting:
            self._wanted = True
            return
        self._resting = True
        self._later(self._interval, self._rested)
        self._act()

    def _rested(self) -> None:
        self._resting = False
        if self._wanted:
            self._wanted = False
            self.request()
