import gc
from collections.abc import Iterator

import pytest

from tui import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What the test does to Python's search is undone."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_there_is_not_searched_any_more() -> None:
    here = [object(), []]
    youngest, middle, _ = gc.get_threshold()
    garbage.search_less()
    assert not any(found is here for found in gc.get_objects())
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == (youngest, middle, garbage.SELDOM)
