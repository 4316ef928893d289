import threading
from pathlib import Path

import msgspec
import pytest
from scripted_events import epochs, finished
from written_run import write_run

from nn.config import Config
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory, RunError
from tui.session import Session
from tui.training import overlays


async def test_the_run_before_comes_and_goes(config: Config, runs_dir: Path) -> None:
    session = Session(config, None, runs_dir)
    with pytest.raises(RunError, match="no run before"):
        await overlays.toggle_earlier(session)
    session.run = first = write_run(runs_dir, config, [*epochs(3), finished(step=30)], name="first")
    with pytest.raises(RunError, match="no run before"):
        await overlays.toggle_earlier(session)
    session.run = write_run(runs_dir, config, [*epochs(1), finished(step=10)])
    await overlays.toggle_earlier(session)
    name = f"first {first.path.name[-4:]}"
    assert {key: history.step for key, history in session.overlays.items()} == {name: 30}
    await overlays.toggle_earlier(session)
    assert session.overlays == {}


async def test_each_run_is_laid_down_and_taken_away_by_itself(config: Config, runs_dir: Path) -> None:
    session = Session(config, None, runs_dir)
    runs = [write_run(runs_dir, config, [*epochs(count), finished()]) for count in (1, 2)]
    for run in runs:
        await overlays.toggle(session, run)
    assert [len(history.epochs) for history in session.overlays.values()] == [1, 2]
    await overlays.toggle(session, runs[0])
    assert [len(history.epochs) for history in session.overlays.values()] == [2]


async def test_the_run_on_screen_is_not_laid_under_itself(config: Config, runs_dir: Path) -> None:
    session = Session(config, None, runs_dir)
    run = write_run(runs_dir, config, [*epochs(1), finished()])
    await overlays.toggle(session, run)
    session.run = run
    await overlays.toggle(session, run)  # what was laid before it was opened can be taken away
    assert session.overlays == {}
    with pytest.raises(RunError, match="this run is on screen"):
        await overlays.toggle(session, run)
    assert session.overlays == {}


async def test_files_are_read_beside_the_event_loop_and_each_record_once(
    config: Config, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(config, None, runs_dir)
    runs = [write_run(runs_dir, config, [*epochs(1), finished()]) for _ in range(3)]
    decoded: list[str] = []
    threads: set[threading.Thread] = set()

    def record(self: RunDirectory) -> RunRecord:
        decoded.append(self.path.name)
        threads.add(threading.current_thread())
        return original_record(self)

    def read_all(path: Path):
        threads.add(threading.current_thread())
        return original_read_all(path)

    original_record, original_read_all = RunDirectory.record, overlays.read_all
    monkeypatch.setattr(RunDirectory, "record", record)
    monkeypatch.setattr(overlays, "read_all", read_all)
    await overlays.toggle_earlier(session)
    assert sorted(decoded) == sorted(run.path.name for run in runs)
    await overlays.toggle(session, runs[0])
    assert len(session.overlays) == 2
    assert threading.main_thread() not in threads


async def test_the_run_before_is_the_last_of_those_created_earlier(config: Config, runs_dir: Path) -> None:
    session = Session(config, None, runs_dir)
    names = ("2023", "2025", "2024", "2026")
    runs = {name: write_run(runs_dir, config, [*epochs(1), finished()], name=name) for name in names}
    for year, run in runs.items():
        run.write_record(msgspec.structs.replace(run.record(), created=f"{year}-01-01T00:00:00+00:00"))
    for here, expected in ((None, "2026"), ("2026", "2025"), ("2024", "2023")):
        session.run = runs[here] if here else None
        session.overlays.clear()
        await overlays.toggle_earlier(session)
        assert [name.split()[0] for name in session.overlays] == [expected]


async def test_the_clock_that_was_put_back_does_not_change_which_run_was_before(
    config: Config, runs_dir: Path
) -> None:
    session = Session(config, None, runs_dir)
    times = {"summer": "2026-10-25T02:30:00+02:00", "winter": "2026-10-25T02:10:00+01:00"}
    runs = {name: write_run(runs_dir, config, [*epochs(1), finished()], name=name) for name in times}
    for name, run in runs.items():
        run.write_record(msgspec.structs.replace(run.record(), created=times[name]))
    session.run = runs["winter"]
    await overlays.toggle_earlier(session)
    assert [name.split()[0] for name in session.overlays] == ["summer"]
    session.overlays.clear()
    session.run = runs["summer"]
    with pytest.raises(RunError, match="no run before"):
        await overlays.toggle_earlier(session)
