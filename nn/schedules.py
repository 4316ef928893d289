"""How the learning rate goes over a run: a function of the step, giving a share of the full rate."""

from abc import ABC, abstractmethod
from math import cos, floor, pi

from nn.config import (
    ConstantConfig,
    CosineConfig,
    ExponentialConfig,
    OneCycleConfig,
    ScheduleConfig,
    StepConfig,
)

# Kept of a stretched plan's fractional steps, which rounding may put just below an epoch's start.
DIGITS = 9


class Schedule(ABC):
    """Calling it gives the factor on the optimizer's rate; `step` counts from 0 and may be a fraction."""

    def __init__(self, total_steps: int, warmup_steps: int) -> None:
        """`total_steps` are those the run was planned with."""
        self.total_steps = total_steps
        self.warmup_steps = warmup_steps

    def __call__(self, step: float) -> float:
        """The share at a step, times the warm-up's line from 0 to 1 while that lasts.

        Past the planned end the last step's share stays.
        """
        warmth = min(1.0, (step + 1) / self.warmup_steps) if self.warmup_steps else 1.0
        return warmth * self.share(min(step, max(0, self.total_steps - 1)))

    @abstractmethod
    def share(self, step: float) -> float:
        """The schedule itself, without warm-up."""


class Constant(Schedule):
    """The full rate at every step."""

    def share(self, step: float) -> float:
        """Always 1."""
        return 1.0


class Drops(Schedule):
    """gamma to the power of the drops so far, one after every `steps_apart` steps.

    PyTorch's `StepLR` and, with a drop an epoch, its `ExponentialLR`, both stepped after each epoch.
    """

    def __init__(self, gamma: float, steps_apart: int, total_steps: int, warmup_steps: int) -> None:
        super().__init__(total_steps, warmup_steps)
        self.gamma = gamma
        self.steps_apart = steps_apart

    def share(self, step: float) -> float:
        """Constant between two drops."""
        return self.gamma ** floor(round(step / self.steps_apart, DIGITS))


class Cosine(Schedule):
    """Half a cosine from 1 to eta_min over the whole run.

    PyTorch's `CosineAnnealingLR` stepped after each batch, with T_max the steps of the run; its `eta_min` is
    a rate, this one a share of the optimizer's rate.
    """

    def __init__(self, config: CosineConfig, total_steps: int) -> None:
        super().__init__(total_steps, config.warmup_steps)
        self.eta_min = config.eta_min

    def share(self, step: float) -> float:
        """The last step is one before the cosine's end, as the first is at its beginning."""
        return _half_cosine(1.0, self.eta_min, step / max(1, self.total_steps))


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


def build_schedule(config: ScheduleConfig, total_steps: int, epoch_steps: int = 1) -> Schedule:
    """The schedule that a config names, for a run of so many steps, `epoch_steps` of them an epoch."""
    match config:
        case ConstantConfig():
            return Constant(total_steps, config.warmup_steps)
        case StepConfig():
            return Drops(config.gamma, config.step_size * epoch_steps, total_steps, config.warmup_steps)
        case ExponentialConfig():
            return Drops(config.gamma, epoch_steps, total_steps, config.warmup_steps)
        case CosineConfig():
            return Cosine(config, total_steps)
        case OneCycleConfig():
            return OneCycle(config, total_steps)
