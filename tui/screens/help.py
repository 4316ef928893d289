"""Help for what has the focus: what it is, its keys, and the keys that work everywhere."""

from textwrap import fill
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.dom import DOMNode

from tui.commands import APP, PANE_NAMES, of_pane
from tui.screens.lesson import LessonScreen
from tui.screens.page import PageScreen
from tui.terminal.display import Display

_WIDEST = 76
_AROUND = 6  # columns: the frame, a blank on both sides, the scrollbar


class HelpScreen(PageScreen):
    """What is shown stays as it is; Enter leads to a lesson, where there is one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "lesson", "The lesson on it", show=False)]
    DEFAULT_CSS = f"HelpScreen QuickScroll {{ width: {_WIDEST}; max-height: 90%; }}"

    def __init__(self, pane: int, about: str, display: Display, lesson: LessonScreen | None = None) -> None:
        """`about` explains the widget that has the focus; `lesson` goes on from there, on a key."""
        super().__init__("Help", display)
        self._pane, self._about, self._lesson = pane, display.printable(about), lesson

    def on_resize(self, _: events.Resize) -> None:
        """Other lines in another width."""
        width = min(self.size.width, _WIDEST) - _AROUND
        title = self._lesson.lesson.title if self._lesson else ""
        self.page.say(Content.from_rich_text(help_page(self._pane, self._about, width, title)))

    def action_lesson(self) -> None:
        """The lesson in place of the help, where there is one."""
        if self._lesson is not None:
            self.app.switch_screen(self._lesson)


def about(focused: DOMNode | None) -> str:
    """The help of what has the focus: its own `help_text`, or that of the nearest widget around it."""
    nodes = focused.ancestors_with_self if focused is not None else []
    return next((text for node in nodes if (text := getattr(node, "help_text", ""))), "")


def help_page(pane: int, about: str, width: int, lesson: str = "") -> Text:
    """What has the focus, a lesson's title where there is one, the pane's keys, then the app's.

    What a key does stands beside it, in lines that end within `width` columns.
    """
    text = Text(about.strip() + "\n" if about else "")
    if lesson:
        text.append("\n  Enter     ", "bold").append(f"A page on it: {lesson}\n")
    for title, number in ((f"Keys of {PANE_NAMES.get(pane, '')}", pane), ("Keys everywhere", APP)):
        commands = of_pane(number)
        if not commands:
            continue
        text.append(f"\n{title}\n", "bold")
        for command in commands:
            key = f"  {command.shown:<10}"
            lines = fill(key + command.words, width, subsequent_indent=" " * len(key))
            text.append(key, "bold").append(lines[len(key) :] + "\n")
    return text
