"""One image of the set looked at, and the network to be asked about it: what all evidence is about."""

from dataclasses import dataclass
from typing import NamedTuple

from mnist_data import Dataset
from nn.arrays import ByteArray
from nn.config import DataConfig
from tui.answering.current_network import Origin
from tui.choices import SetName
from tui.session import Session

NO_NETWORK = "There is no trained network yet: space trains one, then i shows why it answers as it does."
NO_IMAGES = "There are no images yet to ask about."


class Shown(NamedTuple):
    """The epoch whose answers are on the pane, and the step at which it was over."""

    epoch: int
    step: int


@dataclass(frozen=True, eq=False)
class Case:
    """One image and the network that is asked about it; `index` is the image's place in its set.

    `shown` is None where the pane has no epoch's answers.
    """

    origin: Origin
    dataset: Dataset
    data: DataConfig
    set_name: SetName
    index: int
    image: ByteArray
    label: int
    raters_disagree: bool
    shown: Shown | None = None

    @property
    def own_place(self) -> int | None:
        """Where the image itself lies in the training set, if it does: it is no neighbour of its own."""
        return self.index if self.set_name == "train" else None

    def asks_the_network_of(self, other: "Case") -> bool:
        """Whether both ask one network, of a run and checkpoint, that learned from one set of images."""
        return self.origin == other.origin and self.dataset is other.dataset and self.data == other.data


def case_of(session: Session, index: int, origin: Origin | None = None) -> Case | str:
    """An image of the set looked at, or a sentence that says why there is nothing to be asked.

    `origin` is the network to go on asking, where that is not to be the run's last checkpoint.
    """
    answers = session.answers
    if session.run is None:
        return NO_NETWORK
    if answers is None or session.dataset is None or not len(answers):
        return NO_IMAGES
    index = min(index, len(answers) - 1)
    return Case(
        origin or Origin.of(session),
        session.dataset,
        session.shown_config.data,
        answers.set_name,
        index,
        answers.images[index],
        int(answers.labels[index]),
        bool(answers.raters_disagree[index]),
        _shown(session, answers.epoch),
    )


def _shown(session: Session, epoch: int | None) -> Shown | None:
    if epoch == 0:
        return Shown(0, 0)
    return next(
        (Shown(past.epoch, past.step) for past in session.history.epochs if past.epoch == epoch), None
    )
