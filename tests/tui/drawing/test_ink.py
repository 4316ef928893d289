"""Lines have the length, the breadth and the soft edges that they should; pixels and points fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui.drawing.ink import FINE, FULL, GRID, PIXELS, Place, blank, line, of_picture, of_pixels, pixels

places = st.builds(Place, st.floats(0, PIXELS), st.floats(0, PIXELS))


def test_a_line_is_as_broad_and_as_long_as_it_should_be() -> None:
    ink = line(Place(14, 5), Place(14, 20), 4.0)
    area = float(ink.sum()) / FULL / FINE**2
    assert area == pytest.approx(15 * 4 + np.pi * 2**2, rel=0.02)
    assert ink[28, 25] == FULL
    assert ink[28 + 3 * FINE, 25] == 0


@given(start=places, end=places, width=st.floats(0.5, 6))
def test_a_line_is_the_same_both_ways_and_covers_both_its_ends(
    start: Place, end: Place, width: float
) -> None:
    ink = line(start, end, width)
    assert np.abs(ink.astype(int) - line(end, start, width)).max() <= 1
    for place in (start, end):
        assert (line(place, place, width).astype(int) <= ink.astype(int) + 1).all()


def test_edges_are_soft() -> None:
    assert len(np.unique(line(Place(3, 3), Place(20, 11), 2.5))) > 10


@given(arrays(np.uint8, (PIXELS, PIXELS)))
def test_pixels_give_back_the_image(image: np.ndarray) -> None:
    assert np.array_equal(pixels(of_pixels(image)), image)


def test_pixels_are_means_of_their_points() -> None:
    ink = blank()
    ink[0, 0], ink[2:4, 2:4] = 255, 100
    assert pixels(ink)[0, 0] == 64
    assert pixels(ink)[1, 1] == 100


@pytest.mark.parametrize("shape", [(56, 56), (300, 20), (7, 9), (1, 400)])
def test_a_picture_of_any_size_is_fitted_with_its_proportions(shape: tuple[int, int]) -> None:
    ink = of_picture(np.ones(shape))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert ink.shape == (GRID, GRID)
    assert max(len(rows), len(columns)) == GRID
    assert abs(rows[0] + rows[-1] - (GRID - 1)) <= 1
    assert len(rows) == pytest.approx(max(1, GRID * shape[0] / max(shape)), abs=1)


def test_a_picture_as_fine_as_the_pad_comes_out_as_it_is() -> None:
    ink = line(Place(3, 3), Place(20, 11), 2.5)
    assert np.array_equal(of_picture(ink / 255), ink)
