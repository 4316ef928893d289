"""From a history to what the charts draw, and to the figures under the crosshair."""

from itertools import product

import numpy as np
import pytest
from scripted_events import BATCHES, epochs, steps, told

from nn.runs.history import History
from tui.training.curves import MOST_POINTS, SMOOTHINGS, ZOOMS, View, charts, figures_at

PLAIN = View(smoothing=0)


def test_without_events_there_are_no_curves() -> None:
    assert charts(History(), View(), {}) == ([], [])


def test_each_chart_has_training_and_validation_in_epochs() -> None:
    loss, accuracy = charts(told(*epochs(3)), PLAIN, {})
    for curves in (loss, accuracy):
        assert [(curve.name, curve.role, curve.points) for curve in curves] == [
            ("train", "train", False),
            ("validation", "validation", True),
        ]
    assert loss[0].x.tolist() == pytest.approx(np.arange(1, 31) / BATCHES)
    assert loss[1].x.tolist() == [0, 1, 2, 3]
    assert loss[1].y.tolist() == pytest.approx([2.4, 0.6, 0.3, 0.2])


def test_overlays_lie_below_and_in_their_own_epochs() -> None:
    loss, accuracy = charts(told(*epochs(1)), PLAIN, {"other": told(*epochs(4))})
    for curves in (loss, accuracy):
        assert [curve.role for curve in curves] == ["overlay", "train", "validation"]
        assert curves[0].name == "other"
    assert loss[0].x.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("zoom", "first"), [(0, 0.1), (1, 3.0), (2, 7.0)])
def test_zoom_shows_the_last_epochs(zoom: int, first: float) -> None:
    loss, _ = charts(told(*epochs(8)), View(smoothing=0, zoom=zoom), {})
    assert loss[0].x[0] == pytest.approx(first)
    assert loss[0].x[-1] == 8


def test_smoothing_calms_the_training_curve_and_leaves_the_points() -> None:
    history = told(*epochs(1), steps(20, loss=9.0))
    rough, _ = charts(history, PLAIN, {})
    for smoothing in range(1, len(SMOOTHINGS)):
        calm, _ = charts(history, View(smoothing=smoothing), {})
        assert np.abs(np.diff(calm[0].y)).max() < np.abs(np.diff(rough[0].y)).max()
        assert calm[1].y.tolist() == rough[1].y.tolist()


def test_a_long_run_is_thinned_before_it_is_smoothed() -> None:
    history = told(*epochs(1), steps(50_010, 50_000, loss=1.0))
    loss, _ = charts(history, View(smoothing=1), {})
    assert len(loss[0].x) <= MOST_POINTS
    assert loss[0].x[-1] > 0.99 * 5000


def test_the_crosshair_tells_exact_figures_not_smoothed_ones() -> None:
    history = told(*epochs(3), steps(35, 5))
    loss, accuracy = history.training_loss().y[34], history.training_accuracy().y[34]
    assert figures_at(3.5, history, {}) == (
        f"crosshair: step 35, epoch 3.50: loss train {loss:.4f}, validation 0.2000",
        f"accuracy train {accuracy * 100:.2f} %, validation 91.67 %",
    )


def test_the_crosshair_tells_of_overlays_too() -> None:
    loss, accuracy = figures_at(1.0, told(*epochs(3)), {"other": told(*epochs(1))})
    assert loss.endswith("other 0.6000")
    assert accuracy.endswith("other 75.00 %")


def test_the_crosshair_on_nothing() -> None:
    assert figures_at(0.0, History(), {}) == (
        "crosshair: step 0, epoch 0.00: loss train -, validation -",
        "accuracy train -, validation -",
    )


def test_a_view_says_in_words_how_it_looks() -> None:
    assert View().words == "loss on a linear axis, training curves smoothed some, all epochs"
    assert View(0, 2, True).words == "loss on a log axis, training curves not smoothed, last epoch"
    views = list(product(range(len(SMOOTHINGS)), range(len(ZOOMS)), (False, True)))
    assert len({View(*view).words for view in views}) == len(views)
