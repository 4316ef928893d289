"""How a number of any size is written in a few cells, for pages, lessons and the network's insides."""


def number(value: float, digits: int = 4) -> str:
    """The `digits` that count, or two fewer and an exponent for what is very small or very large."""
    value = float(value)
    if value == 0:
        return "0"
    if not 1e-3 <= abs(value) < 1e5:
        return f"{value:.{digits - 2}e}"
    return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"
