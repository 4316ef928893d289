"""Gives a drawing its label: after it was asked for, the next key is a digit and no command."""

from tui.drawing.sketch import Sketch

LABEL_KEY = "L"


class Labelling:
    """`awaits` says whether the next key is the label; what is returned is to be said to the person."""

    def __init__(self, sketch: Sketch) -> None:
        """The label goes to `sketch`."""
        self.awaits = False
        self._sketch = sketch

    def ask(self) -> str:
        """Await a label; the pen is lifted, so that the key draws nothing."""
        self._sketch.pad.lift()
        self.awaits = True
        return "which digit is it? 0 to 9; backspace takes the label away"

    def hear(self, key: str, character: str | None) -> str | None:
        """Take a key, if it is for the label: L asks for it, then a digit is it, and backspace is none.

        Any other key is taken too while a label is awaited, and leaves the label as it is.
        """
        if not self.awaits:
            return self.ask() if key == LABEL_KEY else None
        self.awaits = False
        if character and character in "0123456789":
            self._sketch.label = int(character)
            return f"labelled {character}"
        if key == "backspace":
            self._sketch.label = None
            return "without a label"
        return "no label was given: a digit does, 0 to 9"
