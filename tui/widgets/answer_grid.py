"""Small images of a selection, each with its true digit and the answer under it."""

from functools import cached_property, partial
from typing import ClassVar, Unpack

from tui.answering.answers import Answers, Selection
from tui.answering.image_words import caption
from tui.terminal.display import Display
from tui.widgets.digit_grid import DigitGrid, Tile
from tui.widgets.options import WidgetOptions
from tui.widgets.thumbnails import Thumbnails


class AnswerGrid(DigitGrid):
    """Shows the selection that it was given last; the same one again only moves what is selected."""

    help_text: ClassVar[str] = (
        f"{DigitGrid.help_text} The words of a filter: new-right and new-wrong "
        "compare with the kept epoch before the one looked at; forgotten 2 was right and then wrong at least "
        "twice; on raters-disagree five people did not agree (MNIST's own test set alone). Entropy is "
        "-sum p ln p: 0 where the network is sure, 2.303 where all digits are alike to it."
    )

    def __init__(self, *, display: Display, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(display=display, **options)
        self._shown: tuple[Answers, Selection] | None = None
        self._given: int | None = None

    @property
    def moved_to(self) -> int | None:
        """The image that a person has moved to since a place was given last; None where nobody moved."""
        if self._shown is None or self.selected is None or self.selected == self._given:
            return None
        return int(self._shown[1].indices[self.selected])

    def choose(self, place: int) -> None:
        """Select the image at a place of the selection."""
        self.select(place)
        self._given = self.selected

    def show_answers(self, answers: Answers, selection: Selection, place: int) -> None:
        """Show the images of a selection, the one at `place` selected."""
        if (answers, selection) == self._shown:
            self.choose(place)
            return
        self._shown = answers, selection
        self._thumbnails.show(len(selection), partial(self._caption, answers, selection), place)
        self._given = self.selected

    def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        self._thumbnails.clear()

    @cached_property
    def _thumbnails(self) -> Thumbnails:
        return Thumbnails(self)

    def _caption(self, answers: Answers, selection: Selection, place: int) -> Tile:
        index = int(selection.indices[place])
        return Tile(answers.images[index], caption(answers, index, self.display_mode.marks))
