"""Other runs' curves under those of the run on screen: laid there, and taken away again."""

from nn.runs.history import History
from nn.runs.log import read_all
from nn.runs.store import RunDirectory, RunError, list_runs
from tui.answering.other_runs import run_label
from tui.session import Session


def toggle(session: Session, run: RunDirectory) -> None:
    """Lay the curves of a run under those on screen, or take them away; raises `RunError`."""
    name = run_label(run, run.record())
    if session.overlays.pop(name, None) is None:
        history = History()
        for event in read_all(run.events_path):
            history.feed(event)
        session.overlays[name] = history


def toggle_earlier(session: Session) -> None:
    """Lay the curves of the run before under those on screen, or take all away; raises `RunError`."""
    if session.overlays:
        session.overlays.clear()
        return
    here = session.run.record().created if session.run else "9"
    earlier = [run for run in list_runs(session.runs_dir) if run.record().created < here]
    if not earlier:
        raise RunError("there is no run before this one")
    toggle(session, max(earlier, key=lambda run: run.record().created))
