"""This run against another on the same images: how many were fixed and broken, and which.

The other run's answers are read in a thread, and once for as long as the same images are looked at.
"""

import asyncio
from functools import partial
from typing import ClassVar, Unpack

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from nn.metrics import IntArray
from tui.answering.answers import Answers
from tui.answering.other_runs import Field, OtherRun, read_other
from tui.answering.versus import Part, Versus, chance_lines, head_lines
from tui.terminal.display import Display
from tui.widgets.comparison_table import ComparisonTable
from tui.widgets.digit_grid import CELL_HEIGHT
from tui.widgets.image_list import ImageList
from tui.widgets.options import WidgetOptions
from tui.widgets.presence import is_there
from tui.widgets.words import Words

_WORDS = 2
LEAST = _WORDS + 3 + _WORDS + CELL_HEIGHT
NO_OTHER = "no other run has answered these images:\nR trains one with another seed, then w compares"


class ComparisonView(Vertical):
    """Shows the answers that `show` was told last against those of one of the other runs."""

    DEFAULT_CSS = f"""
    ComparisonView {{ height: 1fr; min-height: {LEAST}; }}
    ComparisonView Words {{ height: {_WORDS}; text-wrap: nowrap; text-overflow: clip; }}
    ComparisonView ImageList {{ height: 1fr; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Show the images of this group in Browse", show=False)
    ]

    class Compared(Message):
        """Another comparison or another group is on the screen."""

    class PartChosen(Message):
        """The person wants to see in Browse the images `indices` (k,), that are `part` against `other`."""

        def __init__(self, part: Part, other: str, indices: IntArray) -> None:
            super().__init__()
            self.part, self.other, self.indices = part, other, indices

    listed = getters.query_one(ImageList)
    _table = getters.query_one(ComparisonTable)

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._display_mode = display
        self._answers: Answers | None = None
        self._field: Field | None = None
        self._name = ""
        self._chosen = 0
        self._other: OtherRun | None = None
        self._versus: Versus | None = None

    def compose(self) -> ComposeResult:
        """Which runs, the four groups, what the test says, and the images of one group."""
        yield Words(id="comparison-head")
        yield ComparisonTable()
        yield Words(id="comparison-chance")
        yield ImageList(display=self._display_mode)

    def show(self, answers: Answers, field: Field | None, name: str, chosen: int) -> None:
        """Show a set of answers of the run `name`; `field` says where the other runs are."""
        self._chosen = chosen
        self.listed.choose(chosen)
        if answers is self._answers and field == self._field:
            return
        # What the other run answered stays while only this run's epochs change.
        is_other_known = (
            self._answers is not None
            and field == self._field
            and answers.set_name == self._answers.set_name
            and len(answers) == len(self._answers)
        )
        self._answers, self._field, self._name = answers, field, name
        if self._other is not None and is_other_known:
            self._fill(self._other)
        else:
            self._show_none("reading what the other runs answered")
            self._look_for(0)

    def turn_to_next(self) -> None:
        """Compare with the next of the other runs."""
        self._look_for(self._other.place + 1 if self._other is not None else 0)

    def action_choose(self) -> None:
        """Ask for the images of the group."""
        if self._other is not None and self.listed.count:
            self.post_message(self.PartChosen(self._table.part, self._other.label, self.listed.indices))

    def on_comparison_table_moved(self, event: ComparisonTable.Moved) -> None:
        """Show the other group."""
        event.stop()
        self._fill_group()

    def _words(self, name: str) -> Words:
        return self.query_one(f"#comparison-{name}", Words)

    def _look_for(self, place: int) -> None:
        answers, field = self._answers, self._field
        if answers is None or field is None:
            self._show_none(NO_OTHER)
        else:
            work = partial(self._read, answers, field, place)
            self.run_worker(work, exclusive=True, description="read the other run")

    async def _read(self, answers: Answers, field: Field, place: int) -> None:
        other = await asyncio.to_thread(read_other, field, answers, place)
        if not is_there(self) or self._answers is None:
            return
        if field != self._field or answers.set_name != self._answers.set_name:
            return
        if other is None:
            self._show_none(NO_OTHER)
        else:
            self._fill(other)

    def _show_none(self, reason: str) -> None:
        self._other = self._versus = None
        self._words("head").say(reason)
        self._words("chance").say("")
        self._table.set_versus(None)
        self.listed.show_none()
        self.post_message(self.Compared())

    def _fill(self, other: OtherRun) -> None:
        if self._answers is None:
            return
        self._other = other
        self._versus = versus = Versus(self._answers, other)
        self._words("head").say("\n".join(head_lines(versus, self._name, self._display_mode)))
        self._words("chance").say("\n".join(chance_lines(versus.counts)))
        self._table.set_versus(versus)
        self._fill_group()

    def _fill_group(self) -> None:
        versus = self._versus
        if versus is None:
            return
        members = versus.members(self._table.part)
        self.listed.show_images(
            versus.answers,
            members,
            lambda index: versus.caption(index, self._display_mode),
            self._chosen,
        )
        self.post_message(self.Compared())
