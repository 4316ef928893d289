"""Hints on keys that stand side by side."""

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.words import hints_within

HINTS = ("Esc back", "n p image", "m maps")


@given(st.integers(0, 40))
def test_no_hint_is_cut_and_none_is_left_out_that_fits(room: int) -> None:
    line = hints_within(HINTS, room)
    shown = line.split("  ") if line else []
    assert shown == list(HINTS[: len(shown)])
    assert len(line) <= room
    assert len("  ".join(HINTS[: len(shown) + 1])) > room or len(shown) == len(HINTS)
