"""Which set and which epoch are looked at: the next one, and how to say it.

Of a session it changes the epoch alone, where a person scrubs.
"""

from tui.choices import SetName
from tui.session import Session

NO_ANSWERS = "no answers yet: space trains"
GOES_ON = ", > goes on"  # the key that leads back to the latest epoch
NO_TRAINING_ANSWERS = "training images have no stored answers"


def next_set(current: SetName, allowed: tuple[SetName, ...]) -> SetName:
    """The set after `current`, and after the last the first."""
    return allowed[(allowed.index(current) + 1) % len(allowed)] if current in allowed else allowed[0]


def scrub(session: Session, by: int) -> str | None:
    """Go `by` (-1 or 1) kept epochs on from the one looked at; at the last it follows again.

    Where that cannot be, a sentence says why.
    """
    kept = session.epochs_kept
    if not kept:
        return f"There are no epochs to go through: {_no_answers(session)}."
    now = session.epoch if session.epoch in kept else kept[-1]
    place = kept.index(now) + by
    if place < 0:
        return f"Epoch {kept[0]} is the first whose answers are kept."
    session.look_at_epoch(kept[place] if place < len(kept) - 1 else None)
    return None


def epoch_words(session: Session) -> str:
    """`epoch 3 of 5`, or of one that a person went back to `epoch 2, > goes on`; empty without answers."""
    epoch = session.answers.epoch if session.answers else None
    if epoch is None:
        return ""
    when = "before training" if epoch == 0 else f"epoch {epoch}"
    if session.epoch is not None:
        return when + GOES_ON
    return when + _planned(session) if epoch else when


def missing_words(session: Session) -> str:
    """Why there are no answers to the set looked at; empty where there are."""
    answers = session.answers
    if answers is None:
        return session.dataset_note or "no images yet"
    if not len(answers):
        return f"there are no {answers.set_name} images: none are held out"
    if answers.probabilities is not None:
        return ""
    return (
        NO_TRAINING_ANSWERS if answers.set_name == "train" and session.epochs_kept else _no_answers(session)
    )


def _no_answers(session: Session) -> str:
    return (session.run.deleted if session.run else "") or NO_ANSWERS


def _planned(session: Session) -> str:
    planned = session.history.epochs_planned
    if planned is None and session.run_config is not None:
        planned = session.run_config.training.epochs
    return "" if planned is None else f" of {planned}"
