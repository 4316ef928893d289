"""At most so many redraws a second: the first request acts at once, later ones are gathered into one.

Newest wins: the action looks at the present state when it runs. What costs much acts seldom.
"""

from collections.abc import Callable

REST = 40  # times what an action cost: one that draws takes as long again to be painted, 5 % together


class Throttle:
    """Runs `act` at once, then at most once in `interval` seconds; `later(seconds, call)` is the clock.

    `cost` is the processor time in seconds that the last act took, for whoever acts to say; the rest after an
    act is `REST` times as long, where that is longer than the interval. A request that came meanwhile waits
    for the next, `patience` seconds more at most, so that both are answered with what the next one brings.
    """

    def __init__(
        self,
        interval: float,
        later: Callable[[float, Callable[[], None]], object],
        act: Callable[[], object],
        *,
        patience: float = 0.0,
    ) -> None:
        self._interval = interval
        self._later = later
        self._act = act
        self._patience = patience
        self.cost = 0.0
        self._resting = False
        self._wanted = False

    def request(self) -> None:
        """Ask for the action: now, or as soon as the interval is over."""
        if self._resting:
            self._wanted = True
            return
        self._resting, self._wanted = True, False
        self._later(max(self._interval, REST * self.cost), self._rested)
        self._act()

    def _rested(self) -> None:
        self._resting = False
        if self._patience and self._wanted:
            self._later(self._patience, self._act_late)
        else:
            self._act_late()

    def _act_late(self) -> None:
        if self._wanted and not self._resting:
            self.request()
