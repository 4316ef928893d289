"""Runs that nobody trained, as they lie on the disk: ended, with events, record and answers."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np
from few_images import VALIDATION

from nn.config import Config
from nn.events import EpochFinished, RunEvent
from nn.runs import predictions, store
from nn.runs.log import EventWriter
from nn.runs.store import RunDirectory


def write_run(
    runs_dir: Path,
    config: Config,
    told: Iterable[RunEvent],
    *,
    name: str = "first-minute",
    state: str = "finished",
) -> RunDirectory:
    """An ended run with these events, and answers for each of its epochs."""
    run = store.create(runs_dir, config, name)
    events = list(told)
    writer = EventWriter.open(run.events_path)
    for event in events:
        writer.write(event)
    writer.close()
    over = [0, *(event.epoch for event in events if isinstance(event, EpochFinished))]
    rng = np.random.default_rng(7)
    for number in over:
        test, validation = rng.dirichlet(np.ones(10), 100), rng.dirichlet(np.ones(10), VALIDATION)
        answers = {"test": test.astype(np.float32), "validation": validation.astype(np.float32)}
        predictions.save(run.predictions_path, number, answers)
    record = msgspec.structs.replace(run.record(), state=state, epoch=over[-1])
    run.write_record(record)
    return run
