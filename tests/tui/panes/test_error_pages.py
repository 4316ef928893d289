import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.panes.error_pages import VIEWS, View, needed, page_of, pages


@given(st.integers(0, 80), st.booleans())
def test_every_view_has_a_place_and_only_what_fits_shares_one(rows: int, has_worst: bool) -> None:
    found = pages(rows, has_worst=has_worst)
    assert [view for page in found for view in page] == list(VIEWS if has_worst else VIEWS[1:])
    for page in found:
        assert needed(page) <= rows or len(page) == 1
        assert len(page) == 1 or not {"worst", "comparison"} & set(page)
    for view in VIEWS:
        assert view in page_of(view, found) or (view == "worst" and not has_worst)


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (8, ("scores",)),  # 80x24
        (20, ("scores", "refusal")),  # 120x36
        (44, ("scores", "refusal", "calibration")),  # 200x60
    ],
)
def test_what_stands_with_the_scores(rows: int, first: tuple[View, ...]) -> None:
    assert page_of("scores", pages(rows, has_worst=True)) == first
