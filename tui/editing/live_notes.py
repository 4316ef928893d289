"""What stands beside a setting while a run trains: whether a change of it reaches that run or the next."""

from collections.abc import Callable

from nn.config import Config
from nn.settings import Setting, settings
from tui.session import Session

LIVE, NEXT_RUN = "live", "next run"
RATE, EPOCHS, PATIENCE = "training.optimizer.learning_rate", "training.epochs", "training.patience"


def notes(draft: Config, session: Session) -> Callable[[Setting], str]:
    """A function from a setting of the draft to its note.

    Rate, epochs and patience reach the run, all else waits for the next. The rate is only live while the
    optimizer is the run's own: another one's rate means another thing.
    """
    run = session.run_config
    if run is None or not session.is_alive:
        return lambda _: ""
    trained = {setting.key: setting.value for setting in settings(run)}
    same_optimizer = type(draft.training.optimizer) is type(run.training.optimizer)
    factor = session.history.rate_factor

    def note(setting: Setting) -> str:
        if setting.key in (EPOCHS, PATIENCE):
            return LIVE
        if setting.key == RATE and same_optimizer:
            return LIVE if factor == 1 else f"{LIVE}, x{factor:.3g}"
        differs = setting.key not in trained or trained[setting.key] != setting.value
        return NEXT_RUN if differs else ""

    return note
