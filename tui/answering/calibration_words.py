"""What is said about calibration: the slider of the temperature, and ECE and NLL before and after it.

A temperature is chosen on validation images; what it does to the set on screen stands beside that.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nn.explain.calibration import (
    COLDEST,
    HOTTEST,
    CalibrationBin,
    TemperatureScaling,
    expected_calibration_error,
)
from tui.answering.image_words import cap
from tui.terminal.display import Display

STEPS = 16  # of the slider from 1 to either end
_END = 4.0  # the slider reaches from 1 / 4 to 4
_SLIDER_WIDTH = 17  # a cell for two steps


@dataclass(frozen=True, eq=False)
class Judged:
    """A set's answers by the name of the set."""

    name: str
    scaling: TemperatureScaling

    @cached_property
    def plain(self) -> "Figures":
        """What holds of the answers as they are."""
        return replace(self._figures(1.0), capped=self.scaling.capped)

    def figures(self, temperature: float) -> "Figures":
        """What holds of them at a temperature."""
        return self.plain if temperature == 1 else self._figures(temperature)

    def _figures(self, temperature: float) -> "Figures":
        groups = self.scaling.groups(temperature)
        likelihood = self.scaling.negative_log_likelihood(temperature)
        return Figures(groups, expected_calibration_error(groups), likelihood)


@dataclass(frozen=True)
class Figures:
    """How well confidence and accuracy agree: the diagram, ECE and mean negative log-likelihood."""

    groups: list[CalibrationBin]
    error: float
    likelihood: float
    capped: int = 0  # losses of which only the least is known, in `likelihood`


@dataclass(frozen=True)
class Before:
    """A set's name with its figures before and after the temperature."""

    name: str
    before: Figures
    after: Figures


def warmer(temperature: float, steps: int) -> float:
    """The temperature `steps` steps of the slider on; it stays within what can be fitted."""
    moved = temperature * _END ** (steps / STEPS)
    # Back at 1 it is exactly 1, where answers are what they are.
    return 1.0 if abs(math.log(moved)) < 1e-9 else min(max(moved, COLDEST), HOTTEST)


def slider(temperature: float, display: Display) -> str:
    """The temperature between 1/4 and 4 on a logarithmic line, in 52 cells."""
    place = round((math.log(temperature) / math.log(_END) + 1) / 2 * (_SLIDER_WIDTH - 1))
    place = min(max(place, 0), _SLIDER_WIDTH - 1)
    line, knob, middle = ("-", "O", "+") if display.ascii else ("─", "●", "┼")
    signs = [line] * _SLIDER_WIDTH
    signs[_SLIDER_WIDTH // 2] = middle
    signs[place] = knob
    return f"temperature {temperature:5.2f}  surer {''.join(signs)} less sure"


def table(rows: Sequence[Before], temperature: float) -> list[str]:
    """ECE and NLL of each set before and after, in lines of at most 50 cells."""
    head = f"{'':<12}{'T = 1':<18}{f'T = {temperature:.2f}'}"
    names = f"{'set':<12}{'ECE':<9}{'NLL':<9}{'ECE':<9}{'NLL'}"
    return [head, names, *(_row(row) for row in rows)]


def error_words(figures: Figures) -> str:
    """The expected calibration error in words, at most 53 cells."""
    return f"ECE {figures.error:.3f}: confidence is {100 * figures.error:.1f} points off on average"


def best_words(best: float | None) -> str:
    """Which temperature is best, at most 53 cells; `best` is None where there is nothing to choose it on."""
    if best is None:
        return "no validation images: none to choose a temperature on"
    return f"least NLL on validation at T = {best:.2f}: b sets it"


def capped_words(sets: Sequence[Judged]) -> str:
    """Why an NLL has a `>`, at most 53 cells; empty where none has."""
    capped = [judged.scaling for judged in sets if judged.scaling.capped]
    if not capped:
        return ""
    count, least = sum(scaling.capped for scaling in capped), max(scaling.least for scaling in capped)
    losses = "1 loss" if count == 1 else f"{count:,} losses"
    return f"{losses} at the cap of {cap(least)}: NLL is this or more"


def _row(row: Before) -> str:
    cells = [cell for figures in (row.before, row.after) for cell in _cells(figures)]
    return f"{row.name:<12}" + "".join(cells).rstrip()


def _cells(figures: Figures) -> tuple[str, str]:
    """ECE and NLL in 9 cells each; `>` before an NLL that is more than what is known."""
    likelihood = f"{'>' if figures.capped else ''}{figures.likelihood:.4f}"
    return f"{figures.error:<9.4f}", f"{likelihood:<9}"
