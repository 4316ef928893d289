"""What a person has before them in Draw: the pad, the changes, the label and which view is chosen."""

from dataclasses import dataclass, field

from tui.drawing.changes import Changes
from tui.drawing.ink import Ink
from tui.drawing.pad import Pad


@dataclass
class Sketch:
    """The pane writes it, its widgets read it; `label` is the digit that the drawing shows, where known.

    `normalises` says which view the bars answer: the normalised one, or the drawing as it is.
    """

    pad: Pad = field(default_factory=Pad)
    changes: Changes = field(default_factory=Changes)
    label: int | None = None
    normalises: bool = True

    def put(self, ink: Ink, label: int | None, held_out: str = "") -> None:
        """Put another drawing on the pad; what was said about changes goes on."""
        self.pad.put(ink, held_out)
        self.label = label
