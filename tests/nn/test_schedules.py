"""Schedules against PyTorch's formulas, written out here a second time."""

from math import cos, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.config import (
    ConstantConfig,
    CosineConfig,
    ExponentialConfig,
    OneCycleConfig,
    ScheduleConfig,
    StepConfig,
)
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


def test_a_step_drops_after_so_many_epochs() -> None:
    schedule = build_schedule(StepConfig(step_size=2, gamma=0.1), 50, 10)
    assert [schedule(step) for step in (0, 19)] == [1.0, 1.0]
    assert [schedule(step) for step in (20, 39, 40, 49)] == pytest.approx([0.1, 0.1, 0.01, 0.01])


def test_exponential_drops_after_each_epoch() -> None:
    schedule = build_schedule(ExponentialConfig(gamma=0.5), 30, 10)
    assert [schedule(step) for step in (0, 9, 10, 19, 20, 29)] == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]


@given(total=st.integers(1, 1000), place=st.floats(0, 1), eta_min=st.floats(0, 1))
def test_cosine_is_its_formula(total: int, place: float, eta_min: float) -> None:
    step = round(place * (total - 1))
    expected = eta_min + (1 - eta_min) / 2 * (1 + cos(pi * step / total))
    schedule = build_schedule(CosineConfig(eta_min=eta_min), total)
    assert schedule(step) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("config", [StepConfig(), ExponentialConfig(), CosineConfig(), OneCycleConfig()])
@pytest.mark.parametrize("total", [0, 1, 20])
def test_past_the_plan_the_last_steps_rate_stays(config: ScheduleConfig, total: int) -> None:
    schedule = build_schedule(config, total, 10)
    last = schedule(max(0, total - 1))
    assert [schedule(step) for step in (total, total + 0.5, 10 * total + 100)] == [last] * 3


@given(batches=st.integers(1, 600), epochs=st.integers(1, 7), longer=st.integers(1, 40))
def test_a_stretched_plan_drops_where_its_epochs_begin(batches: int, epochs: int, longer: int) -> None:
    """Rounding must not put the first step of a plan's epoch into the epoch before."""
    schedule = build_schedule(ExponentialConfig(gamma=0.5), 8 * batches, batches)
    share = 1 / longer
    step = epochs * batches * longer * share
    assert schedule(step) == 0.5**epochs
    assert schedule(step - share / 2) == 0.5 ** (epochs - 1)


def test_warmup_multiplies_every_schedule() -> None:
    for warm, cold in (
        (StepConfig(step_size=1, warmup_steps=4), StepConfig(step_size=1)),
        (ExponentialConfig(warmup_steps=4), ExponentialConfig()),
        (CosineConfig(warmup_steps=4), CosineConfig()),
    ):
        warmed, plain = build_schedule(warm, 20, 2), build_schedule(cold, 20, 2)
        shares = [min(1.0, (step + 1) / 4) * plain(step) for step in range(20)]
        assert [warmed(step) for step in range(20)] == pytest.approx(shares, rel=1e-15)
