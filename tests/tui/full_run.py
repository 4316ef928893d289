"""A run with all that any pane or screen shows: events, answers, and the weights of a small network."""

from pathlib import Path

from scripted_events import epochs, finished
from written_run import write_run

import mnist_data
from nn import checkpoint
from nn.config import Config
from nn.runs.images import split
from nn.runs.store import RunDirectory
from nn.settings import with_settings
from nn.trainer import Trainer


def write_full_run(runs_dir: Path, config: Config, source: Path, *, name: str = "full") -> RunDirectory:
    """Three epochs of a run on the images in `source`, whose 784-12-10 network has its first weights."""
    small = with_settings(config, {"network.layers.0.units": 12})
    run = write_run(runs_dir, small, [*epochs(3), finished(step=30)], name=name)
    dataset = mnist_data.load(str(source), environment={}, cwd=runs_dir, cache=runs_dir)
    checkpoint.save(Trainer(small, split(dataset, small.data)), run.checkpoint_path)
    return run
