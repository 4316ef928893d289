"""How large tiles are drawn and how many find room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nn.explain.inspection import Tensor
from tui.inspecting.sheets import Sheet
from tui.inspecting.tiling import LABEL_WIDTH, shrink, tiling


def sheet(count: int, rows: int, columns: int) -> Sheet:
    return Sheet(count, rows, columns, lambda _: np.zeros((rows, columns)), 1.0, Tensor.of(np.zeros(1)))


@pytest.mark.parametrize(
    ("what", "room", "scale", "page"),
    [
        ((128, 28, 28), (47, 10), 1 / 2, 3),  # 80x24: thumbnails
        ((128, 28, 28), (126, 46), 1, 12),  # 200x60: every pixel
        ((24, 5, 5), (47, 10), 1, 14),
        ((24, 5, 5), (47, 22), 2, 12),  # kernels are enlarged
        ((24, 3, 3), (47, 22), 4, 9),
        ((1, 28, 28), (126, 46), 3, 1),  # alone: as large as it goes
        ((10, 8, 16), (47, 22), 1, 8),
        ((4, 200, 200), (47, 10), 1 / 16, 3),
    ],
)
def test_as_large_as_a_few_fit(
    what: tuple[int, int, int], room: tuple[int, int], scale: float, page: int
) -> None:
    found = tiling(sheet(*what), *room)
    assert (found.scale, found.capacity) == (scale, page)


@given(
    st.integers(1, 500), st.integers(1, 120), st.integers(2, 120), st.integers(20, 160), st.integers(8, 60)
)
def test_tiles_stay_inside_their_room(count: int, rows: int, columns: int, width: int, height: int) -> None:
    found = tiling(sheet(count, rows, columns), width, height)
    assert found.columns * found.width <= width
    assert found.rows * found.height <= height
    picture = found.picture(np.zeros((rows, columns)))
    assert picture.shape[1] + 1 == found.width
    assert -(-picture.shape[0] // 2) + 1 == found.height


@given(st.integers(1, 2000), st.integers(20, 160), st.integers(1, 60))
def test_single_numbers_stay_inside_their_room(count: int, width: int, height: int) -> None:
    found = tiling(sheet(count, 1, 1), width, height)
    assert LABEL_WIDTH + found.columns * found.width <= width
    assert found.rows * found.height <= height


def test_few_single_numbers_are_larger() -> None:
    assert tiling(sheet(10, 1, 1), 47, 22).width == 6
    assert tiling(sheet(60, 1, 1), 47, 22).width == 4
    assert tiling(sheet(128, 1, 1), 47, 10).width == 2


def test_pages_cover_all_tiles_once() -> None:
    found = tiling(sheet(128, 28, 28), 47, 22)
    pages = {found.page(index, 128) for index in range(128)}
    assert sorted(index for page in pages for index in page) == list(range(128))


@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.floats(-5, 5))
)
def test_shrinking_takes_means_and_keeps_gaps(values: np.ndarray) -> None:
    small = shrink(values)
    assert small.shape == tuple(-(-size // 2) for size in values.shape)
    for row, column in np.ndindex(*small.shape):
        block = values[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        assert small[row, column] == pytest.approx(block.mean())
    assert np.isnan(shrink(np.full((4, 4), np.nan))).all()
    assert shrink(np.array([[1.0, np.nan], [np.nan, 3.0]]))[0, 0] == 2
