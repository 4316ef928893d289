"""The answers to a set of images after each kept epoch, read from the run's directory once an epoch.

They stay in memory as they lie on the disk, 2 bytes a probability: 20 MB for 10,000 images and 100 epochs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn.arrays import ByteArray
from nn.runs import predictions
from nn.tensors import TensorFileError
from tui.answering.answers import Answers
from tui.answering.course import Course, EpochAnswers
from tui.choices import SetName
from tui.terminal.display import Display
from tui.training.series import sparkline


@dataclass(frozen=True)
class Source:
    """Where answers come from: a run's folder of predictions, which set, and to how many images.

    A data set with other images than the run's may have another number of them.
    """

    folder: Path
    set_name: SetName
    images: int


class Trails:
    """Keeps what was read for one source; another source starts anew."""

    def __init__(self) -> None:
        self.source: Source | None = None
        self._epochs: dict[int, EpochAnswers | None] = {}

    def missing(self, source: Source, kept: Sequence[int]) -> list[int]:
        """The epochs still to be read; forgets those that are no longer kept."""
        if source != self.source:
            self.source, self._epochs = source, {}
        self._epochs = {epoch: answers for epoch, answers in self._epochs.items() if epoch in kept}
        return [epoch for epoch in kept if epoch not in self._epochs]

    def add(self, source: Source, found: dict[int, EpochAnswers | None]) -> None:
        """Take in what was read, unless another source is looked at by now."""
        if source == self.source:
            self._epochs.update(found)

    @property
    def known(self) -> list[int]:
        """The epochs that were read, in order."""
        return sorted(epoch for epoch, answers in self._epochs.items() if answers is not None)

    def course(self, labels: ByteArray) -> Course:
        """All that is known by now; `labels` (n,) are those it was read with."""
        known = {epoch: answers for epoch, answers in sorted(self._epochs.items()) if answers is not None}
        return Course(tuple(known), tuple(known.values()), labels)

    def of(self, index: int) -> tuple[list[int], list[int], list[float]]:
        """The epochs, what the image was read as after each, and the share of its true digit."""
        known = [(epoch, answers) for epoch, answers in sorted(self._epochs.items()) if answers is not None]
        return (
            [epoch for epoch, _ in known],
            [int(answers.predicted[index]) for _, answers in known],
            [float(answers.shares[index]) for _, answers in known],
        )


def read(source: Source, epochs: Iterable[int], labels: ByteArray) -> dict[int, EpochAnswers | None]:
    """Read epochs from the disk; None where an epoch is gone or is not about these images. May block."""
    found: dict[int, EpochAnswers | None] = {}
    for epoch in epochs:
        try:
            probabilities = predictions.load(source.folder, epoch).get(source.set_name)
        except TensorFileError:
            probabilities = None
        found[epoch] = None
        if probabilities is not None and len(probabilities) == len(labels):
            found[epoch] = EpochAnswers.of(probabilities, labels)
    return found


def trail_lines(trails: Trails, answers: Answers, index: int, width: int, display: Display) -> list[str]:
    """One sign an epoch, as many as fit in `width`: the true digit's share, 0 to 1, and the answer."""
    epochs, predicted, shares = (column[-max(width, 1) :] for column in trails.of(index))
    if not epochs:
        return []
    true = int(answers.labels[index])
    # The two ends make the heights absolute: 0 the lowest, 1 the highest.
    heights = sparkline([0.0, 1.0, *shares], len(shares) + 2, display)[2:]
    return [
        f"epoch {epochs[0]}-{epochs[-1]}: {true}'s share",
        heights,
        "".join(map(str, predicted)) + (" answers" if len(predicted) + 8 <= width else ""),
    ]
