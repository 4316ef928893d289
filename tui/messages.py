"""What panes say to the app: a catalogue of messages, each with the one thing it means."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from nn.config import Config
from tui.choices import RunDeed

if TYPE_CHECKING:  # it needs NumPy, and the frame is painted before that is imported
    from tui.answering.answers import Filter


class ConfigEdited(Message):
    """A person changed the config; `preset` is its name where it is a preset unchanged.

    `is_told` says that the pane has words of its own for when it holds.
    """

    def __init__(self, config: Config, preset: str | None, *, is_told: bool = False) -> None:
        self.config = config
        self.preset = preset
        self.is_told = is_told
        super().__init__()


class ImagesWanted(Message):
    """Show in Browse the images that pass a filter; Esc there leads back to the pane that asked."""

    def __init__(self, chosen: "Filter") -> None:
        self.chosen = chosen
        super().__init__()


class LookedElsewhere(Message):
    """Another image, set or epoch is looked at, as the session has it by now: draw that."""

    def can_replace(self, message: Message) -> bool:
        """Of many on their way one is enough."""
        return isinstance(message, LookedElsewhere)


class RunChosen(Message):
    """Open a run, resume it, stop it, delete it, or lay its curves under those on screen."""

    def __init__(self, path: Path, deed: RunDeed) -> None:
        self.path = path
        self.deed: RunDeed = deed
        super().__init__()


class OverlayAsked(Message):
    """Lay the curves of the run before under those on screen, or take the overlays away."""


class Said(Message):
    """A sentence for the person, shown for a while at the bottom; an empty one takes it away."""

    def __init__(self, text: str, *, is_error: bool = False) -> None:
        self.text = text
        self.is_error = is_error
        super().__init__()
