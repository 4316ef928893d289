"""One lesson on a page of its own, over what it was asked about."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.dom import DOMNode

from mnist_data import DatasetError
from nn.config import Config
from nn.divergence import Diverged
from nn.runs.store import RunError
from tui.answering.current_network import Origin
from tui.lessons.catalogue import LESSONS
from tui.lessons.example import Example
from tui.screens.page import PageScreen
from tui.session import Session
from tui.stepping.load import next_step
from tui.terminal.display import Display
from tui.widgets.field_list import FieldList
from tui.widgets.presence import is_there


class LessonScreen(PageScreen):
    """The lesson's words, with the numbers of an example where there is one."""

    DEFAULT_CSS = "LessonScreen QuickScroll { width: 80; }"
    keys: ClassVar[str] = "Esc closes"

    def __init__(
        self,
        name: str,
        config: Config,
        display: Display,
        example: Example | None = None,
        *,
        find_example: Callable[[], Example | None] | None = None,
    ) -> None:
        """`name` is one of `LESSONS`; without an example `find_example` looks for one, in a thread."""
        self.lesson = LESSONS[name]
        super().__init__(self.lesson.title, display)
        self.example = example
        self._config = config
        self._find_example = find_example

    def on_mount(self) -> None:
        """Show it, and look for the numbers."""
        self._show()
        if self.example is None and self._find_example is not None:
            self.run_worker(self._look_for_example(self._find_example))

    async def _look_for_example(self, find: Callable[[], Example | None]) -> None:
        self.example = await asyncio.to_thread(find)
        if is_there(self):
            self._show()

    def _show(self) -> None:
        self.say(self.lesson.page(self._config, self.example))


def lesson_on(focused: DOMNode | None, session: Session | None, display: Display) -> LessonScreen | None:
    """The lesson that what has the focus names in its `lesson`; None where it names none."""
    name = getattr(focused, "lesson", "")
    if not name or session is None:
        return None
    # In Configure it is about the network being edited, elsewhere about that of the run.
    config = session.config if isinstance(focused, FieldList) else session.shown_config
    find: Callable[[], Example | None] = getattr(focused, "find_example", lambda: None)
    return LessonScreen(name, config, display, find(), find_example=partial(_example_of, session, config))


def _example_of(session: Session, config: Config) -> Example | None:
    """In the next step of a network: of the run where it is the run's, else its first one."""
    dataset = session.dataset
    is_the_runs = session.run is not None and session.run_config == config
    try:
        if dataset is None:
            return None
        origin = Origin.of(session) if is_the_runs else Origin(None, config, 0)
        return Example.of_step(next_step(origin, dataset))
    except (DatasetError, RunError, Diverged, ValueError):
        return None  # the lesson then does with the config's numbers
