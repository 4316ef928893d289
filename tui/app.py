"""The app: a header, the panes, a line of keys; it owns the session, and panes speak to it by messages.

It paints its frame first: what needs NumPy is imported when that is on the screen.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.command import CommandPalette
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.commands import APP, BROWSE, of_pane
from tui.garbage import search_less
from tui.messages import (
    ConfigEdited,
    ImagesWanted,
    LookedElsewhere,
    OverlayAsked,
    RunChosen,
    Said,
)
from tui.options import AppOptions
from tui.palette import NameProvider, TableProvider
from tui.panes import import_all
from tui.panes.deck import Deck
from tui.screens.front import FrontScreen
from tui.terminal.display import ColorMode, Display
from tui.theme import QUIET

if TYPE_CHECKING:
    from nn.runs.store import RunDirectory
    from tui.loading import Loader
    from tui.session import Session
    from tui.steering import Steering

TICK_SECONDS, SLOW_TICK_SECONDS = 0.25, 1.0


class MnistApp(App[None]):
    """Keys come from the command table; whatever blocks is a worker that ends in a message or a call."""

    CSS_PATH = "app.tcss"
    TITLE = "mnist-tui"
    COMMANDS: ClassVar = {TableProvider, NameProvider}

    session: "Session"
    loader: "Loader"
    steering: "Steering"

    def __init__(self, make_session: "Callable[[], Session]", options: AppOptions, display: Display) -> None:
        """`make_session` is called once the frame is painted."""
        super().__init__(ansi_color=display.color is ColorMode.NONE)
        self.options = options
        self.display_mode = display
        self._make_session = make_session
        self.front = FrontScreen(display)
        self._changed = False
        self._furnished = False
        self._begun = asyncio.Event()
        self._busy = asyncio.Lock()
        self.animation_level = "none"
        for command in of_pane(APP):
            self._bindings.bind(command.keys, command.action, command.words, show=False)

    def get_default_screen(self) -> FrontScreen:
        """The screen below all others."""
        return self.front

    def on_mount(self) -> None:
        """What the frame is painted in; `on_front_screen_framed` fills it."""
        self.register_theme(QUIET)
        self.theme = "quiet" if self.display_mode.color.shows_greys else "ansi-dark"
        self.set_class(self.display_mode.ascii, "-ascii")
        self.set_class(self.options.low_bandwidth, "-low-bandwidth")
        self.set_interval(SLOW_TICK_SECONDS if self.options.low_bandwidth else TICK_SECONDS, self._tick)

    def on_front_screen_framed(self, _: FrontScreen.Framed) -> None:
        """Fill the frame, which has been painted."""
        self.run_worker(self._begin, group="begin")

    async def on_resize(self, event: events.Resize) -> None:
        """Wide or narrow, or too small to be of use; a frame that comes later finds the size itself."""
        if self.front.is_mounted:
            await self.front.fit(event.size.width, event.size.height)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Over a slow connection a text field's cursor does not blink."""
        if self.options.low_bandwidth and isinstance(event.widget, Input):
            event.widget.cursor_blink = False

    @property
    def is_ready(self) -> bool:
        """Whether the images are there, so that space would train."""
        return self._begun.is_set()

    @property
    def training(self) -> "RunDirectory | None":
        """The run on screen, while it trains."""
        return self.session.run if self._furnished and self.session.is_alive else None

    # panes

    @property
    def deck(self) -> Deck:
        """The panes."""
        return self.front.deck

    async def action_pane(self, number: int) -> None:
        """Go to a pane."""
        await self.front.turn_to(number)

    async def action_maximise(self) -> None:
        """Give the pane that has the focus the whole screen, or take it back."""
        await self.deck.maximise()

    def on_key(self, event: events.Key) -> None:
        """A key pressed before a text field took the focus that arrives after it belongs to that field.

        Any other does something else than what the last line tells of.
        """
        field = self.focused
        if isinstance(field, Input) and event.is_printable and event.character:
            event.prevent_default()
            field.replace(event.character, *sorted(field.selection))
        else:
            self.front.key_line.make_way()

    def on_deck_turned(self, _: Deck.Turned) -> None:
        """Other panes, other keys; drawn before they are painted, and anew once they have another size."""
        self.front.key_line.show_pane(self.deck.current)
        self._show()
        self.call_after_refresh(self.deck.show_resized)

    def _mark_changed(self) -> None:
        self._changed = True

    def _tick(self) -> None:
        if self._changed:
            self._show()
        elif self._furnished:
            self.deck.show_resized()
            if self.front.header.shows_wire_rate:
                self.front.header.show(self.session)

    async def _furnish(self) -> None:
        """Import what the frame could do without, and make the panes."""
        from nn.runs.environment import limit_threads
        from tui.loading import Loader
        from tui.steering import Steering

        limit_threads(1)  # what the app computes is small, and the worker needs the processors
        self.session = self._make_session()
        self.loader = Loader(self.session, self._mark_changed)
        self.steering = Steering(self.session, self.loader, self._follow, self._mark_changed)
        await self.deck.furnish(self.session)
        self._furnished = True

    def _show(self) -> None:
        """Draw what is visible as the session is now."""
        if not self._furnished:
            return
        self._changed = False
        if self.session.answers_are_old:
            self.session.refresh_answers()
        self.front.show(self.session)

    # images and runs

    async def _begin(self) -> None:
        """A run that goes on, or else the newest; then the images, in whose absence synthetic digits serve.

        Whoever presses space meanwhile waits for that, and no longer.
        """
        await self._furnish()
        alive_only = self.options.source is not None
        await self._attempt(lambda: self.steering.shown.adopt_newest(alive_only=alive_only))
        if self.session.run is None and (
            reason := await self.steering.attempt(self.loader.load_or_synthesize)
        ):
            self.exit(return_code=2, message=Text(self.display_mode.printable(reason)))
            return
        self._begun.set()
        self._show()
        await asyncio.to_thread(import_all)
        if not self.is_headless:  # a test looks at few panes, and goes on after the app
            self.run_worker(self._make_ready, group="begin")
        await self.loader.fetch_missing()

    async def _make_ready(self) -> None:
        await self.deck.make_rest()
        search_less()

    def on_unmount(self) -> None:
        """Give up a download that is under way."""
        if self._furnished:
            self.loader.leave()

    def _follow(self) -> None:
        self.run_worker(self._watch, group="follow", exclusive=True)

    async def _watch(self) -> None:
        """Follow the run; a log that cannot be read is no reason to fall over."""
        await self._attempt(self.steering.shown.follow)

    async def _attempt(self, deed: Callable[[], Awaitable[object]]) -> None:
        """Do something; what goes wrong is said, not raised."""
        if reason := await self.steering.attempt(deed):
            self.say(reason, is_error=True)

    async def _when_begun(self, deed: Callable[[], Awaitable[object]]) -> None:
        await self._begun.wait()
        async with self._busy:  # one deed after the other
            await self._attempt(deed)
        self._show()

    def _do(self, deed: Callable[[], Awaitable[object]]) -> None:
        """Do what a key asks for, in the background, as soon as there is something to do it to."""
        self.run_worker(partial(self._when_begun, deed), group="deeds")

    def action_steer(self, name: str) -> None:
        """Train, step, stop and the like: what `Steering.by_key` holds by this name."""
        self._do(lambda: self.steering.by_key[name]())

    # what panes say

    def on_config_edited(self, message: ConfigEdited) -> None:
        """Take the config, and change the run that trains where that can be."""

        async def edit() -> None:
            said = await self.steering.edit(message.config, message.preset)
            if said and not message.is_told:
                self.say(said)

        self._do(edit)

    async def on_images_wanted(self, message: ImagesWanted) -> None:
        """Show the images that pass a filter in Browse."""
        from tui.panes.browse import BrowsePane

        asker = self.deck.current
        await self.front.turn_to(BROWSE)
        pane = self.deck.pane(BROWSE)
        if isinstance(pane, BrowsePane):
            pane.look_at(message.chosen, asker=asker)

    def on_looked_elsewhere(self, _: LookedElsewhere) -> None:
        """Another image, set or epoch."""
        self._show()

    def on_run_chosen(self, message: RunChosen) -> None:
        """Open, resume, stop, delete or overlay a run."""
        self._do(lambda: self.steering.deed(message.path, message.deed))

    def on_overlay_asked(self, _: OverlayAsked) -> None:
        """The curves of the run before, or none."""
        self._do(self.steering.toggle_overlay)

    def on_said(self, message: Said) -> None:
        """Say it in the last line."""
        self.say(message.text, is_error=message.is_error)

    def say(self, text: str, *, is_error: bool = False) -> None:
        """A sentence in the last line."""
        self.front.key_line.say(text, is_error=is_error)

    async def action_help(self) -> None:
        """Explain what has the focus."""
        from tui.screens.help import HelpScreen, about
        from tui.screens.lesson import lesson_on

        session = self.session if self._furnished else None
        lesson = lesson_on(self.focused, session, self.display_mode)
        self.push_screen(HelpScreen(self.deck.current, about(self.focused), self.display_mode, lesson))

    def action_wire_rate(self) -> None:
        """How much goes to the terminal, in the header."""
        self.front.header.toggle_wire_rate()
        self._mark_changed()

    def action_repaint(self) -> None:
        """Something else has written on the screen."""
        from tui.terminal.thrifty_driver import ThriftyDriver

        if isinstance(self._driver, ThriftyDriver):
            self._driver.forget()
        self.refresh(layout=True)

    def action_help_quit(self) -> None:
        """Who presses ctrl+c wants to leave."""
        self.say("q quits; training goes on without the app")

    def action_command_palette(self) -> None:
        """Everything by name."""
        if not isinstance(self.screen, ModalScreen):  # it would act on what lies below that, unseen
            self.push_screen(CommandPalette(placeholder="Type a few letters"))
