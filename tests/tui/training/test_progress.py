"""How far a run is and how long it will take."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_events import epoch, epochs, started, steps, told

from nn.events import Changed
from nn.runs.history import History
from tui.terminal.display import ColorMode, Display
from tui.training.progress import accuracy_figure, age, bar, clock, figure, progress

UNICODE, ASCII = Display(ColorMode.TRUECOLOR), Display(ColorMode.NONE, ascii=True)


def test_before_the_worker_starts_nothing_is_known() -> None:
    way = progress(History(), 5)
    assert (way.epoch, way.epochs, way.of_epoch, way.of_run, way.seconds_left) == (0, 5, 0.0, 0.0, None)


def test_no_epochs_are_no_way() -> None:
    assert progress(told(started()), 0).of_run == 0.0


def test_the_time_left_waits_until_it_is_known() -> None:
    assert progress(told(started(), steps(10)), 5).seconds_left is None
    early = progress(told(started(), steps(20, 20)), 5)
    assert early.seconds_left == pytest.approx(30 * 15 / 1234)  # 15 images a step
    later = progress(told(*epochs(2)), 5)
    assert later.seconds_left == pytest.approx(3 * 2.0)  # 2 seconds an epoch


def test_in_the_middle_of_an_epoch() -> None:
    way = progress(told(*epochs(1), steps(15, 5)), 4)
    assert (way.epoch, way.of_epoch, way.of_run) == (2, 0.5, 0.375)


def test_at_the_end_all_is_over() -> None:
    way = progress(told(*epochs(2)), 2)
    assert (way.epoch, way.epochs, way.of_epoch, way.of_run, way.seconds_left) == (2, 2, 1.0, 1.0, 0.0)


def test_epochs_that_were_changed_count() -> None:
    way = progress(told(*epochs(1), Changed(step=10, rate_factor=1.0, epochs=10)), 2)
    assert (way.epochs, way.of_run) == (10, 0.1)


def test_the_last_epoch_is_never_passed() -> None:
    way = progress(told(*epochs(3), epoch(3)), 2)
    assert (way.epoch, way.of_run) == (2, 1.0)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (47.4, "0:47"), (59.6, "1:00"), (723, "12:03"), (3729, "1:02:09")]
)
def test_a_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@given(st.floats(0, 1), st.integers(1, 200), st.sampled_from([UNICODE, ASCII]))
def test_a_bar_is_as_wide_as_asked_and_as_full_as_told(share: float, width: int, display: Display) -> None:
    text = bar(share, width, display)
    assert len(text) == width
    assert text.isascii() is display.ascii
    assert text.count("#" if display.ascii else "━") == pytest.approx(share * width, abs=1)


def test_figures_have_the_digits_that_matter() -> None:
    assert [accuracy_figure(share) for share in (None, 0.98941, 1.0)] == ["-", "98.94 %", "100.00 %"]
    assert (figure(None), figure(0.02194), figure(2.30259)) == ("-", "0.0219", "2.3026")
    assert figure(12345.6) == "1.235e+04"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-50, "0 s"), (0, "0 s"), (59, "59 s"), (61, "1 m"), (7300, "2 h"), (86400 * 400, "400 d")],
)
def test_an_age_is_in_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert age((now - timedelta(seconds=seconds)).isoformat(), now) == words


@pytest.mark.parametrize("created", ["", "yesterday", "2026-03-01T12:00:00"])
def test_a_time_that_cannot_be_read_is_a_dash(created: str) -> None:
    assert age(created, datetime.now().astimezone()) == "-"
