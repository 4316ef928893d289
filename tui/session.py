"""What the app knows: the config being edited, the images, the run on screen, its answers. No Textual here.

The app writes it, panes only read it; whatever a pane wants changed it says in a message.
"""

from dataclasses import dataclass, field
from pathlib import Path

from mnist_data import Dataset, DatasetError
from nn.config import Config
from nn.runs import predictions
from nn.runs.history import History
from nn.runs.images import split
from nn.runs.store import RunDirectory
from nn.tensors import TensorFileError
from nn.trainer import Data
from tui.answering.answers import Answers
from tui.choices import SetName


@dataclass
class Session:
    """One person's view of the runs in `runs_dir`.

    `dataset` is None until it is loaded, `run` until one was started or opened; `run_config` is its config
    with what was changed in it since. `epoch` is the one whose answers are looked at, None for the latest;
    `chosen` an index into the set looked at.
    `overlays` are other runs' histories, drawn behind the curves of this one, by name.
    """

    config: Config
    preset: str | None
    runs_dir: Path
    dataset: Dataset | None = None
    dataset_source: str = ""
    dataset_note: str = ""
    run: RunDirectory | None = None
    run_name: str = ""
    run_config: Config | None = None
    history: History = field(default_factory=History)
    set_name: SetName = "test"
    epoch: int | None = None
    chosen: int = 0
    answers: Answers | None = None
    answers_are_old: bool = True
    overlays: dict[str, History] = field(default_factory=dict[str, History])

    @property
    def is_alive(self) -> bool:
        """Whether the run on screen is training or paused, as far as its events tell."""
        return self.run is not None and self.history.state in ("starting", "running", "paused")

    @property
    def epochs_kept(self) -> list[int]:
        """The epochs whose answers can be looked at."""
        return predictions.epochs(self.run.predictions_path) if self.run else []

    def data(self) -> Data | None:
        """Training, validation and test images as the run on screen (or else the config) splits them."""
        if self.dataset is None:
            return None
        try:
            return split(self.dataset, (self.run_config or self.config).data)
        except DatasetError:
            return None

    def refresh_answers(self) -> None:
        """Read the answers of the set and epoch looked at; images alone where there are none yet."""
        self.answers_are_old = False
        data = self.data()
        if data is None:
            self.answers = None
            return
        images = {"test": data.test, "validation": data.validation, "train": data.training}[self.set_name]
        kept = self.epochs_kept
        epoch = self.epoch if self.epoch in kept else (kept[-1] if kept else None)
        probabilities = None
        if self.run is not None and epoch is not None and self.set_name != "train":
            try:
                probabilities = predictions.load(self.run.predictions_path, epoch).get(self.set_name)
            except TensorFileError:  # thinned away between listing and reading
                probabilities = None
        if probabilities is not None and len(probabilities) != len(images.labels):
            probabilities = None  # the run's images are not the ones on this machine
        self.answers = Answers(
            self.set_name, images, probabilities, epoch if probabilities is not None else None
        )
        self.chosen = min(self.chosen, max(0, len(images.labels) - 1))
