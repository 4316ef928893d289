"""How the learning rate goes over a run: a function of the step, giving a share of the full rate."""

from abc import ABC, abstractmethod
from math import cos, pi

from nn.config import ConstantConfig, OneCycleConfig, ScheduleConfig


class Schedule(ABC):
    """Calling it gives the factor on the optimizer's rate; `step` counts from 0 and may be a fraction."""

    def __init__(self, total_steps: int, warmup_steps: int) -> None:
        """`total_steps` are those the run was planned with."""
        self.total_steps = total_steps
        self.warmup_steps = warmup_steps

    def __call__(self, step: float) -> float:
        """The share at a step, times the warm-up's line from 0 to 1 while that lasts."""
        warmth = min(1.0, (step + 1) / self.warmup_steps) if self.warmup_steps else 1.0
        return warmth * self.share(step)

    @abstractmethod
    def share(self, step: float) -> float:
        """The schedule itself, without warm-up."""


class Constant(Schedule):
    """The full rate at every step."""

    def share(self, step: float) -> float:
        """Always 1."""
        return 1.0


class OneCycle(Schedule):
    """From 1 / div_factor up to 1 and down to 1 / (div_factor * final_div_factor), each along half a cosine.

    Smith, Super-convergence (2018), with the step numbers of PyTorch's `OneCycleLR` (`three_phase=False`):
    the peak is at step pct_start * total - 1, the end at total - 1. Momentum is not cycled.
    """

    def __init__(self, config: OneCycleConfig, total_steps: int) -> None:
        super().__init__(total_steps, config.warmup_steps)
        self.first = 1 / config.div_factor
        self.last = self.first / config.final_div_factor
        self.peak_step = config.pct_start * total_steps - 1

    def share(self, step: float) -> float:
        """Interpolate between the two ends of the half in which the step lies."""
        if step <= self.peak_step:
            return _half_cosine(self.first, 1.0, step / self.peak_step if self.peak_step else 1.0)
        rest = self.total_steps - 1 - self.peak_step
        return _half_cosine(1.0, self.last, min(1.0, (step - self.peak_step) / rest) if rest > 0 else 1.0)


def _half_cosine(start: float, end: float, way: float) -> float:
    return end + (start - end) / 2 * (1 + cos(pi * way))


def build_schedule(config: ScheduleConfig, total_steps: int) -> Schedule:
    """The schedule that a config names, for a run of so many steps."""
    match config:
        case ConstantConfig():
            return Constant(total_steps, config.warmup_steps)
        case OneCycleConfig():
            return OneCycle(config, total_steps)
