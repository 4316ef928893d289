from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.strip_diff import changed_regions

WIDTH = 60
STYLES = [None, Style(color="red"), Style(bgcolor="blue")]
CELLS = st.lists(st.tuples(st.sampled_from("ab▀"), st.sampled_from(STYLES)), min_size=WIDTH, max_size=WIDTH)


def strip_of(cells: list[tuple[str, Style | None]]) -> Strip:
    return Strip([Segment(letter, style) for letter, style in cells], WIDTH)


@st.composite
def two_lines(draw: st.DrawFn) -> tuple[list[tuple[str, Style | None]], list[tuple[str, Style | None]]]:
    before = draw(CELLS)
    after = list(before)
    for place in draw(st.sets(st.integers(0, WIDTH - 1), max_size=5)):
        after[place] = draw(st.tuples(st.sampled_from("ab▀"), st.sampled_from(STYLES)))
    return before, after


@given(st.lists(two_lines(), max_size=3))
def test_what_is_painted_makes_the_old_lines_the_new(
    lines: list[tuple[list[tuple[str, Style | None]], list[tuple[str, Style | None]]]],
) -> None:
    screen = [list(before) for before, _ in lines]
    regions = changed_regions(
        [strip_of(before) for before, _ in lines], [strip_of(after) for _, after in lines]
    )
    for region in regions:
        assert region.height == 1
        for x in range(region.x, region.right):
            screen[region.y][x] = lines[region.y][1][x]
    assert screen == [after for _, after in lines]
    changed = sum(one != other for before, after in lines for one, other in zip(before, after, strict=True))
    assert bool(regions) is bool(changed)


def test_far_apart_changes_are_painted_apart() -> None:
    before = strip_of([("a", None)] * WIDTH)
    cells: list[tuple[str, Style | None]] = [("a", None)] * WIDTH
    cells[3] = cells[5] = cells[50] = ("b", None)
    regions = changed_regions([before], [strip_of(cells)])
    assert [(region.x, region.right) for region in regions] == [(3, 6), (50, 51)]


def test_wide_letters_and_other_widths_are_painted_whole() -> None:
    regions = changed_regions([Strip([Segment("ab")])], [Strip([Segment("漢")])])
    assert [(region.x, region.width) for region in regions] == [(0, 2)]
    regions = changed_regions([Strip([Segment("ab")])], [Strip([Segment("abc")])])
    assert [(region.x, region.width) for region in regions] == [(0, 3)]
