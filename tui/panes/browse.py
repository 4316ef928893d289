"""Browse: one image large with the network's answer, and the others small, filtered and ordered.

It follows the training: when the answers change, the image looked at stays and its answer moves.
"""

import dataclasses
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult

from nn.runs.store import RunError
from tui.answering import browse_words, filter_words
from tui.answering.answers import Answers, Filter
from tui.answering.browsing import Browsing
from tui.answering.looking import next_set
from tui.choices import SetName
from tui.commands import BROWSE
from tui.panes.base import Pane
from tui.panes.browse_body import BrowseBody
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.digit_grid import DigitGrid
from tui.widgets.filter_line import FilterLine
from tui.widgets.presence import is_there
from tui.widgets.prompt import Prompt
from tui.widgets.throttle import Throttle
from tui.widgets.words import Words

SETS: tuple[SetName, ...] = ("test", "validation", "train")
_FILTER, _GO = "filter", "go to image"
_PROGRESS_SECONDS = 0.5


class BrowsePane(Pane):
    """Reads the session's set, epoch and chosen image; filter, order and chart are its own."""

    number: ClassVar[int] = BROWSE
    DEFAULT_CSS = """
    BrowsePane { layers: base prompt; }
    BrowsePane #browse-head { height: 1; color: $text-muted; text-wrap: nowrap; }
    BrowsePane Prompt { layer: prompt; }
    """

    _head = getters.query_one("#browse-head", Words)
    _filter_line = getters.query_one(FilterLine)
    _body = getters.query_one(BrowseBody)
    _prompt = getters.query_one(Prompt)

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.browsing = Browsing(session)
        self._asker: int | None = None

    def compose(self) -> ComposeResult:
        """The head, the large image with its answer, the small ones or a chart, the prompt over the foot."""
        yield Words(id="browse-head")
        yield FilterLine(display=self.display_mode)
        yield BrowseBody(self.display_mode)
        yield Prompt()

    def focus_first(self) -> None:
        """Take the focus on the small images."""
        self.screen.set_focus(self._body.first)

    def on_resize(self, event: events.Resize) -> None:
        """Thumbnails below where there is room, beside the bars where there is not."""
        self._body.fit(event.size)

    def show(self) -> None:
        """Draw the image chosen; where it does not pass the filter, the nearest, and say so to the app."""
        self._take_move()
        if self.browsing.course_reader.wants(self.session.run, self.session.answers):
            self.run_worker(self._read_course, group="course", exclusive=True)
        self._filter_line.show_filter(self.browsing.filter)
        self._head.say(self.browsing.head(self.display_mode))
        answers, selection, place = self.browsing.answers, self.browsing.selection, self.browsing.place
        if answers is None or selection is None:
            self._body.show_nothing()
            return
        self._body.grid.show_answers(answers, selection, place or 0)
        self._show_image(answers, None if place is None else int(selection.indices[place]))

    def look_at(self, chosen: Filter, *, asker: int | None = None) -> None:
        """Look at the images that pass a filter; `asker` is the number of the pane to go back to."""
        self.browsing.filter = chosen
        self._asker = asker or self._asker
        self.show()

    def action_step(self, by: int) -> None:
        """Choose the image `by` places on in the order."""
        self._take_move()
        index = self.browsing.neighbour(by)
        if index is not None:
            self.look_at_image(index)
            self._body.grid.choose(self.browsing.place or 0)  # at once: the next arrow builds on it

    def action_move(self, right: int, down: int) -> None:
        """Move among the small images, wherever the focus is."""
        self._body.grid.action_move(right, down)

    def action_turn(self, pages: int) -> None:
        """Turn pages of small images, wherever the focus is."""
        self._body.grid.action_turn(pages)

    def action_order(self, by: int) -> None:
        """Another order."""
        self.browsing.order = self.browsing.order.next(by)
        self.show()

    def action_filter(self) -> None:
        """Ask for a filter."""
        now = filter_words.words(self.browsing.filter)
        begun = f"{now} " if now else ""  # what is typed next is a word of its own
        self._prompt.ask(_FILTER, begun, f"{filter_words.ALLOWED}; empty: all", filter_words.reason_against)

    def action_clear(self) -> None:
        """Let all images pass again."""
        self.look_at(Filter())

    def action_mark_word(self) -> None:
        """Mark another condition of the filter."""
        self._filter_line.mark_next()

    def action_remove_word(self) -> None:
        """Take the marked condition out of the filter."""
        if marked := self._filter_line.marked:
            self.look_at(marked.without)

    def action_go(self) -> None:
        """Ask for an index."""
        self._prompt.ask(_GO, "", browse_words.index_range(self.session.answers), self._reason_against_index)

    def action_set(self) -> None:
        """The next set of images."""
        self._take_move()
        self.look_at_set(next_set(self.session.set_name, SETS))

    async def action_back(self) -> None:
        """To the pane that wanted these images shown."""
        asker, self._asker = self._asker, None
        if asker is not None:
            await self.run_action(f"app.pane({asker})")

    def action_chart(self) -> None:
        """This image over the epochs, each digit over the epochs, or the small images again."""
        self._body.turn()
        self.focus_first()
        self.show()

    def action_ask(self) -> None:
        """Ask the network about the training images."""
        if self.session.set_name != "train":
            self.say("Answers to these images are kept; t goes to the training images.")
        else:
            self.run_worker(self._ask, group="ask")

    def on_digit_grid_selected(self, event: DigitGrid.Selected) -> None:
        """Choose the image that was moved to."""
        event.stop()
        self._take_move()

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Filter, or go to an image; one that does not pass the filter clears it."""
        event.stop()
        if event.question == _FILTER:
            picked = self.browsing.filter.picked  # what cannot be typed stays; c takes it away
            self.look_at(dataclasses.replace(filter_words.parse(event.text), picked=picked))
        elif not self._reason_against_index(event.text):  # no other set came while the prompt was open
            index = int(event.text)
            if not self.browsing.passes(index):
                self.browsing.filter = Filter()
                self.say(f"Filter cleared: image {index} did not pass it.")
            self.look_at_image(index)

    @on(Prompt.Left)
    def _take_focus_back(self, event: Prompt.Left) -> None:
        event.stop()
        if event.has_focus:
            self.focus_first()

    @property
    def image_shown(self) -> int | None:
        """The image that the last arrow led to, before the grid's message of it too."""
        moved_to = self._body.grid.moved_to
        return self.session.chosen if moved_to is None else moved_to

    def _take_move(self) -> None:
        """Choose the image that was moved to; keys come by before the grid's message of it."""
        index = self._body.grid.moved_to
        if index is not None:
            self.look_at_image(index)
            self._body.grid.choose(self._body.grid.selected or 0)

    def _reason_against_index(self, text: str) -> str | None:
        return browse_words.reason_against_index(text, self.session.answers)

    async def _read_course(self) -> None:
        await self.browsing.course_reader.read()
        self._show_again()

    async def _ask(self) -> None:
        """Ask, and tell how far that is."""
        progress = Throttle(_PROGRESS_SECONDS, self.set_timer, self._show_again)
        try:
            await self.browsing.ask(progress.request)
        except RunError as error:
            self.say(str(error), is_error=True)
        self._show_again()

    def _show_again(self) -> None:
        """Show what came aside; not while another pane has the place, whose image is not to be moved."""
        if is_there(self) and self.display:
            self.show()

    def _show_image(self, answers: Answers, index: int | None) -> None:
        browsing = self.browsing
        why_empty = browsing.why_empty if index is None else ""
        self._body.show_image(answers, index, browsing.course, browsing.missing, why_empty)
        if index is not None and index != self.session.chosen:
            self.look_at_image(index)
