"""The panes, one file each: they draw the session and speak by messages; no pane queries another."""

from importlib import import_module
from typing import TYPE_CHECKING

from tui.commands import PANE_NAMES
from tui.panes.base import Pane
from tui.terminal.display import Display

if TYPE_CHECKING:
    from tui.session import Session


def create(number: int, session: "Session", display: Display) -> Pane:
    """Make the pane `XPane` of `tui/panes/x.py`, imported when first wanted, which keeps the start short."""
    name = PANE_NAMES[number]
    module = import_module(f"tui.panes.{name.lower()}")
    pane: type[Pane] = getattr(module, f"{name}Pane")
    return pane(session, display)
