"""Other runs' curves under those of the run on screen: laid there, and taken away again.

Records and logs are read in threads, and the session is written when that is done.
"""

import asyncio
from itertools import dropwhile
from pathlib import Path

from nn.runs.history import History
from nn.runs.log import read_all
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory, RunError, list_records
from tui.answering.other_runs import run_label
from tui.session import Session


async def toggle(session: Session, run: RunDirectory) -> None:
    """Lay the curves of a run under those on screen, or take them away; raises `RunError`."""
    record = await asyncio.to_thread(run.record)
    if session.overlays.pop(run_label(run, record), None) is not None:
        return
    if session.run is not None and session.run.path == run.path:
        raise RunError("this run is on screen: v on another lays that one's curves under it")
    await _lay(session, run, record)


async def toggle_earlier(session: Session) -> None:
    """Lay the curves of the run before under those on screen, or take all away; raises `RunError`."""
    if session.overlays:
        session.overlays.clear()
    else:
        await _lay(session, *await asyncio.to_thread(_run_before, session.run, session.runs_dir))


async def _lay(session: Session, run: RunDirectory, record: RunRecord) -> None:
    session.overlays[run_label(run, record)] = await asyncio.to_thread(_history, run)


def _run_before(run: RunDirectory | None, runs_dir: Path) -> tuple[RunDirectory, RunRecord]:
    """The last run that was created before `run`, or the last of all where there is none."""
    newest_first = list(list_records(runs_dir))
    if run is None:
        earlier = newest_first
    else:
        earlier = list(dropwhile(lambda found: found[0].path != run.path, newest_first))[1:]
    if not earlier:
        raise RunError("there is no run before this one")
    return earlier[0]


def _history(run: RunDirectory) -> History:
    history = History()
    for event in read_all(run.events_path):
        history.feed(event)
    return history
