"""Where the panes lie: wide, Configure on the left and another on the right; narrow or full screen, one.

A pane is made when it is first looked at or, once the app has time for it, before that. One that is not to
be seen is not drawn.
"""

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from tui.commands import CONFIGURE, PANE_NAMES, TRAIN
from tui.panes import create
from tui.panes.base import Pane
from tui.panes.frame import other_panes, title
from tui.terminal.display import Display
from tui.widgets.presence import is_there

if TYPE_CHECKING:
    from tui.session import Session

WIDE = 118
SMALLEST = (60, 20)
ASIDE = "-aside"  # the class of a pane that is beside the screen
_LAYOUT_SECONDS = 0.1  # that a pane made ahead has for its layout, and in which keys are answered


class Deck(Horizontal):
    """`current` is the pane that has the keys; `is_cramped` says that there is no room for any.

    Below the panes nothing is to be seen: what is hidden need not be painted with each change above it.
    """

    DEFAULT_CSS = """
    Deck { height: 1fr; visibility: hidden; }
    Deck .pane, Deck.-bare > Container { visibility: visible; }
    Deck > Container { width: 1fr; height: 1fr; layers: default aside; }
    Deck .pane.-aside { layer: aside; offset: 0 100vh; }
    Deck > #left { width: 40; }
    Deck.-single > #left { width: 1fr; }
    Deck.-bare > Container { border: round $panel-lighten-2; border-title-color: $text-muted; }
    """

    class Turned(Message):
        """Another pane has the keys, or other panes are to be seen."""

    def __init__(self, display: Display) -> None:
        super().__init__(classes="-bare")
        self.current = TRAIN
        self.is_maximised = False
        self.is_wide = False
        self.is_cramped = False
        self._right = TRAIN
        self._session: Session | None = None
        self._making = asyncio.Lock()
        self._is_laid_out = False
        self._drawn_sizes: dict[int, list[Size]] = {}
        self._display_mode = display

    def compose(self) -> ComposeResult:
        """Two sides, framed like the panes that come later."""
        for side, number in (("left", CONFIGURE), ("right", TRAIN)):
            container = Container(id=side)
            container.border_title = title(number, is_lit=False)
            yield container

    async def furnish(self, session: "Session") -> None:
        """Make the panes that are to be seen; before that there are only their frames."""
        self._session = session
        self.remove_class("-bare")
        await self.turn_to(self.current)

    async def make_rest(self) -> None:
        """Make the panes that nobody has looked at yet, which is most of what the first look costs.

        Each is laid out beside the screen in the size that it will have, and then hidden; only made, where
        its side of the screen is not to be seen.
        """
        for number in PANE_NAMES:
            if not is_there(self):  # the app may end in between
                return
            pane = await self._make(number)
            if pane is not None and not pane.size and self._side(number).display and not self.is_cramped:
                await self._lay_out_aside(pane)

    async def _lay_out_aside(self, pane: Pane) -> None:
        pane.add_class(ASIDE)
        pane.display = True
        await asyncio.sleep(_LAYOUT_SECONDS)
        pane.display = pane.number in self.seen
        pane.remove_class(ASIDE)

    @property
    def seen(self) -> tuple[int, ...]:
        """The numbers of the panes that are to be seen."""
        return (CONFIGURE, self._right) if self.is_wide and not self.is_maximised else (self.current,)

    @property
    def panes(self) -> list[Pane]:
        """Those that are made; found without a walk through all that is in them."""
        return [pane for side in self.children for pane in side.children if isinstance(pane, Pane)]

    def pane(self, number: int) -> Pane | None:
        """A pane, where it is made."""
        return next((pane for pane in self.panes if pane.number == number), None)

    async def fit(self, width: int, height: int) -> None:
        """The terminal has so many columns and rows.

        Where they are too few, all stays as it is: a pane that is hidden loses the focus and what was typed.
        """
        self.is_cramped = is_too_small(width, height)
        if self.is_cramped:
            return
        self.is_wide = width >= WIDE
        await self._lay_out()
        pane = self.pane(self.current)
        if pane is not None and pane.display and self.screen.focused is None:
            pane.focus_first()

    async def turn_to(self, number: int) -> None:
        """Give a pane the keys and the focus."""
        self._take(number)
        await self._lay_out()
        pane = self.pane(number)
        if pane is not None and pane.display:
            pane.focus_first()

    async def maximise(self) -> None:
        """Give the pane that has the keys the whole screen, or take it back."""
        self.is_maximised = not self.is_maximised
        await self._lay_out()

    def on_mount(self) -> None:
        """Sizes are taken again only after a layout, for each is asked of the compositor."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._mark_laid_out, immediate=True)

    def show(self) -> None:
        """Draw what is to be seen; a pane that is not composed yet is drawn when it is."""
        self._take_resized()
        for pane in self._shown:
            pane.show()

    def show_resized(self) -> None:
        """Draw what is to be seen and has another size than when it was drawn, or has it in a part.

        What was mounted while Textual scrolled something else gets its size without a word: no Resize comes.
        """
        for pane in self._take_resized():
            pane.show()

    def _mark_laid_out(self, _: Screen[None]) -> None:
        """Not drawn from here: a pane that is laid out anew by being drawn would be drawn without end."""
        self._is_laid_out = True

    def _take_resized(self) -> list[Pane]:
        """What is to be seen and has other sizes than it was drawn in, which are taken for drawn now."""
        if not self._is_laid_out:
            return []
        self._is_laid_out = False
        before, sizes = self._drawn_sizes, {pane.number: _sizes(pane) for pane in self._shown}
        self._drawn_sizes = before | sizes
        return [pane for pane in self._shown if sizes[pane.number] != before.get(pane.number)]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keys are those of the pane that has the focus, however it came by it."""
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        # A late event of a focus that has moved on since says nothing.
        if pane is None or not event.widget.has_focus or pane.number not in self.seen:
            return
        if pane.number != self.current:
            self._take(pane.number)
            self._mark()
            self.post_message(self.Turned())

    def _take(self, number: int) -> None:
        self.current = number
        if number != CONFIGURE:
            self._right = number

    @property
    def _shown(self) -> list[Pane]:
        """The panes that are to be seen, as far as they are composed; none where another screen says that
        there is no room, and none while the app goes.

        The clock still ticks then, and a pane loses what is in it before it is gone itself.
        """
        if self.is_cramped or not is_there(self):
            return []
        return [pane for pane in self.panes if pane.number in self.seen and pane.is_mounted]

    async def _lay_out(self) -> None:
        """Mount what is to be seen and hide the rest."""
        for number in self.seen:
            await self._make(number)
        for pane in self.panes:
            pane.display = pane.number in self.seen
            pane.remove_class(ASIDE)
        # What is hidden has no size, and is drawn in none when it comes back: so once more after the layout.
        self._drawn_sizes = {number: self._drawn_sizes.get(number, []) for number in self.seen}
        left, right = self.children
        left.display = CONFIGURE in self.seen
        right.display = any(number != CONFIGURE for number in self.seen)
        self.set_class(len(self.seen) == 1, "-single", update=False)
        self.app.stylesheet.update_nodes([left])  # and not all that is in the panes
        self._mark()
        self.post_message(self.Turned())

    async def _make(self, number: int) -> Pane | None:
        """A pane, made where it is not there yet and hidden where it is not to be seen.

        One after the other: who asks for one that is just being made gets it with all that is in it.
        """
        async with self._making:
            pane = self.pane(number)
            if pane is None and self._session is not None:
                pane = create(number, self._session, self._display_mode)
                pane.border_subtitle = other_panes(number)
                pane.display = number in self.seen
                await self._side(number).mount(pane)
            return pane

    def _side(self, number: int) -> Widget:
        """Where a pane lies, at the left or at the right."""
        return self.children[0 if number == CONFIGURE else 1]

    def _mark(self) -> None:
        """Light the frame of the pane that has the keys.

        Nothing in the pane may be styled or drawn anew for it, as with `:focus-within` or another
        `border-title-color`: that takes half the time in which another pane is to be seen.
        """
        for pane in self.panes:
            if pane.has_class("-current") != (pane.number == self.current):
                pane.set_class(pane.number == self.current, "-current", update=False)
                pane.border_title = title(pane.number, is_lit=pane.number == self.current)
                self.app.stylesheet.update_nodes([pane])


def is_too_small(width: int, height: int) -> bool:
    """Whether a terminal has no room for any pane."""
    return width < SMALLEST[0] or height < SMALLEST[1]


def _sizes(pane: Pane) -> list[Size]:
    """Of all that is in it and of itself; what is drawn may depend on any of them."""
    return [node.size for node in pane.walk_children(Widget, with_self=True)]
