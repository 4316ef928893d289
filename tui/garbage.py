"""Python's search for garbage stops the app while it lasts: 0.1 s for all that it holds once started."""

import gc

SELDOM = 50  # searches of the middle generation to one of the oldest; 10 is usual


def search_less() -> None:
    """Take what is there for kept, and search through what comes to stay five times as seldom."""
    gc.freeze()
    youngest, middle, _ = gc.get_threshold()
    gc.set_threshold(youngest, middle, SELDOM)
