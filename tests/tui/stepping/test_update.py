"""The pages on which weights move: the rule, its numbers, and what float32 makes of them."""

import re
from typing import get_args

import numpy as np
import pytest
from step_pages import HEIGHT, drawn, page_of
from step_samples import step_config, traced, trainer_of

from nn.config import (
    AdamWConfig,
    OptimizerConfig,
    ScheduleConfig,
    SGDConfig,
)
from nn.explain.step_trace import trace_step
from tests.nn.samples import OPTIMIZERS
from tui.numbers import number
from tui.stepping.look import WIDTH
from tui.stepping.walk import pages


def test_a_rate_that_a_person_changed_is_told_so() -> None:
    trainer = trainer_of(step_config(), 1)
    trainer.change(rate_factor=0.8)
    text = page_of(trace_step(trainer), "update", "dense1")
    assert "r = 0.1 * 1 * 0.8 = 0.08" in text
    assert "the last factor is yours" in text


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: type(one).__name__)
def test_the_rule_as_written_gives_the_weight_as_written(optimizer: OptimizerConfig) -> None:
    """The last line of an update, worked out by hand, is what stands behind its =."""
    trace = traced(step_config(optimizer=optimizer), 3)
    for name in ("dense1", "dense2"):
        text = page_of(trace, "update", name)
        rule, before, after = re.findall(r"   = ((-?[\d.]+) - .+) = (-?[\d.]+)", text)[0]
        assert set(rule) <= set("0123456789.e+-*/() ")
        assert abs(eval(rule) - float(after)) < 2e-3 * abs(float(before) - float(after)) + 3e-6


def test_the_decay_is_in_the_line_that_gives_the_weight() -> None:
    """So large a decay that the line does not come out without it."""
    trace = traced(step_config(optimizer=AdamWConfig(0.01, weight_decay=20)), 3)
    text = page_of(trace, "update", "dense1")
    rule, after = re.findall(r"   = (-?[\d.]+ - .+) = (-?[\d.]+)", text)[0]
    assert abs(eval(rule) - float(after)) < 3e-6
    decay = re.findall(r"r \* 20 w = (\S+)", text)[-1]
    assert f" - {decay} - " in rule


@pytest.mark.parametrize("schedule", get_args(ScheduleConfig))
@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, AdamWConfig(0.01, weight_decay=0.1)], ids=str)
def test_long_rules_of_a_changed_rate_fit(optimizer: OptimizerConfig, schedule: type[ScheduleConfig]) -> None:
    limits = {"clip_norm": 0.123, "l1": 0.00123, "l2": 0.0123, "max_norm": 1.23}
    trainer = trainer_of(step_config(optimizer=optimizer, schedule=schedule(), **limits), 2)
    trainer.change(rate_factor=0.123)
    trace = trace_step(trainer)
    for page in pages(trace):
        lines = drawn(trace, page, width=WIDTH)
        assert max(map(len, lines)) <= WIDTH, lines
        assert len(lines) <= HEIGHT, "\n".join(lines)
        assert "".join("".join(lines).split()) == "".join("".join(drawn(trace, page)).split())


def test_a_move_that_float32_rounds_is_said_to_be_rounded() -> None:
    trace = traced(step_config(optimizer=SGDConfig(1e-6)))
    text = page_of(trace, "update", "dense1")
    before = float(re.findall(r"   = (-?[\d.]+) - ", text)[0])
    spacing = number(float(np.spacing(np.float32(abs(before)))))
    assert f"float32 near {before:.2g} has steps of {spacing}: the move is rounded to those" in text
    assert "float32" not in page_of(traced(step_config()), "update", "dense1")
