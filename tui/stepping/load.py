"""The trace of the step that is next: of the run on screen from its last checkpoint, else of the config's."""

import numpy as np

from mnist_data import Dataset
from nn import checkpoint
from nn.explain.step_trace import StepTrace, trace_step
from nn.runs.images import split
from nn.runs.store import RunError
from nn.tensors import TensorFileError
from nn.trainer import Trainer
from tui.answering.current_network import Origin


def next_step(origin: Origin, dataset: Dataset) -> StepTrace:
    """Trace the next step on the first images of its batch; blocks, so it belongs in a thread.

    Raises `RunError` where the checkpoint cannot be read, `DatasetError` where the config does not fit the
    images, `Diverged` where the loss is not finite.
    """
    config = origin.config if origin.run is None else origin.run.config()
    trainer = Trainer(config, split(dataset, config.data))
    if origin.run is not None and origin.run.checkpoint_path.is_file():
        try:
            checkpoint.load(trainer, origin.run.checkpoint_path)
        except TensorFileError as error:
            raise RunError(f"the run {origin.run.path.name} has no last weights: {error}") from None
    with np.errstate(all="ignore"):  # what is not finite is shown or told
        return trace_step(trainer)
