"""What stands in a pane's frame: its own key and name, and those of the others."""

from tui.commands import CONFIGURE, PANE_NAMES


def title(number: int, *, is_lit: bool) -> str:
    """A pane's key and name, for the border; in the frame's own colour where that is lit."""
    words = f"{number} {PANE_NAMES[number]}"
    return f"[$text-accent]{words}[/]" if is_lit else words


def other_panes(number: int) -> str:
    """The other panes with their keys, for the border; Configure is too narrow for that."""
    if number == CONFIGURE:
        return ""
    return "  ".join(
        f"{other} {name}" for other, name in PANE_NAMES.items() if other not in (number, CONFIGURE)
    )
