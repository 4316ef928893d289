"""The app: one header, panes, one line of keys; it owns the session, and panes speak to it by messages.

Wide, Configure stays on the left and the other panes share the right; narrow, one pane has the screen.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Container, Horizontal
from textual.theme import Theme

from mnist_data import DatasetError
from tui.commands import APP, BROWSE, CONFIGURE, PANE_NAMES, TRAIN, of_pane
from tui.display import ColorMode, Display
from tui.loading import Loader
from tui.messages import (
    ConfigEdited,
    EpochChosen,
    ImageChosen,
    ImagesWanted,
    OverlayAsked,
    RunChosen,
    Said,
    SetChosen,
)
from tui.options import AppOptions
from tui.palette import TableProvider
from tui.panes import create
from tui.panes.base import Pane
from tui.session import Session
from tui.steering import PROBLEMS, RATE_DOWN, RATE_UP, Steering
from tui.widgets.header import Header
from tui.widgets.key_line import KeyLine

WIDE = 118
SMALLEST = (60, 20)
TICK_SECONDS, SLOW_TICK_SECONDS = 0.25, 1.0
QUIET = Theme(
    name="quiet",
    primary="#6cb6ff",
    secondary="#8a8a8a",
    accent="#6cb6ff",
    warning="#f0a35e",
    error="#ff7b72",
    success="#8ec07c",
    foreground="#d0d0d0",
    background="#101010",
    surface="#161616",
    panel="#242424",
    dark=True,
)


class MnistApp(App[None]):
    """Keys come from the command table; whatever blocks is a worker that ends in a message or a call."""

    CSS_PATH = "app.tcss"
    TITLE = "mnist-tui"
    COMMANDS: ClassVar = {TableProvider}
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, session: Session, options: AppOptions, display: Display) -> None:
        super().__init__(ansi_color=display.color is ColorMode.NONE)
        self.session = session
        self.options = options
        self.display_mode = display
        self.loader = Loader(session, self._mark_changed)
        self.steering = Steering(session, self.loader, self._follow, self._mark_changed)
        self.current = TRAIN
        self._changed = True
        self._busy = asyncio.Lock()
        self.animation_level = "none"
        for command in of_pane(APP):
            self._bindings.bind(command.keys, command.action, command.words, show=False)

    def compose(self) -> ComposeResult:
        """Header, body, keys; panes are made when they are first looked at."""
        yield Header(self.session, self.display_mode)
        with Horizontal(id="body"):
            yield Container(id="left")
            yield Container(id="right")
        yield KeyLine()

    async def on_mount(self) -> None:
        """Show Configure and Train, then look for images and for a run that goes on."""
        self.register_theme(QUIET)
        self.theme = "quiet" if self.display_mode.color.shows_greys else "ansi-dark"
        self.set_class(self.display_mode.ascii, "-ascii")
        await self._lay_out()
        self.set_interval(SLOW_TICK_SECONDS if self.options.low_bandwidth else TICK_SECONDS, self._tick)
        self.call_after_refresh(self.run_worker, self._begin, group="begin")

    async def on_resize(self, event: events.Resize) -> None:
        """Wide or narrow, or too small to be of use."""
        self.set_class(event.size.width < WIDE, "-narrow")
        self.set_class(event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1], "-tiny")
        await self._lay_out()

    # panes

    def pane(self, number: int) -> Pane | None:
        """A pane, where it was looked at already."""
        found = self.query(f"#pane{number}").results(Pane)
        return next(iter(found), None)

    async def action_pane(self, number: int) -> None:
        """Go to a pane."""
        self.current = number
        await self._lay_out()
        pane = self.pane(number)
        if pane is not None:
            pane.focus_first()

    def action_maximise(self) -> None:
        """Give the pane that has the focus the whole screen, or take it back."""
        self.toggle_class("-maximised")
        self._changed = True

    async def _lay_out(self) -> None:
        """Mount what is to be seen and hide the rest; in the wide layout Configure is always to be seen."""
        wide = not self.has_class("-narrow")
        self.set_class(self.current == CONFIGURE, "-configuring")
        right = TRAIN if self.current == CONFIGURE and wide else self.current
        for number in {CONFIGURE, right} if wide else {self.current}:
            if self.pane(number) is None:
                side = "#left" if number == CONFIGURE else "#right"
                await self.query_one(side).mount(create(number, self.session, self.display_mode))
        for pane in self.query(Pane):
            pane.display = pane.number in ((CONFIGURE, right) if wide else (self.current,))
            pane.border_subtitle = self._other_panes(pane.number)
        self.query_one(KeyLine).show_pane(self.current)
        self.call_after_refresh(self._show)

    def _other_panes(self, number: int) -> str:
        names = [f"{other} {name}" for other, name in PANE_NAMES.items() if other not in (number, CONFIGURE)]
        return "  ".join(names) if number != CONFIGURE else ""

    def _mark_changed(self) -> None:
        self._changed = True

    def _tick(self) -> None:
        if self._changed:
            self._show()

    def _show(self) -> None:
        """Draw what is visible as the session is now."""
        self._changed = False
        if self.session.answers_are_old:
            self.session.refresh_answers()
        self.query_one(Header).show()
        for pane in self.query(Pane):
            if pane.display and pane.is_mounted:
                pane.show()

    # images and runs

    async def _begin(self) -> None:
        """A run that goes on, or else the newest; then the images, in whose absence synthetic digits serve."""
        named = self.options.source is not None
        await self._guarded(lambda: self.steering.adopt_newest(alive_only=named))
        if self.session.run is None:
            try:
                await self.loader.load_or_synthesize()
            except DatasetError as error:
                self.exit(return_code=2, message=str(error))

    def on_unmount(self) -> None:
        """Give up a download that is under way."""
        self.loader.leave()

    def _follow(self) -> None:
        self.run_worker(self.steering.follow, group="follow", exclusive=True)

    async def _guarded(self, deed: Callable[[], Awaitable[object]]) -> None:
        """Do one thing after the other; what goes wrong is said, not raised."""
        async with self._busy:
            try:
                await deed()
            except PROBLEMS as error:
                self.say(str(error), is_error=True)
        self._show()

    def _do(self, deed: Callable[[], Awaitable[object]]) -> None:
        self.run_worker(partial(self._guarded, deed), group="deeds")

    def action_train(self) -> None:
        """Start, pause or go on."""
        self._do(self.steering.train)

    def action_step(self) -> None:
        """One batch."""
        self._do(self.steering.step)

    def action_epoch(self) -> None:
        """To the end of the epoch."""
        self._do(self.steering.epoch)

    def action_again(self) -> None:
        """From the beginning."""
        self._do(lambda: self.steering.again(new_seed=False))

    def action_again_new_seed(self) -> None:
        """From the beginning with another seed."""
        self._do(lambda: self.steering.again(new_seed=True))

    def action_stop(self) -> None:
        """Save and end the worker."""
        self._do(self.steering.stop)

    def action_rate_down(self) -> None:
        """A smaller rate."""
        self._do(lambda: self.steering.change_rate(RATE_DOWN))

    def action_rate_up(self) -> None:
        """A larger rate."""
        self._do(lambda: self.steering.change_rate(RATE_UP))

    # what panes say

    def on_config_edited(self, message: ConfigEdited) -> None:
        """Take the config, and change the run that trains where that can be."""

        async def edit() -> None:
            said = await self.steering.edit(message.config, message.preset)
            if said:
                self.say(said)

        self._do(edit)

    async def on_images_wanted(self, message: ImagesWanted) -> None:
        """Show the images of a cell in Browse."""
        from tui.panes.browse import BrowsePane

        await self.action_pane(BROWSE)
        pane = self.pane(BROWSE)
        if isinstance(pane, BrowsePane):
            pane.show_cell(message.true, message.predicted)

    def on_image_chosen(self, message: ImageChosen) -> None:
        """Look at an image."""
        self.session.chosen = message.index
        self._show()

    def on_set_chosen(self, message: SetChosen) -> None:
        """Look at another set."""
        self.session.set_name, self.session.chosen, self.session.answers_are_old = message.set_name, 0, True
        self._show()

    def on_epoch_chosen(self, message: EpochChosen) -> None:
        """Look at the answers of another epoch."""
        self.session.epoch, self.session.answers_are_old = message.epoch, True
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
        self.query_one(KeyLine).say(text, is_error=is_error)

    async def action_help(self) -> None:
        """Explain what has the focus."""
        from tui.screens.help import HelpScreen

        focused = self.focused
        about = (type(focused).__doc__ or "") if focused is not None else ""
        self.push_screen(HelpScreen(self.current, getattr(focused, "help_text", about)))
