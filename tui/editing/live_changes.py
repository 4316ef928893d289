"""What of an edit reaches a run that trains (rate, epochs, patience) and what waits: rule and words."""

from collections.abc import Callable

import msgspec

from nn.config import Config
from nn.settings import Setting, settings
from tui.session import Session

LIVE, NEXT_RUN = "live", "next run"
RATE, EPOCHS, PATIENCE = "training.optimizer.learning_rate", "training.epochs", "training.patience"


def notes(draft: Config, session: Session) -> Callable[[Setting], str]:
    """A function from a setting of the draft to its note.

    Rate, epochs and patience reach the run, all else waits for the next. The rate is only live while the
    optimizer is the run's own: another one's rate means another thing. Beside it stands what keys multiplied
    it by; an edit multiplies the run's rate too, but is in the field already.
    """
    run = session.run_config
    if run is None or not session.is_alive:
        return lambda _: ""
    trained = {setting.key: setting.value for setting in settings(run)}
    same_optimizer = type(draft.training.optimizer) is type(run.training.optimizer)
    rate = run.training.optimizer.learning_rate
    factor = f"{session.run_rate * session.history.rate_factor / rate:.3g}" if rate else "1"

    def note(setting: Setting) -> str:
        if setting.key in (EPOCHS, PATIENCE):
            return LIVE
        if setting.key == RATE and same_optimizer:
            return LIVE if factor == "1" else f"{LIVE}, x{factor}"
        differs = setting.key not in trained or trained[setting.key] != setting.value
        return NEXT_RUN if differs else ""

    return note


def with_live_changes(run: Config, before: Config, after: Config) -> Config | None:
    """The run's config with what an edit from `before` to `after` changes at once; None where that must wait.

    Only epochs, patience and rate can change at once; the rate only while the optimizer is the run's own.
    """
    old, new, running = before.training, after.training, run.training
    rate = new.optimizer.learning_rate
    if _with_changes(before, epochs=new.epochs, patience=new.patience, rate=rate) != after:
        return None
    is_same = type(running.optimizer) is type(new.optimizer)
    if rate == old.optimizer.learning_rate:
        rate = running.optimizer.learning_rate
    elif not is_same or not rate or not running.optimizer.learning_rate:  # no factor leads from or to nothing
        return None
    changed = _with_changes(
        run,
        epochs=new.epochs if new.epochs != old.epochs else None,
        patience=new.patience if new.patience != old.patience else None,
        rate=rate,
    )
    return None if changed == run else changed


def _with_changes(
    config: Config, *, rate: float, epochs: int | None = None, patience: int | None = None
) -> Config:
    """The config with another rate and, where they are not None, other epochs and another patience."""
    training = config.training
    changed = msgspec.structs.replace(
        training,
        optimizer=msgspec.structs.replace(training.optimizer, learning_rate=rate),
        epochs=training.epochs if epochs is None else epochs,
        patience=training.patience if patience is None else patience,
    )
    return msgspec.structs.replace(config, training=changed)
