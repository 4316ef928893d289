"""What a chart shows: curves, and how its axes are laid out."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tui.training.series import Floats

Role = Literal["axis", "train", "validation", "overlay", "crosshair"]


@dataclass(frozen=True)
class Curve:
    """One line of a chart: x and y float (n,), x not falling; `points` draws marks instead of a line."""

    x: Floats
    y: Floats
    name: str
    role: Role
    points: bool = False

    def looks_like(self, other: "Curve") -> bool:
        """Whether the other one would be drawn the same."""
        same_kind = (self.name, self.role, self.points) == (other.name, other.role, other.points)
        return same_kind and np.array_equal(self.x, other.x) and np.array_equal(self.y, other.y)


@dataclass(frozen=True)
class Axes:
    """How a chart is laid out; `crosshair` is a position on x."""

    log: bool = False
    x_label: str = ""
    crosshair: float | None = None
