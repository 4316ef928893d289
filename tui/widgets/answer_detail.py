"""One answer from near: ten bars, loss and margin, and how it went over the epochs.

The epochs are read from the disk aside and once each, so that neither keys nor curves wait for them.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.answering.answers import Answers
from tui.answering.error_words import image_lines
from tui.answering.trails import Source, Trails, read, trail_lines
from tui.terminal.display import Display
from tui.widgets.options import WidgetOptions
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.words import Words

_LINES = 6  # three about the image, three about the epochs


class AnswerDetail(Vertical):
    """Shows the answer that `show` was told last; as wide as it is let, 22 cells at least, and 16 lines."""

    DEFAULT_CSS = f"""
    AnswerDetail {{ height: {_LINES + 10}; }}
    AnswerDetail Words {{ height: {_LINES}; text-wrap: nowrap; }}
    AnswerDetail.-doubted {{ height: {_LINES + 11}; }}
    AnswerDetail.-doubted Words {{ height: {_LINES + 1}; }}
    """

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._trails = Trails()
        self._asked: tuple[Source, list[int]] | None = None
        self._shown: tuple[Answers, int] | None = None
        self._reason = ""

    def compose(self) -> ComposeResult:
        """Bars, and lines of words."""
        yield ProbabilityBars(display=self._display_mode)
        yield Words()

    @property
    def said(self) -> str:
        """The words under the bars."""
        return self.query_one(Words).said

    def clear(self, reason: str) -> None:
        """Show no answer, and why."""
        self._shown, self._reason = None, reason
        self._draw()

    def show(self, answers: Answers, index: int, folder: Path | None, kept: Sequence[int]) -> None:
        """Show the answer to one image; `folder` holds the run's predictions after the epochs `kept`."""
        if answers.probabilities is None:
            self.clear("")
            return
        self._shown = answers, index
        if folder is not None:
            self._ask_for(Source(folder, answers.set_name, len(answers)), kept, answers)
        self._draw()

    def on_mount(self) -> None:
        """Draw what was shown before there was anything to draw it in."""
        self._fill()

    def _draw(self) -> None:
        if self.is_mounted and self.app.is_running:  # what was read aside may come while the app ends
            self._fill()

    def _fill(self) -> None:
        bars, words = self.query_one(ProbabilityBars), self.query_one(Words)
        if self._shown is None:
            bars.set_probabilities(None)
            words.say(self._reason)
            return
        answers, index = self._shown
        self.set_class(bool(answers.raters_disagree[index]), "-doubted")
        if answers.probabilities is not None:
            bars.set_probabilities(answers.probabilities[index].tolist(), int(answers.labels[index]))
        lines = image_lines(answers, index, self._display_mode.marks)
        width = words.content_size.width or 22
        lines += trail_lines(self._trails, answers, index, width, self._display_mode)
        words.say("\n".join(lines))

    def _ask_for(self, source: Source, kept: Sequence[int], answers: Answers) -> None:
        missing = self._trails.missing(source, kept)
        if missing and self._asked != (source, missing):
            self._asked = source, missing
            self.run_worker(self._read(source, missing, answers), group="trails", exclusive=True)

    async def _read(self, source: Source, missing: list[int], answers: Answers) -> None:
        self._trails.add(source, await asyncio.to_thread(read, source, missing, answers.labels))
        self._draw()
