"""Where a run is: with the config, all that its future depends on besides the arrays.

A position is replaced, never edited, so a checkpoint can take it between any two steps.
"""

from typing import Self

import msgspec

MOST_EPOCHS = 10**6
LARGEST_FACTOR = 1e9


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """The steps done, what a person changed, the sums of the epoch under way, and the best epoch so far.

    `epochs` is how many there will be, `planned_epochs` how many the schedule was made for. Since epochs were
    last changed, at step `changed_at`, each step stands for a fractional step of the plan, counted from
    `planned_then`. With a `patience` the run ends so many epochs after its best one, or after the epoch
    `patient_since` in which a person last changed epochs or patience. `last_rate` is the learning rate of the
    last step. The sums are those of the epoch under way, `seconds_before` are the epochs before it,
    evaluation included.
    """

    step: int = 0
    epochs: int
    planned_epochs: int
    patience: int = 0
    patient_since: int = 0
    rate_factor: float = 1.0
    changed_at: int = 0
    planned_then: float = 0.0
    loss_sum: float = 0.0
    correct: int = 0
    images: int = 0
    last_rate: float = 0.0
    learning_seconds: float = 0.0
    seconds_before: float = 0.0
    best_epoch: int | None = None
    best_accuracy: float = -1.0
    best_loss: float = 0.0

    def planned_step(self, batches: int) -> float:
        """The step of the schedule's plan that the next step stands for, with `batches` steps an epoch."""
        planned = self.planned_epochs * batches
        steps = self.epochs * batches - self.changed_at
        share = (planned - self.planned_then) / steps if steps else 0.0
        return self.planned_then + (self.step - self.changed_at) * share

    def with_epochs(self, epochs: int, batches: int) -> Self:
        """Change how many epochs there will be: before the first step a new plan, later a stretched one."""
        if self.step == 0:
            return msgspec.structs.replace(self, epochs=epochs, planned_epochs=epochs)
        return msgspec.structs.replace(
            self, epochs=epochs, changed_at=self.step, planned_then=self.planned_step(batches)
        )

    def changed(
        self, batches: int, *, rate_factor: float | None, epochs: int | None, patience: int | None
    ) -> Self:
        """What a person changes while it runs; more epochs stretch what remains of the schedule.

        With other epochs or another patience, the epochs without a new best one are counted anew. Raises
        `ValueError` with a sentence where a value is out of its range: `epochs` may not lie before the epoch
        under way, of which there are `batches` steps.
        """
        self._require_allowed(batches, rate_factor, epochs, patience)
        changed = self if epochs is None else self.with_epochs(epochs, batches)
        if rate_factor is not None:
            changed = msgspec.structs.replace(changed, rate_factor=rate_factor)
        if patience is not None:
            changed = msgspec.structs.replace(changed, patience=patience)
        if (epochs, patience) != (None, None):
            changed = msgspec.structs.replace(changed, patient_since=self.step // batches)
        return changed

    def _require_allowed(
        self, batches: int, rate_factor: float | None, epochs: int | None, patience: int | None
    ) -> None:
        least = -(-self.step // batches)  # the epoch under way counts
        if epochs is not None and not least <= epochs <= MOST_EPOCHS:
            raise ValueError(f"epochs is {epochs}; allowed: a whole number from {least} to {MOST_EPOCHS}")
        if rate_factor is not None and not 0 <= rate_factor <= LARGEST_FACTOR:
            raise ValueError(
                f"rate_factor is {rate_factor:g}; allowed: a number from 0 to {LARGEST_FACTOR:g}"
            )
        if patience is not None and not 0 <= patience <= MOST_EPOCHS:
            raise ValueError(f"patience is {patience}; allowed: a whole number from 0 to {MOST_EPOCHS}")

    def is_out_of_patience(self, epoch: int) -> bool:
        """Whether the run ends after `epoch` because too many epochs brought nothing better."""
        if not self.patience or self.best_epoch is None:
            return False
        return epoch - max(self.best_epoch, self.patient_since) >= self.patience

    def after_step(self, loss: float, correct: int, images: int, rate: float) -> Self:
        """One step further, with the mean loss and the right answers of its images in the epoch's sums."""
        return msgspec.structs.replace(
            self,
            step=self.step + 1,
            loss_sum=self.loss_sum + loss * images,
            correct=self.correct + correct,
            images=self.images + images,
            last_rate=rate,
        )

    def after_epoch(self, seconds: float) -> Self:
        """New sums for the next epoch; the one that is over took `seconds`."""
        return msgspec.structs.replace(
            self,
            loss_sum=0.0,
            correct=0,
            images=0,
            learning_seconds=0.0,
            seconds_before=self.seconds_before + seconds,
        )

    def with_best(self, epoch: int, accuracy: float | None, loss: float | None) -> Self:
        """Note `epoch` if its validation accuracy is the best so far (ties: the lower loss)."""
        if accuracy is None or loss is None:
            return self
        if (accuracy, -loss) <= (self.best_accuracy, -self.best_loss):
            return self
        return msgspec.structs.replace(self, best_epoch=epoch, best_accuracy=accuracy, best_loss=loss)
