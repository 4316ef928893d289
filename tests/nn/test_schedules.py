"""Schedules against PyTorch's formulas, written out here a second time."""

from math import cos, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.config import ConstantConfig, OneCycleConfig
from nn.schedules import build_schedule


def torch_one_cycle(config: OneCycleConfig, total: int, step: int) -> float:
    """`OneCycleLR` with two phases and cosine annealing, for a peak of 1, from its documentation."""
    first = 1 / config.div_factor
    phases = [
        (0.0, config.pct_start * total - 1, first, 1.0),
        (config.pct_start * total - 1, total - 1.0, 1.0, first / config.final_div_factor),
    ]
    start, end, low, high = phases[0] if step <= phases[0][1] else phases[1]
    way = (step - start) / (end - start)
    return high + (low - high) / 2.0 * (cos(pi * way) + 1)


@settings(max_examples=50, deadline=None)
@given(
    total=st.integers(2, 500),
    pct=st.floats(0.0, 1.0),
    div=st.floats(1.0, 1000.0),
    final=st.floats(1.0, 1e6),
    place=st.floats(0.0, 1.0),
)
def test_one_cycle_is_pytorchs(total: int, pct: float, div: float, final: float, place: float) -> None:
    if 0 <= pct * total - 1 < 1e-9:
        return  # the first phase has no length, where PyTorch divides by zero
    config = OneCycleConfig(pct_start=pct, div_factor=div, final_div_factor=final)
    step = round(place * (total - 1))
    ours = build_schedule(config, total)(step)
    assert ours == pytest.approx(torch_one_cycle(config, total, step), rel=1e-9, abs=1e-15)


def test_one_cycle_by_hand() -> None:
    schedule = build_schedule(OneCycleConfig(), 10)
    assert schedule(0) == pytest.approx(0.04)
    assert schedule(1) == pytest.approx(0.52)  # half of the way from 0.04 to 1
    assert schedule(2) == pytest.approx(1.0)
    assert schedule(9) == pytest.approx(4e-6)


def test_one_cycle_of_one_step_is_at_its_end() -> None:
    assert build_schedule(OneCycleConfig(), 1)(0) == pytest.approx(4e-6)


def test_one_cycle_without_a_rise_begins_just_past_the_peak() -> None:
    schedule = build_schedule(OneCycleConfig(pct_start=0.0), 10)
    assert schedule(0) == pytest.approx(4e-6 + (1 - 4e-6) / 2 * (1 + cos(pi / 10)))
    assert schedule(9) == pytest.approx(4e-6)


def test_one_cycle_of_only_a_rise_ends_at_the_peak() -> None:
    schedule = build_schedule(OneCycleConfig(pct_start=1.0), 10)
    assert schedule(0) == pytest.approx(0.04)
    assert schedule(9) == pytest.approx(1.0)


@pytest.mark.parametrize("pct", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("total", [0, 1, 2, 10])
def test_any_step_of_any_plan_has_a_share(pct: float, total: int) -> None:
    schedule = build_schedule(OneCycleConfig(pct_start=pct), total)
    for step in (0, 0.5, total / 2, total - 1, total, total + 0.5):
        if step >= 0:
            assert 0 < schedule(step) <= 1


@given(step=st.floats(0, 1e6))
def test_constant_is_constant(step: float) -> None:
    assert build_schedule(ConstantConfig(), 100)(step) == 1.0


def test_warmup_rises_in_a_line_and_then_leaves_the_schedule_alone() -> None:
    schedule = build_schedule(ConstantConfig(warmup_steps=4), 100)
    assert [schedule(step) for step in range(6)] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    warm = build_schedule(OneCycleConfig(warmup_steps=4), 100)
    cold = build_schedule(OneCycleConfig(), 100)
    assert warm(0) == pytest.approx(cold(0) / 4)
    assert [warm(step) for step in range(3, 100)] == [cold(step) for step in range(3, 100)]
