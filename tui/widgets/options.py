"""What every widget's constructor takes besides its own arguments, as Textual defines it."""

from typing import TypedDict


class WidgetOptions(TypedDict, total=False):
    """Keyword arguments that go to Textual's `Widget` unchanged."""

    id: str | None
    classes: str | None
    disabled: bool
