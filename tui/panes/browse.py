"""Browse: one image large with the network's answer, and the others small, filtered and ordered.

It follows the training: when the answers change, the image looked at stays and its answer moves.
"""

from functools import cached_property, partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.answering import filter_words
from tui.answering.answers import Answers, Filter, Order, Selection
from tui.answering.image_words import caption, facts
from tui.answering.looking import epoch_words, missing_words, next_set, scrub
from tui.choices import SetName
from tui.commands import BROWSE
from tui.messages import ImageChosen, Said, SetChosen
from tui.panes.base import Pane
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.digit import Digit
from tui.widgets.digit_grid import DigitGrid, Tile
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.prompt import Prompt
from tui.widgets.thumbnails import Thumbnails
from tui.widgets.words import Words

SETS: tuple[SetName, ...] = ("test", "validation", "train")
_TALL = 23  # rows: one for the head, 14 for the large digit, 8 for a row of thumbnails
_SLIM = 76  # columns: digit, bars and one column of thumbnails side by side
_FILTER, _GO = "filter", "go to image"


class BrowsePane(Pane):
    """Reads the session's set, epoch and chosen image; filter and order are its own."""

    number: ClassVar[int] = BROWSE
    DEFAULT_CSS = """
    BrowsePane { layers: base prompt; }
    BrowsePane #browse-head { height: 1; color: $text-muted; text-wrap: nowrap; }
    BrowsePane #browse-body { layout: horizontal; height: 1fr; }
    BrowsePane #browse-one { width: 60%; min-width: 58; height: 100%; }
    BrowsePane #browse-answer { width: 1fr; height: 100%; margin-left: 2; }
    BrowsePane #browse-facts { height: 1fr; }
    BrowsePane DigitGrid { width: 1fr; height: 100%; margin-left: 2; }
    BrowsePane.-slim DigitGrid { width: 0; margin: 0; }
    BrowsePane.-slim #browse-one { width: 100%; min-width: 0; }
    BrowsePane.-tall #browse-body { layout: vertical; }
    BrowsePane.-tall #browse-one { width: 100%; max-width: 100; height: 14; }
    BrowsePane.-tall DigitGrid { width: 1fr; height: 1fr; margin-left: 0; }
    BrowsePane Prompt { layer: prompt; }
    """

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.filter = Filter()
        self.order = Order.INDEX
        self._drawn: tuple[Answers, Selection] | None = None
        self._selection: Selection | None = None
        self._selected_by: tuple[Answers, Filter, Order] | None = None

    def compose(self) -> ComposeResult:
        """The head, the large image with its answer, the small ones, and the prompt over the foot."""
        yield Words(id="browse-head")
        with Vertical(id="browse-body"):
            with Horizontal(id="browse-one"):
                yield Digit(display=self.display_mode)
                with Vertical(id="browse-answer"):
                    yield ProbabilityBars(display=self.display_mode)
                    yield Words(id="browse-facts")
            yield DigitGrid(display=self.display_mode)
        yield Prompt()

    def focus_first(self) -> None:
        """Take the focus on the small images, or keep it in the prompt."""
        if not self._prompt.is_asking:
            self._grid.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Thumbnails below where there is room, beside the bars where there is not."""
        self.set_class(event.size.height >= _TALL, "-tall")
        self.set_class(event.size.width < _SLIM, "-slim")
        self._thumbnails.forget()

    def show(self) -> None:
        """Draw the image chosen; where it does not pass the filter, the nearest, and say so to the app."""
        answers = self.session.answers
        if answers is None:
            self._show_nothing()
            return
        selection = self._select(answers)
        place = selection.place(self.session.chosen)
        self._show_grid(answers, selection, place or 0)
        self._show_image(answers, None if place is None else int(selection.indices[place]))
        self._head.say(self._head_words(answers, selection, place))

    def show_cell(self, true: int | None, predicted: int | None) -> None:
        """Look at the images of one cell of the confusion matrix; all the wrong ones where both are None."""
        is_all = true is None and predicted is None
        self._look_at(Filter(true, predicted, right=False if is_all else None))

    def action_step(self, by: int) -> None:
        """Choose the image `by` places on in the order."""
        answers = self.session.answers
        if answers is None:
            return
        selection = self._select(answers)
        place = selection.place(self.session.chosen)
        if place is not None and 0 <= place + by < len(selection):
            self.post_message(ImageChosen(int(selection.indices[place + by])))

    def action_move(self, right: int, down: int) -> None:
        """Move among the small images, wherever the focus is."""
        self._grid.action_move(right, down)

    def action_turn(self, pages: int) -> None:
        """Turn pages of small images, wherever the focus is."""
        self._grid.action_turn(pages)

    def action_order(self) -> None:
        """The next order."""
        self.order = self.order.following
        self.show()

    def action_filter(self) -> None:
        """Ask for a filter."""
        self._prompt.ask(
            _FILTER,
            filter_words.words(self.filter),
            f"{filter_words.ALLOWED}; empty: all",
            filter_words.reason_against,
        )

    def action_clear(self) -> None:
        """Let all images pass again."""
        self._look_at(Filter())

    def action_go(self) -> None:
        """Ask for an index."""
        self._prompt.ask(_GO, "", self._range_words(), self._reason_against_index)

    def action_set(self) -> None:
        """The next set of images."""
        self.post_message(SetChosen(next_set(self.session.set_name, SETS)))

    def action_scrub(self, by: int) -> None:
        """The answers of an earlier or a later epoch."""
        self.post_message(scrub(self.session, by))

    def on_digit_grid_selected(self, event: DigitGrid.Selected) -> None:
        """Choose the image that was moved to."""
        event.stop()
        if self._selection is not None:
            self.post_message(ImageChosen(int(self._selection.indices[event.index])))

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Filter, or go to an image; one that does not pass the filter clears it."""
        event.stop()
        if event.question == _FILTER:
            self._look_at(filter_words.parse(event.text))
            return
        answers, index = self.session.answers, int(event.text)
        if answers is None or self._reason_against_index(event.text):
            return  # another set came while the prompt was open
        if not self.filter.passes(answers)[index]:
            self.filter = Filter()
            self.post_message(Said(f"Filter cleared: image {index} did not pass it."))
        self.post_message(ImageChosen(index))

    @on(Prompt.Left)
    def _take_focus_back(self, event: Prompt.Left) -> None:
        event.stop()
        self._grid.focus()

    @property
    def _grid(self) -> DigitGrid:
        return self.query_one(DigitGrid)

    @cached_property
    def _thumbnails(self) -> Thumbnails:
        return Thumbnails(self._grid)

    @property
    def _prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def _head(self) -> Words:
        return self.query_one("#browse-head", Words)

    def _look_at(self, chosen: Filter) -> None:
        self.filter = chosen
        self.show()

    def _select(self, answers: Answers) -> Selection:
        """Filtered and ordered once for as long as nothing changes."""
        by = (answers, self.filter, self.order)
        if self._selection is None or self._selected_by != by:
            self._selection, self._selected_by = Selection.of(*by), by
        return self._selection

    def _show_nothing(self) -> None:
        self._drawn = self._selection = self._selected_by = None
        self._head.say(missing_words(self.session))
        self._thumbnails.clear()
        self.query_one(Digit).image = None
        self.query_one(ProbabilityBars).set_probabilities(None)
        self.query_one("#browse-facts", Words).say("")

    def _show_grid(self, answers: Answers, selection: Selection, place: int) -> None:
        if (answers, selection) == self._drawn:
            self._grid.select(place)
            return
        self._drawn = answers, selection
        self._thumbnails.show(len(selection), partial(self._tile, answers, selection), place)

    def _tile(self, answers: Answers, selection: Selection, place: int) -> Tile:
        index = int(selection.indices[place])
        return Tile(answers.images[index], caption(answers, index, self.display_mode.marks))

    def _show_image(self, answers: Answers, index: int | None) -> None:
        digit, bars = self.query_one(Digit), self.query_one(ProbabilityBars)
        words = self.query_one("#browse-facts", Words)
        if index is None:
            digit.image = None
            bars.set_probabilities(None)
            words.say(self._why_empty(answers))
            return
        digit.image = answers.images[index]
        shares = None if answers.probabilities is None else answers.probabilities[index].tolist()
        bars.set_probabilities(shares, int(answers.labels[index]))
        told = facts(answers, index, self.display_mode.marks)
        words.say("\n".join([*told, missing_words(self.session) or epoch_words(self.session)]))
        if index != self.session.chosen:
            self.post_message(ImageChosen(index))

    def _why_empty(self, answers: Answers) -> str:
        missing = missing_words(self.session)
        if not len(answers):
            return missing
        if missing and self.filter.asks_for_answers:
            return f"No image passes the filter: {missing}. c clears it, f changes it."
        return "No image passes the filter: c clears it, f changes it."

    def _head_words(self, answers: Answers, selection: Selection, place: int | None) -> str:
        chosen = filter_words.words(self.filter)
        where = f"{0 if place is None else place + 1:,} of {len(selection):,}"
        order = Order.INDEX if answers.probabilities is None else self.order
        dot = " | " if self.display_mode.ascii else " · "
        return dot.join([answers.set_name, where, order, f"only {chosen}" if chosen else "all"])

    def _reason_against_index(self, text: str) -> str | None:
        answers = self.session.answers
        stripped = text.strip()
        if answers and stripped.isdecimal() and stripped.isascii() and int(stripped) < len(answers):
            return None
        return f"'{stripped}' is no image: {self._range_words()}"

    def _range_words(self) -> str:
        count = len(self.session.answers) if self.session.answers else 0
        return f"a number, 0 to {count - 1}" if count else "there are no images"
