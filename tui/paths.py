"""A path as a person writes it, with `~` for a home: one place that knows how that can fail."""

from pathlib import Path

from tui.cli.errors import UsageError


def typed_last(text: str) -> str:
    """What was typed after a path that stood there already: `//` and `/~` begin anew, as in shells."""
    return text[max(text.rfind("//"), text.rfind("/~")) + 1 :]


def person_path(text: str) -> Path:
    """The path that `text` names; raises `UsageError` for the home of somebody unknown here."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        home = Path(text).parts[0]
        raise UsageError(f"{text} cannot be found: this machine knows no home folder {home}") from None
