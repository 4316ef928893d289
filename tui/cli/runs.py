"""`mnist-tui runs`: the runs in a folder, newest first, as a table or as JSON; `runs rm` removes one."""

import argparse
from datetime import datetime
from pathlib import Path

from nn.runs import store
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory
from tui.cli.output import clean, columns, emit, remark, say
from tui.cli.places import runs_directory
from tui.training.progress import accuracy_figure, age

HEADER = ("name", "state", "network", "data", "epoch", "validation", "test", "age", "directory")


def run(arguments: argparse.Namespace) -> int:
    """List the runs, or remove one."""
    runs_dir = runs_directory(arguments)
    if arguments.action == "rm":
        _remove(runs_dir, arguments.run)
    elif arguments.json:
        for found, record in store.list_records(runs_dir):
            _emit(found, record)
    else:
        _list(runs_dir, datetime.now().astimezone())
    return 0


def _remove(runs_dir: Path, text: str) -> None:
    found = store.find(runs_dir, text)
    found.remove()
    say(f"removed {clean(found.path)}")


def _emit(found: RunDirectory, record: RunRecord) -> None:
    emit(
        {
            "run": str(found.path),
            "name": record.name,
            "state": found.state(record),
            "epoch": record.epoch,
            "epochs": record.epochs,
            "validation_accuracy": record.validation_accuracy,
            "test_accuracy": record.test_accuracy,
        }
    )


def _list(runs_dir: Path, now: datetime) -> None:
    rows = [_row(found, record, now) for found, record in store.list_records(runs_dir)]
    if not rows:
        remark(f"no runs in {runs_dir}; 'mnist-tui train' makes one")
        return
    for line in columns([HEADER, *rows], right=(4, 5, 6, 7)):
        say(line)


def _row(found: RunDirectory, record: RunRecord, now: datetime) -> tuple[str, ...]:
    return (
        clean(record.name),
        found.state(record) + (", steered" if record.steered else ""),
        clean(record.network),
        clean(record.data or "-"),
        f"{record.epoch}/{record.epochs}",
        accuracy_figure(record.validation_accuracy),
        accuracy_figure(record.test_accuracy),
        age(record.created, now),
        clean(found.path.name),
    )
