import gc
import weakref
from collections.abc import Iterator

import pytest

from tui import garbage


class Watched:
    """Something that can be seen to be gone."""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What the test does to Python's search is undone."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_there_is_not_searched_any_more() -> None:
    here = [object(), []]
    thresholds = gc.get_threshold()
    garbage.search_less()
    assert not any(found is here for found in gc.get_objects())
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == thresholds


def test_what_is_garbage_by_then_is_not_kept() -> None:
    cycle: list[object] = [Watched()]
    cycle.append(cycle)
    watched = weakref.ref(cycle[0])
    del cycle
    garbage.search_less()
    assert watched() is None
