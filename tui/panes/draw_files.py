"""Draw's files: saves and opens drawings, has them evaluated and trained on, and says what came of it.

It is the line that asks for a picture's path. Whatever blocks is the desk's, one deed after the other.
"""

from collections.abc import Awaitable
from typing import ClassVar

from textual.message import Message

from mnist_data import DatasetError
from mnist_data.errors import printable
from nn.runs.store import RunError
from tui.answering.current_network import Origin
from tui.cli.errors import UsageError
from tui.drawing.desk import Desk, Picture
from tui.drawing.sketch import Sketch
from tui.editing.edits import preset_of
from tui.messages import ConfigEdited, Said
from tui.paths import person_path
from tui.session import Session
from tui.widgets.path_prompt import PathPrompt

OPEN = "Open picture"


class DrawFiles(PathPrompt):
    """Each method returns at once; what was done, or what went wrong, is said when it is known."""

    help_text: ClassVar[str] = "Type the path of a PNG or JPEG; ~ is your home. Enter takes it, Esc leaves."

    class Opened(Message):
        """A picture was read."""

        def __init__(self, picture: Picture) -> None:
            self.picture = picture
            super().__init__()

    def __init__(self, session: Session, desk: Desk) -> None:
        """`session` is read for its network and its images."""
        super().__init__()
        self._session = session
        self._desk = desk

    def save(self, sketch: Sketch) -> None:
        """Save the drawing under its label."""
        self._do(self._desk.save(sketch.pad.ink, sketch.label, sketch.pad.held_out))

    def ask_for_picture(self) -> None:
        """Ask for the path of a picture to open."""
        self.ask(OPEN, f"{self._desk.folder}/")

    def evaluate(self) -> None:
        """How many of the saved drawings the network reads right."""
        self._do(self._desk.evaluate(Origin.of(self._session)))

    def add_to_training(self) -> None:
        """The config names a folder with the saved drawings among the training images."""
        self._say("writing the training images with your drawings among them")
        self._do(self._add_to_training())

    def on_path_prompt_given(self, message: PathPrompt.Given) -> None:
        """Read the picture."""
        message.stop()
        self._do(self._open(message.text.strip()))

    async def _open(self, text: str) -> str:
        self.post_message(self.Opened(await self._desk.open(person_path(text))))
        return f"opened {printable(text)}"

    async def _add_to_training(self) -> str:
        session = self._session
        at_hand = session.dataset if session.dataset_source == session.config.data.source else None
        config, told = await self._desk.add_to_training(session.config, at_hand)
        self.post_message(ConfigEdited(config, preset_of(config), is_told=True))
        return told

    def _do(self, deed: Awaitable[str]) -> None:
        """Do something in the background and say what was done, or what went wrong."""

        async def attempt() -> None:
            try:
                self._say(await deed)
            except (DatasetError, RunError, UsageError) as error:
                self._say(str(error), is_error=True)

        self.run_worker(attempt, group="drawings")

    def _say(self, text: str, *, is_error: bool = False) -> None:
        self.post_message(Said(text, is_error=is_error))
