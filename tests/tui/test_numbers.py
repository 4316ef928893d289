import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.numbers import a_digit, number, percent, probability


@pytest.mark.parametrize(
    ("value", "four", "three"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (0.123456, "0.1235", "0.123"),
        (-14.5678, "-14.57", "-14.6"),
        (12345.6, "12346", "12346"),
        (9999.6, "10000", "10000"),
        (999.6, "999.6", "1000"),
        (-9999.6, "-10000", "-10000"),
        (99999.6, "1.00e+05", "1.0e+05"),
        (0.00003432, "3.43e-05", "3.4e-05"),
        (1234567.0, "1.23e+06", "1.2e+06"),
        (float("nan"), "nan", "nan"),
        (float("-inf"), "-inf", "-inf"),
    ],
)
def test_as_many_digits_as_count(value: float, four: str, three: str) -> None:
    assert (number(value), number(value, 3)) == (four, three)
    assert max(len(four), len(three)) <= 9


@pytest.mark.parametrize(
    ("share", "one", "two"),
    [
        (0.0, "0.0 %", "0.00 %"),
        (1e-9, "<0.1 %", "<0.01 %"),
        (0.0004, "<0.1 %", "0.04 %"),
        (0.0009, "0.1 %", "0.09 %"),
        (0.5, "50.0 %", "50.00 %"),
        (0.9994, "99.9 %", "99.94 %"),
        (0.9999, ">99.9 %", "99.99 %"),
        (0.999999, ">99.9 %", ">99.99 %"),
        (1.0, "100.0 %", "100.00 %"),
    ],
)
def test_all_and_none_are_said_of_nothing_else(share: float, one: str, two: str) -> None:
    assert (percent(share), percent(share, 2)) == (one, two)


@given(st.floats(0, 1, exclude_min=True, exclude_max=True), st.integers(0, 4))
def test_a_share_between_never_looks_like_all_or_none(share: float, decimals: int) -> None:
    said = percent(share, decimals)
    assert said == probability(share, decimals)
    assert float(said.strip("<> %")) not in (0, 100)
    assert len(said) <= decimals + 6


def test_a_probability_is_never_quite_all_or_none() -> None:
    assert (probability(0.0), probability(1.0), probability(1.0, 2)) == ("<0.1 %", ">99.9 %", ">99.99 %")
    assert probability(float("nan")) == "nan %"


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_a_share_of_an_array_is_no_other(kind: type[np.floating]) -> None:
    shares = np.array([0, 1], kind)
    assert [probability(share, 2) for share in shares] == ["<0.01 %", ">99.99 %"]
    assert [percent(share) for share in shares] == ["0.0 %", "100.0 %"]


def test_a_digit_has_its_article() -> None:
    assert [a_digit(digit) for digit in (7, 8)] == ["a 7", "an 8"]
