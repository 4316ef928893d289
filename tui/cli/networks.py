"""A trained network as a person names it: a run, or an exported file, with the config that belongs to it."""

from pathlib import Path
from typing import NamedTuple

from nn import weights
from nn.batches import PixelScale
from nn.config import Config
from nn.evaluation import Evaluator
from nn.losses import LOSSES
from nn.runs import store
from nn.runs.store import RunDirectory
from tui.paths import person_path


class Trained(NamedTuple):
    """An evaluator that is ready to answer, and where it is from; `run` is None for an exported file."""

    evaluator: Evaluator
    config: Config
    run: RunDirectory | None


def load(runs_dir: Path, text: str, which: str = "last") -> Trained:
    """The network that `text` names, with a run's `last` or `best` weights.

    Raises `RunError`, `UsageError`, and `TensorFileError` for a file that is no exported network.
    """
    if text.endswith(".safetensors") or Path(text).is_file():
        network, config = weights.read(person_path(text))
        run = None
    else:
        run = store.find(runs_dir, text)
        network, config = run.load_network(which), run.config()
    pixels = PixelScale.of(standardise=config.data.standardise)
    return Trained(Evaluator(network, LOSSES[config.training.loss], pixels), config, run)
