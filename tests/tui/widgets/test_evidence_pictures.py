import pytest

from tui.widgets.evidence_pictures import MAPS, View, views


@pytest.mark.parametrize("slots", range(1, 7))
def test_turning_shows_every_view_and_comes_round(slots: int) -> None:
    turns = len(View) if slots == 1 else len(MAPS)
    shown = [views(slots, turn) for turn in range(turns)]
    assert {view for together in shown for view in together} == set(View)
    assert all(len(together) == len(set(together)) == slots for together in shown)
    assert views(slots, turns) == shown[0]
    assert views(slots, 1)[-1] != shown[0][-1]
    if slots > 1:
        assert all(together[0] is View.DIGIT for together in shown)
