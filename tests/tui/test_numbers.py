import pytest

from tui.numbers import number


@pytest.mark.parametrize(
    ("value", "four", "three"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (0.123456, "0.1235", "0.123"),
        (-14.5678, "-14.57", "-14.6"),
        (12345.6, "12346", "12346"),
        (0.00003432, "3.43e-05", "3.4e-05"),
        (1234567.0, "1.23e+06", "1.2e+06"),
        (float("nan"), "nan", "nan"),
        (float("-inf"), "-inf", "-inf"),
    ],
)
def test_as_many_digits_as_count(value: float, four: str, three: str) -> None:
    assert (number(value), number(value, 3)) == (four, three)
    assert max(len(four), len(three)) <= 9
