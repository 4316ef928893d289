import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.explain.calibration import COLDEST, HOTTEST, TemperatureScaling, expected_calibration_error
from tui.answering.calibration_words import (
    STEPS,
    Before,
    Figures,
    Judged,
    best_words,
    capped_words,
    error_words,
    slider,
    table,
    warmer,
)
from tui.terminal.display import Display

ASCII, UNICODE = Display(ascii=True), Display()
TEMPERATURES = st.floats(COLDEST, HOTTEST)


@given(st.lists(st.sampled_from([-1, 1]), max_size=STEPS))
def test_steps_there_and_back_end_at_one(steps: list[int]) -> None:
    temperature = 1.0
    for step in [*steps, *(-step for step in steps)]:
        before, temperature = temperature, warmer(temperature, step)
        assert (temperature > before) == (step > 0)
    assert temperature == 1.0


def test_back_at_one_answers_are_left_alone() -> None:
    assert warmer(warmer(1.0, 1), -1) == 1.0
    assert warmer(1.0, STEPS) == pytest.approx(4.0)
    assert warmer(HOTTEST, 1) == HOTTEST
    assert warmer(COLDEST, -1) == COLDEST


@given(TEMPERATURES, TEMPERATURES)
def test_the_knob_goes_to_the_right_as_it_gets_warmer(one: float, other: float) -> None:
    for display, knob in ((ASCII, "O"), (UNICODE, "●")):
        places = [slider(temperature, display).index(knob) for temperature in sorted((one, other))]
        assert places[0] <= places[1]
        assert len(slider(one, display)) == 52
        assert slider(one, display).isascii() or not display.ascii
    assert slider(1.0, UNICODE) == "temperature  1.00  surer ────────●──────── less sure"


@given(st.floats(0, 17), st.floats(0, 0.95), TEMPERATURES)
def test_lines_fit(likelihood: float, error: float, temperature: float) -> None:
    figures = Figures([], error, likelihood)
    rows = [Before(name, figures, figures) for name in ("validation", "test")]
    lines = [*table(rows, temperature), error_words(figures), best_words(temperature)]
    assert max(map(len, lines)) <= 53
    assert [line.split()[0] for line in table(rows, temperature)] == ["T", "set", "validation", "test"]


def test_figures_before_and_after() -> None:
    rng = np.random.default_rng(5)
    shares, labels = rng.dirichlet(np.ones(10), 60), rng.integers(0, 10, 60).astype(np.uint8)
    judged = Judged("test", TemperatureScaling.of(shares, labels))
    plain, warm = judged.figures(1.0), judged.figures(3.0)
    assert plain.error == expected_calibration_error(plain.groups)
    assert plain.likelihood == pytest.approx(-np.log(shares[np.arange(60), labels]).mean())
    assert warm.likelihood < plain.likelihood  # answers by chance are the better the less sure they are
    assert table([Before("test", plain, warm)], 3.0)[-1].split() == [
        "test",
        *(f"{figure:.4f}" for figure in (plain.error, plain.likelihood, warm.error, warm.likelihood)),
    ]
    assert math.isfinite(warm.error)


@given(st.integers(0, 10_000), st.integers(0, 60_000))
def test_an_nll_that_is_more_than_what_is_known_says_so(validation: int, test: int) -> None:
    sets = [
        Judged(
            name,
            TemperatureScaling(np.zeros((10, 1)), np.zeros(1), np.ones(1, np.bool_), np.ones(1), count, 1e-7),
        )
        for name, count in (("validation", validation), ("test", test))
    ]
    rows = [Before(judged.name, judged.plain, judged.figures(2.0)) for judged in sets]
    told = [line.split()[2].startswith(">") for line in table(rows, 2.0)[2:]]
    assert told == [validation > 0, test > 0]
    assert not any(line.split()[4].startswith(">") for line in table(rows, 2.0)[2:])
    words = capped_words(sets)
    assert (words == "") == (validation + test == 0)
    assert len(words) <= 53
    assert not words or words.endswith("at the cap of 16.1: NLL is this or more")


def test_one_loss_at_the_cap_is_one_loss() -> None:
    judged = Judged("test", TemperatureScaling.of(np.eye(10, dtype=np.float16)[:1], np.array([5], np.uint8)))
    assert capped_words([judged]) == "1 loss at the cap of 16.1: NLL is this or more"


def test_what_is_said_of_the_best() -> None:
    assert best_words(1.126) == "least NLL on validation at T = 1.13: b sets it"
    assert best_words(None).startswith("no validation images")
