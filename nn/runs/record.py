"""`run.json`: what a run is and how far it came, for listings and for going on in the same environment."""

import msgspec

ENDED = ("finished", "stopped", "diverged", "failed")
CHECKPOINT_SECONDS = 10.0


class RunError(Exception):
    """A run that is not there, or cannot do what was asked; one sentence."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The contents of `run.json`; frozen, a worker replaces it as a whole.

    `epochs_wanted` asks the next worker for another number of epochs, `pause_after` (step or epoch) to pause
    soon. `checkpoint_seconds` lie between two checkpoints within an epoch. `working_folder` and `mnist_data`
    are where the first worker looked for MNIST.
    """

    name: str
    state: str
    created: str
    seed: int
    network: str
    parameters: int
    epochs: int
    epoch: int = 0
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    best_epoch: int | None = None
    data: str | None = None
    fingerprint: str | None = None
    host: str | None = None
    pid: int | None = None
    versions: dict[str, str] = {}
    blas: str | None = None
    threads: int | None = None
    steered: bool = False
    reason: str | None = None
    epochs_wanted: int | None = None
    pause_after: str | None = None
    checkpoint_seconds: float = CHECKPOINT_SECONDS
    working_folder: str | None = None
    mnist_data: str | None = None
