import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tui.terminal.display import ColorMode, Display
from tui.training.series import Floats, decimate, nearest, smooth, sparkline

ANY = st.floats(width=64, allow_nan=True, allow_infinity=True)
VALUES = hnp.arrays(np.float64, st.integers(0, 400), elements=ANY)
UNICODE, ASCII = Display(ColorMode.TRUECOLOR), Display(ColorMode.NONE, ascii=True)


@st.composite
def curves(draw: st.DrawFn) -> tuple[Floats, Floats]:
    y = draw(VALUES)
    x = np.sort(draw(hnp.arrays(np.float64, len(y), elements=st.floats(-1e300, 1e300))))
    return x, y


@given(curves(), st.integers(1, 60))
def test_decimation_keeps_its_promises(curve: tuple[Floats, Floats], columns: int) -> None:
    x, y = curve
    thin_x, thin_y = decimate(x, y, columns)
    known = np.isfinite(y)
    assert len(thin_x) == len(thin_y) <= 2 * columns + 2
    assert np.isfinite(thin_x).all()
    assert np.isfinite(thin_y).all()
    assert np.all(np.diff(thin_x) >= 0)
    assert {*zip(thin_x.tolist(), thin_y.tolist(), strict=True)} <= {
        *zip(x.tolist(), y.tolist(), strict=True)
    }
    if known.any():
        assert (thin_x[0], thin_y[0]) == (x[known][0], y[known][0])
        assert (thin_x[-1], thin_y[-1]) == (x[known][-1], y[known][-1])
        assert thin_y.min() == y[known].min()
        assert thin_y.max() == y[known].max()


@given(st.integers(0, 9_999), st.integers(2, 200))
def test_a_spike_survives_where_it_is(where: int, columns: int) -> None:
    x, y = np.arange(10_000.0), np.ones(10_000)
    y[where] = 50
    thin_x, thin_y = decimate(x, y, columns)
    assert thin_x[thin_y == 50].tolist() == [where]


@given(hnp.arrays(np.float64, st.integers(1, 50), elements=st.floats(-1e6, 1e6)), st.floats(0.01, 1))
def test_smoothing_stays_within_the_values(y: Floats, alpha: float) -> None:
    smoothed = smooth(y, alpha)
    margin = 1e-9 * (1 + np.abs(y).max())
    assert smoothed[0] == pytest.approx(y[0])
    assert np.all((smoothed >= y.min() - margin) & (smoothed <= y.max() + margin))


def test_smoothing_is_the_corrected_average() -> None:
    alpha, y = 0.3, np.array([2.0, 4.0, np.nan, np.inf, 8.0])
    weights = [alpha * (1 - alpha) ** 2, alpha * (1 - alpha), alpha]
    expected = np.average([2.0, 4.0, 8.0], weights=weights)
    smoothed = smooth(y, alpha)
    assert smoothed[-1] == pytest.approx(expected)
    assert np.isnan(smoothed[2:4]).all()
    assert np.array_equal(smooth(y[:2], 1.0), y[:2])


def test_smoothing_refuses_an_alpha_of_zero() -> None:
    with pytest.raises(ValueError, match="alpha is 0"):
        smooth(np.ones(3), 0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(-2e6, 2e6))
def test_the_nearest_point_is_nearest(positions: list[float], wanted: float) -> None:
    x = np.sort(np.array(positions))
    index = nearest(x, wanted)
    assert index is not None
    assert abs(x[index] - wanted) == np.abs(x - wanted).min()


def test_nothing_is_nearest_to_nothing() -> None:
    assert nearest(np.empty(0), 1.0) is None


@given(VALUES, st.integers(0, 50))
def test_a_sparkline_has_a_cell_a_value(values: Floats, width: int) -> None:
    for display in (UNICODE, ASCII):
        line = sparkline(values, width, display)
        assert len(line) == min(len(values), width)
        assert line.isascii() or not display.ascii


def test_a_sparkline_rises_with_its_values() -> None:
    assert sparkline(list(range(8)), 20, UNICODE) == "▁▂▃▄▅▆▇█"
    assert sparkline([0.0, np.nan, 7.0], 20, UNICODE) == "▁ █"
    assert sparkline([3.0, 3.0], 20, UNICODE) == "▁▁"
