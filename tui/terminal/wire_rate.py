"""How many bytes a second go to the terminal: for the header, where a person asks for it."""

from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 3.0
KB = 1024


class WireRate:
    """Told now and then how much was written so far, it knows the rate over the last seconds.

    `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.is_shown = False
        self._clock = clock
        self._counts: deque[tuple[float, int]] = deque()

    def toggle(self) -> None:
        """Show it, or no longer."""
        self.is_shown = not self.is_shown
        self._counts.clear()

    def words(self, bytes_written: int) -> str:
        """`12.3 KB/s`: since up to three seconds ago; before there are two counts nothing is known."""
        now = self._clock()
        self._counts.append((now, bytes_written))
        while len(self._counts) > 2 and now - self._counts[1][0] >= WINDOW_SECONDS:
            self._counts.popleft()
        began, count = self._counts[0]
        return f"{(bytes_written - count) / KB / (now - began):.1f} KB/s" if now > began else "- KB/s"
