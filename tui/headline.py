"""The words of the header: which run, network and data, what it does now, how long it will take. Pure."""

from nn.building import describe, parameter_count
from tui.session import Session
from tui.terminal.display import Display
from tui.training.progress import accuracy_figure, clock, progress

STATES = {
    "starting": ("▶", ">", "starting"),
    "running": ("▶", ">", "training"),
    "paused": ("‖", "=", "paused"),
    "finished": ("✓", "*", "finished"),
    "stopped": ("■", "#", "stopped"),
    "diverged": ("✗", "x", "diverged"),
    "failed": ("✗", "x", "failed"),
    "deleted": ("✗", "x", "deleted"),
}


def headline(session: Session, display: Display) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts of the left side and of the right side, each with what may be left out last."""
    return _subject(session, display), _state(session, display)


def _subject(session: Session, display: Display) -> tuple[str, ...]:
    """Run and, loudly, data that is not real; then network and size."""
    config = session.shown_config
    network = describe(config.network)
    name = display.printable(session.run_name) if session.run else ""
    is_synthetic = session.dataset is not None and session.dataset.is_synthetic
    title = "SYNTHETIC DIGITS" if is_synthetic else "mnist-tui"
    called = f"{title}  {name}" if name and name != network else title
    return (called, network, f"{parameter_count(config.network):,} parameters")


def _state(session: Session, display: Display) -> tuple[str, ...]:
    """What the run does, how far it is and how well, and while it trains how long still and how fast."""
    history = session.history
    if session.run is None:
        return ("space trains",)
    sign, ascii_sign, word = STATES["deleted" if session.run.deleted else history.state]
    config = session.shown_config
    way = progress(history, config.training.epochs)
    parts = [f"{ascii_sign if display.ascii else sign} {word}", f"epoch {way.epoch}/{way.epochs}"]
    if history.epochs and history.epochs[-1].validation_accuracy is not None:
        parts.append(f"{accuracy_figure(history.epochs[-1].validation_accuracy)} val")
    if history.state == "running":
        if way.seconds_left is not None:
            parts.append(f"ETA {clock(way.seconds_left)}")
        if history.images_per_second:
            parts.append(f"{history.images_per_second:,.0f} img/s")
    return tuple(parts)
