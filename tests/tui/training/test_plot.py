from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rich.style import Style

from tui.terminal.display import ColorMode, Display
from tui.training.chart import Axes, Curve, Role
from tui.training.plot import draw, legend_mark, linear_ticks, tick_labels

UNICODE, ASCII = Display(ColorMode.TRUECOLOR), Display(ColorMode.NONE, ascii=True)
STYLES: dict[Role, Style] = {
    role: Style(color=f"rgb({index},0,0)") for index, role in enumerate(get_args(Role), 1)
}

X = np.linspace(0, 4, 250)
TRAIN = Curve(X, 2.3 * np.exp(-X), "train", "train")
VALIDATION = Curve(X[::50], 2.2 * np.exp(-X[::50]), "validation", "validation", points=True)


def lines(curves: list[Curve], width: int = 60, height: int = 16, axes: Axes | None = None) -> list[str]:
    return [strip.text for strip in draw(curves, width, height, axes or Axes(), UNICODE, STYLES)]


def styled(role: Role, curves: list[Curve], axes: Axes, display: Display = UNICODE) -> str:
    """All text that carries the style of a role."""
    strips = draw(curves, 60, 16, axes, display, STYLES)
    return "".join(text for strip in strips for text, style, _ in strip if style == STYLES[role])


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(0, 60), elements=st.floats(width=64)),
    st.booleans(),
    st.booleans(),
    st.integers(1, 70),
    st.integers(1, 20),
)
def test_whatever_the_numbers_the_size_is_as_asked(
    y: np.ndarray, log: bool, points: bool, width: int, height: int
) -> None:
    curve = Curve(np.arange(len(y), dtype=np.float64), y, "wild", "train", points)
    for display in (UNICODE, ASCII):
        strips = draw([curve], width, height, Axes(log=log, crosshair=3.0), display, STYLES)
        assert len(strips) == height
        assert {strip.cell_length for strip in strips} == {width}
        if display.ascii:
            assert all(strip.text.isascii() for strip in strips)


def test_train_and_validation_differ_without_colour() -> None:
    for display, points in ((UNICODE, "•"), (ASCII, "o")):
        train = styled("train", [TRAIN, VALIDATION], Axes(), display)
        validation = styled("validation", [TRAIN, VALIDATION], Axes(), display)
        assert set(validation) == {points}
        assert train
        assert points not in train
        assert legend_mark(TRAIN, display) != legend_mark(VALIDATION, display)
        assert points in legend_mark(VALIDATION, display)


def test_each_role_has_the_style_it_was_given() -> None:
    overlay = Curve(X, 3 * np.exp(-X), "lunch", "overlay")
    axes = Axes(crosshair=2.0)
    for role in get_args(Role):
        assert styled(role, [overlay, TRAIN, VALIDATION], axes).strip()


def test_without_data_the_axes_say_so() -> None:
    unknown = Curve(np.arange(3.0), np.full(3, np.nan), "train", "train")
    negative = Curve(np.arange(3.0), np.full(3, -1.0), "train", "train")
    for drawn in (lines([]), lines([unknown]), lines([negative], axes=Axes(log=True))):
        assert "no data yet" in "\n".join(drawn)
        assert drawn[-1].startswith("└")


def test_only_finite_points_are_drawn() -> None:
    y = TRAIN.y.copy()
    y[[3, 100, 200]] = np.nan, np.inf, -np.inf
    drawn = "\n".join(lines([Curve(X, y, "train", "train")]))
    assert "nan" not in drawn
    assert "inf" not in drawn
    assert any("⠀" < character <= "⣿" for character in drawn)


def test_a_log_axis_is_labelled_with_the_true_values() -> None:
    falling = Curve(X, 10.0 ** (-X), "train", "train")
    labels = [line.split("┤")[0].strip() for line in lines([falling], axes=Axes(log=True)) if "┤" in line]
    assert labels == ["1", "0.1", "0.01", "0.001", "0.0001"]
    # An exponential is a straight line on a log axis: as many cells in each row.
    cells = [
        sum("⠀" < character <= "⣿" for character in line) for line in lines([falling], axes=Axes(log=True))
    ]
    assert max(cells[1:-3]) - min(cells[1:-3]) <= 2


def test_the_x_axis_has_a_name_and_the_crosshair_a_column() -> None:
    drawn = lines([TRAIN], axes=Axes(x_label="epoch", crosshair=2.0))
    assert "epoch 4" in drawn[-1]
    untouched = next(line for line in drawn if line.count("│") == 2)
    assert drawn[-1][untouched.rindex("│")] == "2"


def test_one_point_is_drawn() -> None:
    drawn = "\n".join(lines([Curve(np.array([1.0]), np.array([0.3]), "validation", "validation", True)]))
    assert drawn.count("•") == 1


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12), st.integers(2, 12))
def test_ticks_are_round_and_inside(low: float, span: float, most: int) -> None:
    high = low + span
    if high - low < 1e-9 * max(abs(low), abs(high), 1):
        return
    ticks = linear_ticks(low, high, most)
    margin = 1e-6 * span
    assert len(ticks) <= most + 1
    assert all(low - margin <= tick <= high + margin for tick in ticks)
    assert len(set(tick_labels(ticks))) == len(set(ticks))


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (0.98, 0.99, None)]
)
def test_labels_are_short_and_differ(low: float, high: float, expected: list[str] | None) -> None:
    labels = tick_labels(linear_ticks(low, high, 5))
    assert expected is None or labels == expected
    assert max(len(label) for label in labels) <= 5
