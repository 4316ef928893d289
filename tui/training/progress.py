"""How far a run is and how long it will take, in numbers and words. Pure, from a history."""

from dataclasses import dataclass
from datetime import datetime

from nn.runs.history import History
from tui.numbers import percent
from tui.terminal.display import Display

LEAST_STEPS = 20


@dataclass(frozen=True)
class Progress:
    """`epoch` under way (from 1) of `epochs`; shares of it and the run in [0, 1]; seconds left if known."""

    epoch: int
    epochs: int
    of_epoch: float
    of_run: float
    seconds_left: float | None


def progress(history: History, epochs: int) -> Progress:
    """The progress of a run that was planned with `epochs`, unless it was changed since."""
    epochs = history.epochs_planned if history.epochs_planned is not None else epochs
    batches = history.batches or 0
    total = epochs * batches
    if not total:
        return Progress(0, epochs, 0.0, 0.0, None)
    done = min(history.step, total)
    over = len(history.epochs) and history.epochs[-1].epoch
    return Progress(
        epoch=min(done // batches + 1, epochs),
        epochs=epochs,
        of_epoch=1.0 if done == total else done % batches / batches,
        of_run=done / total,
        seconds_left=_seconds_left(history, total - done, batches) if over < epochs else 0.0,
    )


def _seconds_left(history: History, steps: int, batches: int) -> float | None:
    """From the last epoch's seconds, or before it from the images a second; None before 20 steps."""
    if history.epochs:
        return steps / batches * history.epochs[-1].seconds
    if history.step < LEAST_STEPS or not history.images_per_second or history.started is None:
        return None
    return steps * history.started.images / batches / history.images_per_second


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours: `0:47`, `12:03`, `1:02:09`."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def bar(share: float, width: int, display: Display) -> str:
    """A progress bar of `width` cells."""
    full, half, rest = ("#", "", "-") if display.ascii else ("━", "╸", "─")
    halves = round(share * width * 2)
    text = full * (halves // 2) + (half if halves % 2 else "")
    return text + rest * (width - len(text))


def age(created: str, now: datetime) -> str:
    """How long ago, in the largest unit that fits: `45 s`, `12 m`, `3 h`, `5 d`; a dash for no time."""
    try:
        seconds = (now - datetime.fromisoformat(created)).total_seconds()
    except (ValueError, TypeError):  # no time, or one without its zone
        return "-"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"


def accuracy_figure(share: float | None) -> str:
    """`98.94 %`, or a dash where there is no figure."""
    return "-" if share is None else percent(share, 2)


def figure(value: float | None) -> str:
    """Four digits that matter, or a dash."""
    return "-" if value is None else f"{value:.4f}" if value < 10 else f"{value:.4g}"
