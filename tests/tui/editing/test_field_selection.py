import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.editing.field_selection import FieldSelection
from tui.editing.fields import Field, Row

ROWS = [
    Row("Preset", (Field("preset", "first"),)),
    Row("Layers"),
    Row("1", (Field("1.type", "dense"), Field("1.units", "32"), Field("1.activation", "relu"))),
    Row("2", (Field("2.type", "dense"), Field("2.units", "10"))),
    Row("Seed", (Field("seed", "7"),)),
]
KEYS = [field.key for row in ROWS for field in row.fields]


def selection(key: str) -> FieldSelection:
    found = FieldSelection()
    found.take(ROWS, key)
    assert found.key == key
    return found


@pytest.mark.parametrize(
    ("key", "by", "after"),
    [
        ("preset", 1, "1.type"),
        ("preset", -1, "preset"),
        ("1.units", 1, "2.units"),
        ("1.activation", 1, "2.units"),
        ("1.units", -1, "preset"),
        ("1.units", 1000, "seed"),
        ("seed", -2, "1.type"),
    ],
)
def test_rows_go_past_headings_and_keep_to_the_ends(key: str, by: int, after: str) -> None:
    at = selection(key)
    at.go(at.row_by(by), at.field)
    assert at.key == after


@given(st.sampled_from(KEYS), st.integers(-10, 10))
def test_fields_come_in_reading_order_up_to_the_ends(key: str, by: int) -> None:
    at = selection(key)
    place, target = at.field_by(by), KEYS.index(key) + by
    if 0 <= target < len(KEYS):
        assert place is not None
        at.go(*place)
        assert at.key == KEYS[target]
    else:
        assert place is None


def test_the_selection_stays_on_its_field_when_rows_come_above_it() -> None:
    at = selection("2.units")
    at.take([Row("new"), *ROWS], at.key)
    assert at.key == "2.units"
    assert at.row == 4


def test_where_a_field_is_gone_one_near_it_is_selected() -> None:
    at = selection("2.units")
    at.take(ROWS[:3], at.key)
    assert at.key == "1.units"


def test_without_fields_there_is_nothing_to_select() -> None:
    for rows in ([], [Row("Layers")]):
        at = FieldSelection()
        at.take(rows, "seed")
        assert at.key == ""
        assert at.row_by(1) == 0
        assert at.field_by(1) is None
