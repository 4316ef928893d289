"""Curves as plain arrays: thin them out, smooth them, look one up.

Nothing here draws; the chart and the sparklines take what these functions return.
"""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from tui.terminal.display import Display

Floats = NDArray[np.float64]

_UNICODE_SPARKS = "▁▂▃▄▅▆▇█"
_ASCII_SPARKS = "_.-~=+*#"


def decimate(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Thin a curve out to what `columns` columns can show: at most 2 columns + 2 points, all finite.

    Points (n,), x not falling, are put in `columns` buckets of equal width in x; each keeps its smallest and
    its largest y, so that spikes stay. The first and the last point stay; the order is kept.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) <= 2 * columns:
        return x, y
    # Halved first, so that the width of the widest possible range does not overflow.
    width = x[-1] / 2 - x[0] / 2
    fraction = (x / 2 - x[0] / 2) / width if width > 0 else np.zeros_like(x)
    bucket = np.minimum((fraction * columns).astype(np.intp), columns - 1)
    starts = np.r_[0, np.flatnonzero(np.diff(bucket)) + 1]  # x does not fall: a bucket's points lie together
    sizes = np.diff(np.r_[starts, len(x)])
    keep = [0, len(x) - 1]
    for extreme in (np.minimum, np.maximum):
        places = np.flatnonzero(y == np.repeat(extreme.reduceat(y, starts), sizes))
        keep += places[np.unique(bucket[places], return_index=True)[1]].tolist()  # the first of equals
    kept = np.unique(keep)
    return x[kept], y[kept]


def smooth(y: Floats, alpha: float) -> Floats:
    """Exponential moving average (n,): m = (1 - alpha) m + alpha y, divided by 1 - (1 - alpha)^t.

    The division is Adam's bias correction: the first value stays itself. Where y is not finite the result is
    NaN and the average goes on from before. `alpha` in (0, 1]; 1 changes nothing.
    """
    if not 0 < alpha <= 1:
        raise ValueError(f"alpha is {alpha}; it must be above 0 and at most 1.")
    result = np.full(len(y), np.nan)
    average, weight = 0.0, 0.0
    for index, value in enumerate(np.asarray(y, np.float64).tolist()):
        if isfinite(value):
            average += alpha * (value - average)
            weight += alpha * (1 - weight)
            result[index] = average / weight
    return result


def nearest(x: Floats, position: float) -> int | None:
    """Index of the point nearest to `position` in x (n,), not falling; None if there are no points."""
    if len(x) == 0:
        return None
    right = min(int(np.searchsorted(x, position)), len(x) - 1)
    left = max(right - 1, 0)
    return left if abs(position - x[left]) <= abs(x[right] - position) else right


def sparkline(values: Sequence[float] | Floats, width: int, display: Display) -> str:
    """The last `width` values as one line of eight heights from their smallest to their largest.

    A value that is not finite leaves a blank; equal values lie on the lowest height.
    """
    sparks = _ASCII_SPARKS if display.ascii else _UNICODE_SPARKS
    shown = np.asarray(values, np.float64)[-width:] if width > 0 else np.empty(0)
    known = shown[np.isfinite(shown)]
    if len(known) == 0:
        return " " * len(shown)
    low, high = known.min() / 2, known.max() / 2
    span = high - low or 1.0
    return "".join(
        sparks[min(int((value / 2 - low) / span * 8), 7)] if np.isfinite(value) else " " for value in shown
    )
