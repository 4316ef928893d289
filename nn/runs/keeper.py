"""What a worker keeps on disk, and when: checkpoint, best weights, answers, record.

Nothing of it may be newer than the log says or older than the checkpoint claims: the events come first (the
loop's part), then answers and best weights, then the checkpoint, then the record.
"""

import time
from collections.abc import Callable

import msgspec

from nn import checkpoint, weights
from nn.arrays import FloatArray
from nn.events import EpochFinished, Evaluated
from nn.files import write_atomically
from nn.runs import predictions
from nn.runs.store import RunDirectory
from nn.trainer import Trainer

SHORTEST_SECONDS = 1.0  # epochs may be short, and changes many: checkpoints are at least so far apart


class Keeper:
    """Writes the files of one run; what writes raises `OSError` where the disk does not take it."""

    def __init__(
        self, run: RunDirectory, trainer: Trainer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` gives seconds."""
        self.run = run
        self.trainer = trainer
        self.clock = clock
        self.record = run.record()
        self._saved = clock()
        self._is_wanted = False
        self._best: bytes | None = None
        self._answers: tuple[int, dict[str, FloatArray]] | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is time for a checkpoint: one is wanted, or the last is long ago."""
        interval = self.record.checkpoint_seconds
        if self._is_wanted:
            interval = min(interval, SHORTEST_SECONDS)
        return self.clock() - self._saved >= interval

    def want(self) -> None:
        """There is something that should be in a checkpoint soon: the next is due within the second."""
        self._is_wanted = True

    def take(self, event: Evaluated | EpochFinished) -> None:
        """Take up an evaluation's answers and figures, and the weights if they are the best, for `save`."""
        epoch = event.epoch if isinstance(event, EpochFinished) else 0
        evaluations = self.trainer.evaluations
        self._answers = epoch, {name: found.probabilities for name, found in evaluations.items()}
        best = self.trainer.position.best_epoch
        if epoch and best == epoch:
            with self.trainer.answering_weights():
                self._best = weights.to_bytes(self.trainer.network, self.trainer.config)
        self.want()
        self.record = msgspec.structs.replace(
            self.record,
            epoch=epoch,
            validation_accuracy=event.validation_accuracy,
            test_accuracy=event.test_accuracy,
            best_epoch=best,
        )

    @property
    def answers_stay(self) -> bool:
        """Whether the answers taken up are of an epoch that is kept to the run's end."""
        return self._answers is not None and not self._answers[0] % predictions.stride(
            self.trainer.position.epochs
        )

    def save_answers(self) -> None:
        """Write the answers taken up, if they are not yet written."""
        if self._answers is not None:
            predictions.save(self.run.predictions_path, *self._answers)
            self._answers = None

    def save_best(self) -> None:
        """Write the best weights, if they are not yet written."""
        if self._best is not None:
            write_atomically(self.run.best_path, self._best)
            self._best = None

    def save(self) -> None:
        """Write everything; raises `Diverged`, the good checkpoint untouched, if the state is not finite."""
        self._saved = self.clock()
        self.save_answers()
        self.save_best()
        checkpoint.save(self.trainer, self.run.checkpoint_path)
        self._is_wanted = False
        self.run.write_record(self.record)

    def note(self, **changes: object) -> None:
        """Write the record with some fields changed."""
        self.record = msgspec.structs.replace(self.record, **changes)
        self.run.write_record(self.record)
