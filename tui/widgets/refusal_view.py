"""What refusing to answer buys: accuracy against the share answered when the least sure are left out.

It is computed in a thread, once for each set of answers.
"""

import asyncio
from functools import partial
from typing import ClassVar, Unpack

from textual.app import ComposeResult
from textual.containers import Vertical

from nn.arrays import BoolArray, FloatArray
from nn.explain.calibration import refusals
from tui.answering.answers import Answers
from tui.answering.refusal_words import AIMS, SHARES, refusal_curve, refusal_lines
from tui.terminal.display import Display
from tui.training.chart import Curve
from tui.widgets.curve_plot import CurvePlot
from tui.widgets.options import WidgetOptions
from tui.widgets.presence import is_there
from tui.widgets.words import Words

_WORDS = len(SHARES) + len(AIMS)
_LEAST_CHART = 7
LEAST = _LEAST_CHART + _WORDS


class RefusalView(Vertical, can_focus=True):
    """Shows the answers that `show` was told last."""

    help_text: ClassVar[str] = (
        "Refusing: let the network keep silent where it is least sure, and what it does answer is right "
        "more often. The curve runs from few answers at the left to all of them at the right; it falls where "
        "unsure answers come in. Answers that are equally sure are given or refused together."
    )
    DEFAULT_CSS = f"""
    RefusalView {{ height: 1fr; min-height: {LEAST}; }}
    RefusalView CurvePlot {{ height: 1fr; min-height: {_LEAST_CHART}; margin-right: 1; }}
    RefusalView Words {{ height: {_WORDS}; text-wrap: nowrap; text-overflow: clip; }}
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._answers: Answers | None = None

    def compose(self) -> ComposeResult:
        """The curve, and sentences under it."""
        yield CurvePlot(display=self._display_mode)
        yield Words()

    @property
    def said(self) -> str:
        """The sentences."""
        return self.query_one(Words).said

    def clear(self) -> None:
        """Show nothing."""
        self._answers = None
        self._say([], "")

    def show(self, answers: Answers) -> None:
        """Show a set of answers."""
        if answers is self._answers or answers.confidences is None or answers.right is None:
            return
        self._answers = answers
        work = partial(self._compute, answers, answers.confidences, answers.right)
        self.run_worker(work, exclusive=True, description="leave out the least sure")

    async def _compute(self, answers: Answers, confidences: FloatArray, right: BoolArray) -> None:
        curve = await asyncio.to_thread(refusals, confidences, right)
        if answers is not self._answers or not is_there(self):
            return
        self._say([refusal_curve(curve)], "\n".join(refusal_lines(curve)))

    def _say(self, curves: list[Curve], words: str) -> None:
        plot = self.query_one(CurvePlot)
        plot.set_curves(curves)
        plot.draw_now()
        self.query_one(Words).say(words)
