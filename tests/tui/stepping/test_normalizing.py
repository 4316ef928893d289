"""The pages of batch normalisation."""

import re

import pytest
from step_pages import page_of
from step_samples import EVERY_KIND, step_config, traced

from tui.stepping.walk import unit_to_begin_with


def test_the_rule_of_batch_normalisation_gives_what_it_hands_back() -> None:
    trace = traced(step_config(*EVERY_KIND), 2)
    for name in ("batchnorm1", "batchnorm2"):
        text = page_of(trace, "backward", name)
        rule, result = re.findall(r"^  (\(.*\) / \S+)$\n^  = (\S+)$", text, re.MULTILINE)[0]
        assert set(rule) <= set("0123456789.e+-*/() ")
        assert eval(rule) == pytest.approx(float(result), rel=2e-3, abs=1e-6)
        text = page_of(trace, "forward", name)
        signs = ("x", "gamma", "beta")
        x, scale, shift = (float(re.findall(rf"{sign} = (-?[\d.e-]+)", text)[-1]) for sign in signs)
        mean, deviation = (float(re.findall(rf"{sign}, the \w+ += +(\S+)", text)[0]) for sign in "ms")
        z = float(re.findall(r"z = gamma n \+ beta +=? +(\S+)", text)[0])
        assert z == pytest.approx((x - mean) / deviation * scale + shift, rel=5e-3, abs=1e-4)


def test_scale_and_shift_of_a_normalisation_have_one_name() -> None:
    trace = traced(step_config(*EVERY_KIND), 2)
    unit = unit_to_begin_with(trace, 1, 1) % 4
    assert f"dL/dgamma_{unit} = " in page_of(trace, "backward", "batchnorm1")
    text = page_of(trace, "update", "batchnorm1")
    assert text.startswith(f"gamma_{unit}: ")
    assert f"beta_{unit} by the same rule" in text
    assert "All 4 scales: moved by" in text
    assert "W_" not in text
