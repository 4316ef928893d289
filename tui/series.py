"""Curves as plain arrays: collect points, thin them out, smooth them, look one up.

Nothing here draws; the chart and the sparklines take what these functions return.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tui.display import Display

Floats = NDArray[np.float64]

_UNICODE_SPARKS = "▁▂▃▄▅▆▇█"
_ASCII_SPARKS = "_.-~=+*#"


class Series:
    """A growing curve of (x, y) points; x never falls. Appending costs amortised constant time a point."""

    def __init__(self) -> None:
        self._points = np.empty((2, 64))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def x(self) -> Floats:
        """The positions so far, read-only, float64 (n,)."""
        return self._view(0)

    @property
    def y(self) -> Floats:
        """The values so far, read-only, float64 (n,); may hold NaN where a value was not known."""
        return self._view(1)

    def extend(self, x: ArrayLike, y: ArrayLike) -> None:
        """Append points; x and y have one length. Raises ValueError if they have not, or if x falls."""
        new_x, new_y = np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))
        if new_x.shape != new_y.shape:
            raise ValueError(f"x has {new_x.size} points and y has {new_y.size}; they must have as many.")
        last = self._points[0, self._length - 1] if self._length else -np.inf
        if np.any(np.diff(new_x, prepend=last) < 0):
            raise ValueError("x must not fall from one point to the next; truncate the series first.")
        self._reserve(self._length + new_x.size)
        self._points[:, self._length : self._length + new_x.size] = new_x, new_y
        self._length += new_x.size

    def append(self, x: float, y: float) -> None:
        """Append one point."""
        self.extend([x], [y])

    def truncate(self, x: float) -> None:
        """Drop the points past x (a resumed run repeats what came after its checkpoint)."""
        self._length = int(np.searchsorted(self.x, x, side="right"))

    def _reserve(self, length: int) -> None:
        if length > self._points.shape[1]:
            grown = np.empty((2, max(length, 2 * self._points.shape[1])))
            grown[:, : self._length] = self._points[:, : self._length]
            self._points = grown

    def _view(self, row: int) -> Floats:
        view = self._points[row, : self._length]
        view.flags.writeable = False
        return view


def finite(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Only the points of which both numbers are finite."""
    keep = np.isfinite(x) & np.isfinite(y)
    return x[keep], y[keep]


def decimate(x: Floats, y: Floats, columns: int) -> tuple[Floats, Floats]:
    """Thin a curve out to what `columns` columns can show: at most 2 columns + 2 points, all finite.

    Points (n,), x not falling, are put in `columns` buckets of equal width in x; each keeps its smallest and
    its largest y, so that spikes stay. The first and the last point stay; the order is kept.
    """
    x, y = finite(np.asarray(x, np.float64), np.asarray(y, np.float64))
    if len(x) <= 2 * columns:
        return x, y
    # Halved first, so that the width of the widest possible range does not overflow.
    width = x[-1] / 2 - x[0] / 2
    fraction = (x / 2 - x[0] / 2) / width if width > 0 else np.zeros_like(x)
    bucket = np.minimum((fraction * columns).astype(np.intp), columns - 1)
    by_value = np.lexsort((y, bucket))
    edges = np.flatnonzero(np.diff(bucket[by_value])) + 1
    smallest, largest = by_value[np.r_[0, edges]], by_value[np.r_[edges - 1, len(x) - 1]]
    keep = np.unique(np.r_[0, smallest, largest, len(x) - 1])
    return x[keep], y[keep]


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
        if np.isfinite(value):
            average += alpha * (value - average)
            weight += alpha * (1 - weight)
            result[index] = average / weight
    return result


def window(x: Floats, y: Floats, width: float) -> tuple[Floats, Floats]:
    """The end of a curve: the points with x within `width` (say the last 3 epochs) of the last one."""
    if len(x) == 0:
        return x, y
    start = int(np.searchsorted(x, x[-1] - width, side="left"))
    return x[start:], y[start:]


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
