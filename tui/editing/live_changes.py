"""What reaches a run while it trains (epochs, rate) and what waits for the next: the rule and its words."""

from collections.abc import Callable

import msgspec

from nn.config import Config
from nn.settings import Setting, settings
from tui.session import Session

LIVE, NEXT_RUN = "live", "next run"
RATE, EPOCHS = "training.optimizer.learning_rate", "training.epochs"


def notes(draft: Config, session: Session) -> Callable[[Setting], str]:
    """A function from a setting of the draft to its note; rate and epochs reach the run, all else waits.

    The rate is only live while the optimizer is the run's own: another one's rate means another thing.
    """
    run = session.run_config
    if run is None or not session.is_alive:
        return lambda _: ""
    trained = {setting.key: setting.value for setting in settings(run)}
    same_optimizer = type(draft.training.optimizer) is type(run.training.optimizer)
    factor = session.history.rate_factor

    def note(setting: Setting) -> str:
        if setting.key == EPOCHS:
            return LIVE
        if setting.key == RATE and same_optimizer:
            return LIVE if factor == 1 else f"{LIVE}, x{factor:.3g}"
        differs = setting.key not in trained or trained[setting.key] != setting.value
        return NEXT_RUN if differs else ""

    return note


def with_live_changes(run: Config, before: Config, after: Config) -> Config | None:
    """The run's config with what an edit from `before` to `after` changes at once; None where that must wait.

    Only epochs and rate can change at once; the rate only while the optimizer is the run's own.
    """
    epochs, rate = after.training.epochs, after.training.optimizer.learning_rate
    if with_epochs_and_rate(before, epochs, rate) != after:
        return None
    if epochs == before.training.epochs:
        epochs = run.training.epochs
    run_optimizer = run.training.optimizer
    is_same = type(run_optimizer) is type(after.training.optimizer)
    if rate == before.training.optimizer.learning_rate:
        rate = run_optimizer.learning_rate
    elif not is_same or not rate or not run_optimizer.learning_rate:  # no factor leads from or to nothing
        return None
    changed = with_epochs_and_rate(run, epochs, rate)
    return None if changed == run else changed


def with_epochs_and_rate(config: Config, epochs: int, rate: float) -> Config:
    """The config with another number of epochs and another learning rate."""
    optimizer = msgspec.structs.replace(config.training.optimizer, learning_rate=rate)
    training = msgspec.structs.replace(config.training, epochs=epochs, optimizer=optimizer)
    return msgspec.structs.replace(config, training=training)
