"""A clock that stands still until a test lets the time pass."""

from collections.abc import Callable


class Clock:
    """Keeps what was put off until the test lets the time pass."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.waiting.append((seconds, call))

    def pass_interval(self) -> None:
        waiting, self.waiting = self.waiting, []
        for _, call in waiting:
            call()
