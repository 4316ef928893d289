"""One step up or down from a value, as left and right take it: choices cycle, numbers go to the next of use.

How far a step is depends on what the number means: sizes double, rates go by a quarter, decays close in on 1.
"""

from collections.abc import Callable
from math import floor, log10

from nn.schema import Json
from nn.settings import Setting

FIRST_SIZE = 64


def nudge(setting: Setting, by: int) -> Json:
    """The value one step up (`by` = 1) or down (-1); a free text stays. The range is not looked at."""
    value = setting.value
    if setting.choices:
        shown = str(value).lower() if isinstance(value, bool) else value
        chosen = setting.choices[(setting.choices.index(shown) + by) % len(setting.choices)]
        return chosen == "true" if isinstance(value, bool) else chosen
    if isinstance(value, str):
        return value
    name = setting.key.rpartition(".")[2]
    step = STEPS.get(name, _by_one if isinstance(value, int) else _by_ladder(1e-8))
    return type(value)(step(value, by))


def _by_one(value: float, by: int) -> float:
    return value + by


def _doubled(value: float, by: int) -> float:
    """Twice or half; 0 (a full batch) lies below 1, and the way up from it starts at a usual size."""
    if value == 0:
        return FIRST_SIZE if by > 0 else -1
    return value * 2 if by > 0 else value // 2


def _by_quarter(value: float, by: int) -> float:
    if value == 0:
        return 0.001 if by > 0 else -1
    return float(f"{value * 1.25**by:.3g}")


def _by_twentieth(value: float, by: int) -> float:
    return round(value + 0.05 * by, 4)


def _by_ladder(smallest: float) -> Callable[[float, int], float]:
    """Steps 1, 2, 5, 10, 20, 50 ...; below `smallest` is 0, and below 0 nothing."""

    def step(value: float, by: int) -> float:
        if value < smallest:
            return smallest if by > 0 else (0 if value > 0 else -1)
        reached = _next(value, by)
        return reached if reached >= smallest else 0

    return step


def _towards_one(value: float, by: int) -> float:
    """0.5, 0.8, 0.9, 0.95, 0.98, 0.99 ...: what is missing to 1 goes down the ladder."""
    missing = 1 - value
    if by > 0:
        return round(1 - max(_next(missing, -1), 0.0001), 6)
    return round(1 - _next(missing, 1), 6) if missing < 1 else -1


def _next(value: float, by: int) -> float:
    """The next of ... 0.5, 1, 2, 5, 10 ... above or below a positive value."""
    power = floor(log10(value))
    rungs = [
        float(f"{digit}e{exponent}") for exponent in (power - 1, power, power + 1) for digit in (1, 2, 5)
    ]
    close = 1e-6 * value
    if by > 0:
        return min(rung for rung in rungs if rung > value + close)
    return max(rung for rung in rungs if rung < value - close)


STEPS: dict[str, Callable[[float, int], float]] = {
    "units": _doubled,
    "batch_size": _doubled,
    "learning_rate": _by_quarter,
    "momentum": _towards_one,
    "beta1": _towards_one,
    "beta2": _towards_one,
    "pct_start": _by_twentieth,
    "warmup_steps": _by_ladder(10),
    "validation": _by_ladder(100),
    "limit": _by_ladder(100),
    "l2": _by_ladder(1e-6),
}
