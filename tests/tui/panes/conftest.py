"""Panes in small apps of their own, which several files of tests look at."""

from pathlib import Path

import pytest
from configure_host import Host
from draw_host import DrawHost, untrained

from nn.config import Config
from tui.panes.draw import DrawPane
from tui.session import Session
from tui.terminal.display import Display


@pytest.fixture
def configure(tmp_path: Path) -> Host:
    """Configure on the first config."""
    return Host(tmp_path, Config(), Display())


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where drawings are saved."""
    monkeypatch.setattr("tui.panes.draw.drawings_directory", lambda: tmp_path / "drawings")
    return tmp_path / "drawings"


@pytest.fixture
def untrained_session(tmp_path: Path) -> Session:
    """Without a run: a small network as training would begin with it."""
    return untrained(tmp_path)


@pytest.fixture
def draw(untrained_session: Session, drawings: Path) -> DrawHost:
    """Draw on that session."""
    return DrawHost(DrawPane, untrained_session)
