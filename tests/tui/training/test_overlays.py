from pathlib import Path

import pytest
from scripted import epochs, finished, write_run

from nn.config import Config
from nn.runs.store import RunError
from tui.session import Session
from tui.training import overlays


def test_the_run_before_comes_and_goes(config: Config, runs_dir: Path) -> None:
    session = Session(config, None, runs_dir)
    with pytest.raises(RunError, match="no run before"):
        overlays.toggle_earlier(session)
    session.run = first = write_run(runs_dir, config, [*epochs(3), finished(step=30)], name="first")
    with pytest.raises(RunError, match="no run before"):
        overlays.toggle_earlier(session)
    session.run = write_run(runs_dir, config, [*epochs(1), finished(step=10)])
    overlays.toggle_earlier(session)
    name = f"first {first.path.name[-4:]}"
    assert {key: history.step for key, history in session.overlays.items()} == {name: 30}
    overlays.toggle_earlier(session)
    assert session.overlays == {}


def test_each_run_is_laid_down_and_taken_away_by_itself(config: Config, runs_dir: Path) -> None:
    session = Session(config, None, runs_dir)
    runs = [write_run(runs_dir, config, [*epochs(count), finished()]) for count in (1, 2)]
    for run in runs:
        overlays.toggle(session, run)
    assert [len(history.epochs) for history in session.overlays.values()] == [1, 2]
    overlays.toggle(session, runs[0])
    assert [len(history.epochs) for history in session.overlays.values()] == [2]
