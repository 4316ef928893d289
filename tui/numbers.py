"""How a number of any size, or a share, is written in a few cells, wherever one is shown.

A share that is not none or all never looks as if it were: what is nearer than the last decimal says so.
"""

_LARGE = 99_999.5  # rounds to six figures
_LEAST = 1e-12  # stands for the shares that a softmax gives and the files round to 0 and 1


def number(value: float, digits: int = 4) -> str:
    """The `digits` that count, or two fewer and an exponent for what is very small or very large."""
    value = float(value)
    if value == 0:
        return "0"
    if not 1e-3 <= abs(value) < _LARGE:
        return f"{value:.{digits - 2}e}"
    text = f"{value:.{digits}g}"
    return f"{value:.0f}" if "e" in text else text


def percent(share: float, decimals: int = 1) -> str:
    """A fraction in [0, 1] as per cent; `100.0 %` and `0.0 %` are all and none, else `>99.9 %`, `<0.1 %`."""
    text, least = f"{share * 100:.{decimals}f}", 10.0**-decimals
    if share > 0 and float(text) == 0:
        return f"<{least:.{decimals}f} %"
    if share < 1 and float(text) == 100:
        return f">{100 - least:.{decimals}f} %"
    return f"{text} %"


def probability(share: float, decimals: int = 1) -> str:
    """A network's probability as per cent, at most `>99.9 %` and at least `<0.1 %`.

    A softmax gives neither 0 nor 1; the answers that are kept after an epoch are rounded to 11 bits, and may.
    """
    share = float(share)  # beside a float32 of NumPy, 1 - 1e-12 would be 1
    return percent(min(max(share, _LEAST), 1 - _LEAST) if share == share else share, decimals)


def a_digit(digit: int) -> str:
    """`a 7`, `an 8`."""
    return f"an {digit}" if digit == 8 else f"a {digit}"
