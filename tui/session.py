"""What the app knows: the config being edited, the images, the run on screen, its answers. No Textual here.

The app writes it, and panes only which image, set and epoch are looked at, by the `look_at` methods: at once,
because the next key may come before a message has. Whatever else a pane wants changed it says in a message.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from mnist_data import Dataset, DatasetError
from nn.config import Config, DataConfig
from nn.runs import predictions
from nn.runs.history import History
from nn.runs.images import split
from nn.runs.store import RunDirectory
from nn.tensors import TensorFileError
from nn.trainer import Data
from tui.answering.answers import Answers
from tui.choices import SetName


class Parts(NamedTuple):
    """A data set as a config splits it; `data` is None where it has too few images for that."""

    dataset: Dataset
    config: DataConfig
    data: Data | None

    @classmethod
    def of(cls, dataset: Dataset, config: DataConfig) -> Self:
        """Split; where the config sorts, all training images are copied: 0.3 s of MNIST."""
        try:
            return cls(dataset, config, split(dataset, config))
        except DatasetError:
            return cls(dataset, config, None)


@dataclass
class Session:
    """One person's view of the runs in `runs_dir`.

    `dataset` is None until it is loaded, `run` until one was started or opened; `run_config` is its config
    with what was changed in it since, `run_rate` the learning rate that it began with. `epoch` is the one
    whose answers are looked at, None for the latest; `chosen` an index into the set looked at. `parts` are
    the images split last, for `data` to find. `overlays` are other runs' histories, drawn behind the curves
    of this one, by name. `keeps_source` says that `--data` named the images: a preset does not
    change them.
    """

    config: Config
    preset: str | None
    runs_dir: Path
    keeps_source: bool = False
    dataset: Dataset | None = None
    dataset_source: str = ""
    dataset_note: str = ""
    parts: Parts | None = None
    run: RunDirectory | None = None
    run_name: str = ""
    run_config: Config | None = None
    run_rate: float = 0.0
    history: History = field(default_factory=History)
    set_name: SetName = "test"
    epoch: int | None = None
    chosen: int = 0
    answers: Answers | None = None
    answers_are_old: bool = True
    overlays: dict[str, History] = field(default_factory=dict[str, History])

    @property
    def shown_config(self) -> Config:
        """The config of the run on screen, as it is now; without a run, the one being edited."""
        return self.config if self.run is None or self.run_config is None else self.run_config

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
        config = self.shown_config.data
        if self.parts is None or self.parts.dataset is not self.dataset or self.parts.config != config:
            self.parts = Parts.of(self.dataset, config)
        return self.parts.data

    def look_at_image(self, index: int) -> None:
        """Choose an image of the set."""
        self.chosen = index

    def look_at_set(self, set_name: SetName) -> None:
        """Choose the first image of a set."""
        self.set_name, self.chosen = set_name, 0
        self.refresh_answers()

    def look_at_epoch(self, epoch: int | None) -> None:
        """Choose the answers after an epoch; None follows the latest."""
        self.epoch = epoch
        self.refresh_answers()

    def refresh_answers(self) -> None:
        """Read the answers of the set and epoch looked at; images alone where there are none yet."""
        self.answers_are_old = False
        data = self.data()
        if data is None:
            self.answers = None
            return
        images = {"test": data.test, "validation": data.validation, "train": data.training}[self.set_name]
        kept = self.epochs_kept
        if self.epoch not in kept:  # thinned away
            self.epoch = None
        epoch = kept[-1] if kept and self.epoch is None else self.epoch
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
