"""What a run tells: frozen events, each with the step at which it happened, in the order of time.

The trainer yields `StepFinished`, `Evaluated` and `EpochFinished`; a worker gathers steps into
`StepsFinished` and adds what concerns the process. A number that is not finite is written as null.
"""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=str.lower):
    """Something that happened at `step`, the count of training steps from the run's start."""

    step: int


class StepFinished(Event, frozen=True, kw_only=True, tag="step_finished"):
    """One mini-batch was learned: its loss before the update, how many of its images were right."""

    epoch: int
    loss: float
    correct: int
    images: int
    learning_rate: float


class StepsFinished(Event, frozen=True, kw_only=True, tag="steps_finished"):
    """Several steps, gathered by time; entry i belongs to step `step - len(losses) + 1 + i`.

    `epoch` counts from 1 and is the one under way; `images_per_second` is over these steps.
    """

    epoch: int
    losses: list[float | None]
    accuracies: list[float]
    learning_rate: float
    images_per_second: float | None


class LayerHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One layer at one step: |gradient|, |update| / |weights|, the share of neurons that never fire."""

    name: str
    gradient_norm: float | None
    update_ratio: float | None
    dead: float | None


class LayersMeasured(Event, frozen=True, kw_only=True, tag="layers_measured"):
    """The layers that learn, first to last, measured over one step."""

    layers: list[LayerHealth]


class Evaluated(Event, frozen=True, kw_only=True, tag="evaluated"):
    """The network before its first step, on the images it does not learn from; null where there are none."""

    validation_loss: float | None
    validation_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None


class EpochFinished(Event, frozen=True, kw_only=True, tag="epoch_finished"):
    """An epoch (from 1) is over and evaluated; training figures are running means in training mode."""

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    learning_rate: float
    images_per_second: float | None
    seconds: float


class RunStarted(Event, frozen=True, kw_only=True, tag="run_started"):
    """A worker has begun, or has gone on from `resumed_from_step`."""

    run: str
    pid: int
    data: str
    images: int
    validation_images: int
    batches: int
    parameters: int
    threads: int
    resumed_from_step: int
    time: float


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """Goes on from a checkpoint at `step`, `epochs` of them over: older events past it do not count."""

    epochs: int


class Paused(Event, frozen=True, kw_only=True, tag="paused"):
    """The worker waits; the checkpoint is at this step."""


class Continued(Event, frozen=True, kw_only=True, tag="continued"):
    """The worker goes on after a pause."""


class Changed(Event, frozen=True, kw_only=True, tag="changed"):
    """A person changed the run while it ran: from now on it is steered."""

    rate_factor: float
    epochs: int
    patience: int = 0


class Note(Event, frozen=True, kw_only=True, tag="note"):
    """A sentence about the run that a person should read."""

    text: str


class RunFinished(Event, frozen=True, kw_only=True, tag="run_finished"):
    """The worker has ended: finished, stopped, diverged or failed, with a reason unless it finished."""

    state: str
    run: str
    epochs: int
    seconds: float
    best_epoch: int | None
    validation_accuracy: float | None
    test_accuracy: float | None
    parameters: int
    reason: str | None = None


RunEvent = (
    StepsFinished
    | LayersMeasured
    | Evaluated
    | EpochFinished
    | RunStarted
    | Resumed
    | Paused
    | Continued
    | Changed
    | Note
    | RunFinished
)
