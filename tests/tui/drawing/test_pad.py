"""The pen goes where it is told and no further; what was drawn can be taken back stroke by stroke."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.drawing.ink import FULL, Place, blank
from tui.drawing.pad import WIDTHS, Pad

DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-9, 9), st.integers(-9, 9)),
        st.tuples(st.sampled_from(["toggle_pen", "toggle_eraser", "next_width"])),
        st.tuples(st.just("put"), st.just(blank())),
    ),
    max_size=30,
)


def drawn(*moves: tuple[int, int]) -> Pad:
    """One stroke of these moves."""
    pad = Pad()
    pad.toggle_pen()
    for right, down in moves:
        pad.move(right, down)
    pad.toggle_pen()
    return pad


def test_nothing_is_drawn_while_the_pen_is_up() -> None:
    pad = Pad()
    pad.move(3, 4)
    assert not pad.ink.any()
    assert pad.pixel == (18, 17)


def test_a_pen_that_comes_down_leaves_a_dot_and_draws_where_it_goes() -> None:
    pad = Pad()
    pad.toggle_pen()
    dot = int((pad.ink > 0).sum())
    pad.move(5, 0)
    assert 0 < dot < int((pad.ink > 0).sum())
    assert pad.ink[29, 2 * 17] == FULL


def test_the_pen_stays_on_the_pad() -> None:
    pad = Pad()
    pad.move(100, -100)
    assert pad.pixel == (0, 27)
    pad.move_to(Place(-3, 99))
    assert pad.place == Place(0.5, 27.5)


@given(DEEDS)
def test_the_pen_is_always_on_the_pad_and_all_can_be_undone(deeds: list[tuple]) -> None:
    pad = Pad()
    for name, *arguments in deeds:
        getattr(pad, name)(*arguments)
        assert all(0 <= place < 28 for place in pad.pixel)
        assert pad.ink.dtype == np.uint8
    pad.lift()
    last, undone = pad.ink.copy(), 0
    while pad.undo():
        undone += 1
    assert not pad.ink.any()
    while pad.redo():
        undone -= 1
    assert undone == 0
    assert np.array_equal(pad.ink, last)


def test_undo_takes_whole_strokes_and_redo_brings_them_back() -> None:
    pad = drawn((5, 0), (0, 5))
    first = pad.ink
    pad.toggle_pen()
    pad.move(-9, 0)
    pad.move(0, -9)
    second = pad.ink
    assert pad.undo()
    assert not pad.pen_is_down
    assert np.array_equal(pad.ink, first)
    assert pad.redo()
    assert np.array_equal(pad.ink, second)
    assert pad.undo()
    assert pad.undo()
    assert not pad.ink.any()
    assert not pad.undo()


def test_drawing_after_an_undo_forgets_what_was_undone() -> None:
    pad = drawn((5, 0))
    pad.undo()
    pad.toggle_pen()
    assert not pad.redo()


def test_the_eraser_takes_ink_away() -> None:
    pad = drawn((6, 0))
    pad.toggle_eraser()
    pad.next_width()
    pad.toggle_pen()
    pad.move(-6, 0)
    assert pad.ink.max() < FULL / 2
    pad.undo()
    assert pad.ink.max() == FULL


def test_a_stroke_that_changed_nothing_is_none_to_undo() -> None:
    pad = drawn((6, 0))
    pad.toggle_eraser()
    pad.move(0, 9)
    pad.toggle_pen()
    pad.toggle_pen()
    assert pad.undo()
    assert not pad.ink.any()


def test_a_mouse_may_erase_for_one_stroke() -> None:
    pad = drawn((6, 0))
    pad.put_down(erases=True)
    pad.move(-6, 0)
    pad.lift()
    assert pad.ink.max() < FULL
    assert not pad.erases


def test_widths_go_round() -> None:
    pad, seen = Pad(), []
    for _ in WIDTHS:
        seen.append(pad.width)
        pad.next_width()
    assert sorted(seen) == list(WIDTHS)
    assert pad.width == seen[0]


def test_ink_that_is_put_is_undone_like_a_stroke() -> None:
    pad = drawn((6, 0))
    ink = pad.ink
    pad.put(blank())
    assert not pad.ink.any()
    pad.put(np.full_like(blank(), 7))
    assert pad.undo()
    assert pad.undo()
    assert np.array_equal(pad.ink, ink)


def test_what_is_on_the_pad_keeps_its_mark_through_strokes_and_undo() -> None:
    pad = drawn((6, 0))
    assert pad.held_out == ""
    pad.put(np.full_like(blank(), 7), "test image 0")
    pad.put_down()
    pad.move(0, 3)
    pad.lift()
    assert pad.held_out == "test image 0"
    pad.undo()
    pad.undo()
    assert pad.held_out == ""
    pad.redo()
    assert pad.held_out == "test image 0"
    pad.put(blank())
    pad.put_down()
    assert pad.held_out == ""
