"""The panes, one file each: they draw the session and speak by messages; no pane queries another."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from tui.commands import PANE_NAMES
from tui.panes.base import Pane
from tui.terminal.display import Display

if TYPE_CHECKING:
    from tui.session import Session


def create(number: int, session: "Session", display: Display) -> Pane:
    """Make the pane `XPane` of `tui/panes/x.py`, imported when first wanted, which keeps the start short."""
    pane: type[Pane] = getattr(_module(number), f"{PANE_NAMES[number]}Pane")
    return pane(session, display)


def import_all() -> None:
    """Import every pane, so that the first look at one does not wait for that."""
    for number in PANE_NAMES:
        _module(number)


def _module(number: int) -> ModuleType:
    return import_module(f"tui.panes.{PANE_NAMES[number].lower()}")
