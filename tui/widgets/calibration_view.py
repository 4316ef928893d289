"""How far confidence can be trusted: the reliability diagram, and a temperature that makes it fit better.

The answers are prepared and the best temperature is found in a thread, once for each set of answers.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple, Unpack

from textual.app import ComposeResult
from textual.containers import Vertical

from nn.arrays import ByteArray, FloatArray
from nn.explain.calibration import TemperatureScaling
from nn.runs import predictions
from nn.tensors import TensorFileError
from tui.answering.answers import Answers
from tui.answering.calibration_words import (
    Before,
    Judged,
    best_words,
    capped_words,
    error_words,
    slider,
    table,
    warmer,
)
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.presence import is_there
from tui.widgets.reliability_diagram import LEAST_HEIGHT, ReliabilityDiagram
from tui.widgets.words import Words

_WORDS = 8
LEAST = LEAST_HEIGHT + _WORDS


@dataclass(frozen=True, eq=False)
class ValidationSource:
    """Where the validation answers of a run are, and their labels (n,)."""

    folder: Path
    labels: ByteArray


class _Prepared(NamedTuple):
    """Of answers: the sets, that on screen last, after validation where that is another; and the best T.

    Without validation images there is no best one.
    """

    answers: Answers | None
    sets: list[Judged]
    best: float | None


_NOTHING = _Prepared(None, [], None)


class CalibrationView(Vertical, can_focus=True):
    """Shows the answers that `show` was told last, at a temperature that is its own."""

    lesson: ClassVar[str] = "softmax"
    help_text: ClassVar[str] = (
        "Calibration: is an answer that is 90 % sure right in 90 % of cases? A bar is how many answers of "
        "that sureness are right, the line across how sure they were; 'off' is right minus sure in points, n "
        "how many. ECE is the mean distance of the two over all answers; NLL the mean of -ln p(true digit), "
        "the loss. A temperature T divides the logits before softmax (Guo et al., 2017): above 1 all answers "
        "become less sure, below 1 surer, and which digit wins stays. It is chosen where NLL on validation "
        "images is least; the test images only show whether that helped. Keys: + and - move it, b sets the "
        "best one and takes it away again."
    )
    DEFAULT_CSS = f"""
    CalibrationView {{ height: 1fr; min-height: {LEAST}; }}
    CalibrationView Words {{ height: {_WORDS}; text-wrap: nowrap; text-overflow: clip; }}
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self.temperature = 1.0
        self._answers: Answers | None = None
        self._prepared = _NOTHING
        self._wants_best = False  # asked for before it is known

    def compose(self) -> ComposeResult:
        """The diagram, and words under it."""
        yield ReliabilityDiagram(display=self._display_mode)
        yield Words()

    @property
    def best(self) -> float | None:
        """The temperature with the least NLL on validation, once it is known."""
        return self._prepared.best

    @property
    def said(self) -> str:
        """The words under the diagram."""
        return self.query_one(Words).said

    def clear(self) -> None:
        """Show nothing."""
        self._answers, self._prepared, self._wants_best = None, _NOTHING, False
        self.query_one(ReliabilityDiagram).set_groups([])
        self.query_one(Words).say("")

    def show(self, answers: Answers, find_source: Callable[[], ValidationSource | None]) -> None:
        """Show a set of answers; `find_source` says where those on validation images are, if any are."""
        if answers is not self._answers and answers.probabilities is not None:
            self._answers = answers
            work = partial(self._prepare, answers, answers.probabilities, find_source())
            self.run_worker(work, exclusive=True, description="find the best temperature")

    def change(self, steps: int) -> None:
        """Move the slider; above 1 is less sure."""
        self.temperature = warmer(self.temperature, steps)
        self._fill()

    def choose_best(self) -> None:
        """The temperature with the least NLL on validation, once it is known; from there back to 1."""
        self._wants_best = self.best is None and self._prepared.answers is not self._answers
        if self.best is not None:
            self.temperature = 1.0 if self.temperature == self.best else self.best
            self._fill()

    def _fill(self) -> None:
        if not self._prepared.sets:
            return
        rows = [
            Before(judged.name, judged.plain, judged.figures(self.temperature))
            for judged in self._prepared.sets
        ]
        here = rows[-1].after
        self.query_one(ReliabilityDiagram).set_groups(here.groups)
        lines = [
            error_words(here),
            slider(self.temperature, self._display_mode),
            *table(rows, self.temperature),
            best_words(self.best),
            capped_words(self._prepared.sets),
        ]
        self.query_one(Words).say("\n".join(lines))

    async def _prepare(
        self, answers: Answers, probabilities: FloatArray, source: ValidationSource | None
    ) -> None:
        prepared = await asyncio.to_thread(_prepare, answers, probabilities, source)
        if answers is not self._answers or not is_there(self):
            return
        self._prepared = prepared
        if self._wants_best:
            self.choose_best()
        self._fill()


def _prepare(answers: Answers, probabilities: FloatArray, source: ValidationSource | None) -> _Prepared:
    """Make the sets ready for any temperature, and find the best one."""
    shown = Judged(answers.set_name, TemperatureScaling.of(probabilities, answers.labels))
    if answers.set_name == "validation":
        return _Prepared(answers, [shown], shown.scaling.best())
    held_out = None if source is None or answers.epoch is None else _read(source, answers.epoch)
    if held_out is None:
        return _Prepared(answers, [shown], None)
    return _Prepared(answers, [held_out, shown], held_out.scaling.best())


def _read(source: ValidationSource, epoch: int) -> Judged | None:
    """The validation answers after an epoch; None where there are none, or none any more."""
    try:
        probabilities = predictions.load(source.folder, epoch).get("validation")
    except TensorFileError:
        return None
    if probabilities is None or not len(probabilities) or len(probabilities) != len(source.labels):
        return None
    return Judged("validation", TemperatureScaling.of(probabilities, source.labels))
