"""The gradient check on screen: tensor by tensor, right or wrong, and with a mistake planted on purpose."""

import asyncio
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from nn.config import Config
from nn.explain.planted_mistakes import MISTAKES, Mistake
from nn.gradient_check import TensorCheck, checks, tensor_count
from nn.presets import find
from nn.settings import ConfigError
from tui.session import Session
from tui.stepping import gradient_words
from tui.stepping.gradient_words import PUBLISHED
from tui.terminal.display import Display
from tui.widgets.presence import is_there
from tui.widgets.quick_scroll import QuickScroll
from tui.widgets.words import Words

KEYS = "1 2 plant a mistake  0 none  r again  Esc closes"


class GradientCheckScreen(ModalScreen[None]):
    """`results` are the tensors checked so far, `is_done` says whether all are.

    `is_elsewhere` says that the mistake did not show in the network at hand, and was planted in another.
    """

    DEFAULT_CSS = """
    GradientCheckScreen { background: $background; }
    GradientCheckScreen #about { color: $text-muted; margin-bottom: 1; }
    GradientCheckScreen #verdict { text-style: bold; }
    GradientCheckScreen QuickScroll { height: 1fr; scrollbar-size: 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "check", "Check again", show=False),
        Binding("0", "plant(-1)", "No mistake", show=False),
        Binding("1", "plant(0)", "The first mistake", show=False),
        Binding("2", "plant(1)", "The second mistake", show=False),
        Binding("escape,q", "dismiss", "Close", show=False),
    ]

    def __init__(self, session: Session, display: Display) -> None:
        """`session` is read, never written: the network checked is that of its run, or else of its config."""
        super().__init__()
        self.session = session
        self.display_mode = display
        self.mistake: Mistake | None = None
        self.results: list[TensorCheck] = []
        self.is_done = self.is_elsewhere = False
        self._count = 0

    def compose(self) -> ComposeResult:
        """What is done, the tensors, and what it says."""
        with Vertical(classes="framed") as frame:
            frame.border_title = "Gradient check"
            frame.border_subtitle = KEYS
            yield Words(id="about")
            with QuickScroll():
                yield Words(id="rows")
            yield Words(id="verdict")

    def on_mount(self) -> None:
        """Check at once; arrows scroll the rows."""
        self.query_one(QuickScroll).focus()
        self.action_check()

    def action_check(self) -> None:
        """From the beginning."""
        self.run_worker(self._check(), group="check", exclusive=True)

    def action_plant(self, number: int) -> None:
        """Plant a mistake, or none, and check again."""
        self.mistake = MISTAKES[number] if number >= 0 else None
        self.action_check()

    async def _check(self) -> None:
        """Each tensor is shown when it is known. A mistake that does not show here is planted elsewhere."""
        self.is_done = self.is_elsewhere = False
        try:
            await self._check_all(self.session.shown_config)
            if self.mistake is not None and all(row.passed for row in self.results):
                self.is_elsewhere = True
                await self._check_all(find(PUBLISHED).config)
        except ConfigError as error:
            if is_there(self):
                self.query_one("#verdict", Words).say(self.display_mode.printable(str(error)))
            return
        self.is_done = True
        self._show()

    async def _check_all(self, config: Config) -> None:
        """In a thread, a tensor at a time, so that a check that is given up ends after the one it is at."""
        self.results, self._count = [], tensor_count(config)
        self._show()
        found = checks(config, self.mistake.plant if self.mistake else None)
        while (result := await asyncio.to_thread(_next, found)) is not None:
            self.results.append(result)
            self._show()

    def _show(self) -> None:
        """The tensors so far, and what they say together."""
        if not is_there(self):
            return
        self.query_one("#about", Words).say(
            gradient_words.about(self.mistake, is_elsewhere=self.is_elsewhere)
        )
        self.query_one("#rows", Words).say(gradient_words.table(self.results, self.display_mode))
        verdict = f"checking, {len(self.results)} of {self._count} tensors are done"
        if self.is_done:
            verdict = gradient_words.verdict(self.results, self.mistake)
        self.query_one("#verdict", Words).say(verdict)


def _next(found: Iterator[TensorCheck]) -> TensorCheck | None:
    with np.errstate(all="ignore"):
        return next(found, None)
