"""A drawing is shifted, turned and made noisy by what was said, and not drawn over."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.drawing.changes import Changes
from tui.drawing.ink import Place, blank, line
from tui.drawing.pad import Pad
from tui.drawing.views import views

BAR = line(Place(14, 8), Place(14, 20), 3.0)


def middle(image: np.ndarray) -> tuple[float, float]:
    """The centre of mass, row and column."""
    rows, columns = np.indices(image.shape)
    return float(np.average(rows, weights=image)), float(np.average(columns, weights=image))


@pytest.mark.parametrize(("right", "down"), [(3, 0), (-3, 2), (0, -5)])
def test_a_shift_moves_by_whole_pixels(right: int, down: int) -> None:
    moved = Changes(right=right, down=down).moved(BAR)
    assert np.array_equal(moved, np.roll(BAR, (2 * down, 2 * right), axis=(0, 1)))


def test_a_turn_goes_clockwise_about_the_middle() -> None:
    ink = line(Place(4, 14), Place(8, 14), 3.0)  # at twelve o'clock
    row, column = middle(Changes(degrees=90).moved(ink))
    assert column > 40  # at three
    assert row == pytest.approx(27.5, abs=0.6)
    assert middle(Changes(degrees=45).moved(BAR)) == pytest.approx(middle(BAR), abs=0.3)


def test_a_turn_comes_before_the_shift() -> None:
    moved = Changes(right=6, degrees=90).moved(line(Place(14, 20), Place(14, 24), 3.0))
    assert middle(moved)[1] == pytest.approx(27.5 + 12, abs=0.6)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=8), st.integers(-40, 40))
def test_all_has_its_limits(shifts: list[tuple[int, int]], steps: int) -> None:
    changes = Changes()
    for right, down in shifts:
        changes = changes.shifted(right, down)
        assert -14 <= changes.right <= 14
        assert -14 <= changes.down <= 14
    changes = changes.noisier(5 * steps).turned(5 * steps)
    assert 0 <= changes.noise <= 100
    assert -180 < changes.degrees <= 180
    assert (changes.degrees - 5 * steps) % 360 == 0


def test_noise_is_as_strong_as_it_says_and_stays_the_same() -> None:
    grey = np.full((28, 28), 128, np.uint8)
    noisy = Changes(noise=10).noisy(grey, 7)
    assert np.std(noisy) == pytest.approx(25.5, rel=0.1)
    assert np.array_equal(noisy, Changes(noise=10).noisy(grey, 7))
    assert Changes().noisy(grey, 7) is grey


def test_a_shift_is_gone_after_the_normalisation() -> None:
    still, shifted = views(BAR), views(BAR, Changes(right=5, down=-3))
    assert still is not None
    assert shifted is not None
    assert np.array_equal(still.normalised, shifted.normalised)
    assert not np.array_equal(still.drawn, shifted.drawn)


def test_noise_is_on_both_views() -> None:
    still, noisy = views(BAR), views(BAR, Changes(noise=20))
    assert still is not None
    assert noisy is not None
    for clean, image in zip(still, noisy, strict=True):
        assert np.abs(image.astype(int) - clean).mean() > 10


@pytest.mark.parametrize("changes", [Changes(), Changes(noise=50), Changes(right=14, degrees=30)])
def test_an_empty_pad_has_no_views(changes: Changes) -> None:
    assert views(blank(), changes) is None


def test_a_drawing_that_left_the_pad_has_no_views() -> None:
    pad = Pad()
    pad.move(-13, 0)
    pad.toggle_pen()
    assert views(pad.ink) is not None
    assert views(pad.ink, Changes(right=-14)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (Changes(), ""),
        (Changes(right=3, down=-1), "shifted 3 right 1 up"),
        (Changes(right=-1, degrees=-10, noise=15), "shifted 1 left, turned 10 degrees left, noise 15 %"),
        (Changes(down=2, degrees=5), "shifted 2 down, turned 5 degrees right"),
    ],
)
def test_the_numbers_are_told(changes: Changes, words: str) -> None:
    assert changes.words == words
