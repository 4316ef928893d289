"""A question at the foot of a pane: one line to type in and, under it, what is allowed or what is wrong.

Enter answers, but only with what passes the check; Esc leaves everything as it was, and so does a focus
that goes elsewhere.
"""

from collections.abc import Callable
from typing import ClassVar, Unpack

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tui.widgets.asking_line import AskingLine
from tui.widgets.options import WidgetOptions
from tui.widgets.words import Words


class Prompt(AskingLine):
    """Hidden until `ask`; `check` says in a sentence why a text is no answer, or None where it is one."""

    help_text: ClassVar[str] = (
        "A question: type the answer. The line below says what is allowed, or what is wrong with it. Enter "
        "answers, Esc leaves everything as it was."
    )
    DEFAULT_CSS = """
    Prompt { dock: bottom; height: auto; background: $surface; }
    Prompt Horizontal { height: 1; }
    Prompt #prompt-question { width: auto; margin-right: 1; color: $text-accent; text-style: bold; }
    Prompt #prompt-reason { height: auto; max-height: 3; color: $text-muted; }
    Prompt.-wrong #prompt-reason { color: $text-error; }
    """

    class Answered(Message):
        """The person gave `text` as the answer to `question`."""

        def __init__(self, question: str, text: str) -> None:
            super().__init__()
            self.question, self.text = question, text

    def __init__(self, **options: Unpack[WidgetOptions]) -> None:
        super().__init__(**options)
        self._question = ""
        self._hint = ""
        self._check: Callable[[str], str | None] = lambda _: None

    def compose(self) -> ComposeResult:
        """The question with its field, and the line of reasons."""
        with Horizontal():
            yield Words(id="prompt-question")
            yield Input(compact=True, select_on_focus=False)
        yield Words(id="prompt-reason")

    @property
    def reason(self) -> str:
        """What the line under the field says."""
        return self.query_one("#prompt-reason", Words).said

    def ask(self, question: str, text: str, hint: str, check: Callable[[str], str | None]) -> None:
        """Ask `question` with `text` in the field already; `hint` says what is allowed."""
        self._question, self._hint, self._check = question, hint, check
        self.query_one("#prompt-question", Words).say(question)
        self._judge(text)
        self._begin(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is wrong."""
        event.stop()
        self._judge(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, if it is one."""
        event.stop()
        if self._check(event.value) is None:
            self.action_leave()
            self.post_message(self.Answered(self._question, event.value))

    def _judge(self, text: str) -> None:
        reason = self._check(text) if text.strip() else None
        self.set_class(reason is not None, "-wrong")
        self.query_one("#prompt-reason", Words).say(reason or self._hint)
