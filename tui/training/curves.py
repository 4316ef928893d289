"""From a run's history to the curves of its charts: what to draw, over which epochs, how smooth; and to the
figures at one place of them. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nn.runs.history import Curve as Points
from nn.runs.history import History
from tui.training.chart import Curve, Role
from tui.training.progress import accuracy_figure, figure
from tui.training.series import nearest, smooth

SMOOTHINGS = (1.0, 0.1, 0.02)  # weight of the newest batch in the moving average: none, some, much
SMOOTHING_WORDS = ("none", "some", "much")
ZOOMS = (0, 5, 1)  # the last epochs shown; 0 is all
MOST_POINTS = 400  # more than any chart has columns; averaging before smoothing keeps a redraw short


@dataclass(frozen=True)
class View:
    """How a person looks at the charts: indices into `SMOOTHINGS` and `ZOOMS`, and the loss's axis."""

    smoothing: int = 1
    zoom: int = 0
    log: bool = False

    @property
    def words(self) -> str:
        """In words: `loss on a log axis, training curves smoothed some, last 5 epochs`."""
        shown = ZOOMS[self.zoom]
        last = "all epochs" if not shown else "last epoch" if shown == 1 else f"last {shown} epochs"
        smoothed = f"smoothed {SMOOTHING_WORDS[self.smoothing]}" if self.smoothing else "not smoothed"
        return f"loss on a {'log' if self.log else 'linear'} axis, training curves {smoothed}, {last}"


def figures_at(epochs: float, history: History, overlays: Mapping[str, History]) -> tuple[str, str]:
    """Where the crosshair is with the exact losses nearest to it, not smoothed; and the accuracies, in words.

    `epochs` counts from the run's start, as the charts do.
    """
    step = round(epochs * (history.batches or 0))
    loss = [f"train {figure(_at(history.training_loss(), step))}"]
    accuracy = [f"train {accuracy_figure(_at(history.training_accuracy(), step))}"]
    for name, run in {"validation": history, **overlays}.items():
        place = epochs * (run.batches or 0)
        loss.append(f"{name} {figure(_at(run.evaluation('validation_loss'), place))}")
        accuracy.append(f"{name} {accuracy_figure(_at(run.evaluation('validation_accuracy'), place))}")
    where = f"crosshair: step {step:,}, epoch {epochs:.2f}"
    return f"{where}: loss {', '.join(loss)}", f"accuracy {', '.join(accuracy)}"


def _at(points: Points, step: float) -> float | None:
    index = nearest(points.x, step)
    return None if index is None else float(points.y[index])


def charts(history: History, view: View, overlays: Mapping[str, History]) -> tuple[list[Curve], list[Curve]]:
    """The curves of the loss chart and of the accuracy chart, x in epochs; overlays first, to lie below."""
    loss: list[Curve] = []
    accuracy: list[Curve] = []
    for name, other in overlays.items():
        loss += _curve(other.evaluation("validation_loss"), other, view, name, "overlay")
        accuracy += _curve(other.evaluation("validation_accuracy"), other, view, name, "overlay")
    loss += _curve(_smooth(history.training_loss(), view), history, view, "train", "train")
    accuracy += _curve(_smooth(history.training_accuracy(), view), history, view, "train", "train")
    loss += _curve(history.evaluation("validation_loss"), history, view, "validation", "validation")
    accuracy += _curve(history.evaluation("validation_accuracy"), history, view, "validation", "validation")
    return loss, accuracy


def _curve(points: Points, history: History, view: View, name: str, role: Role) -> list[Curve]:
    """At most one curve, in epochs, cut to the zoom; none where nothing is to be drawn."""
    batches = history.batches
    if not batches or not len(points.x):
        return []
    last = history.step / batches
    shown = ZOOMS[view.zoom]
    x = points.x / batches
    kept = x >= last - shown if shown else np.ones(len(x), bool)
    return [Curve(x[kept], points.y[kept], name, role, points=role == "validation")] if kept.any() else []


def _smooth(points: Points, view: View) -> Points:
    alpha = SMOOTHINGS[view.smoothing]
    if alpha == 1.0 or not len(points.x):
        return points
    stride = -(-len(points.x) // MOST_POINTS)
    if stride > 1:
        whole = len(points.x) // stride * stride
        points = Points(
            points.x[:whole].reshape(-1, stride).mean(axis=1),
            points.y[:whole].reshape(-1, stride).mean(axis=1),
        )
    return Points(points.x, smooth(points.y, min(1.0, alpha * stride)))
