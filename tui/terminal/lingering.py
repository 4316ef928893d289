"""Whether logind ends a user's processes at logout, a training among them, and what keeps one alive.

Read from logind's configuration and records as files, so that nothing is started and nothing is waited for.
"""

import configparser
from collections.abc import Iterator
from pathlib import Path

# The first of these that has a main file, or a drop-in of some name, hides that of the others.
_FOLDERS = ("etc/systemd", "run/systemd", "usr/local/lib/systemd", "usr/lib/systemd", "lib/systemd")
_TRUE = frozenset({"1", "yes", "y", "true", "t", "on"})


def warning(root: Path, user: str) -> str | None:
    """What to tell `user` before a logout, in one line; None where trainings go on or logind is not there.

    `root` is the file system's root. Lingering keeps the user's own manager alive, but no login session: what
    runs in a session is ended all the same, which is why the sentence names `systemd-run` too.
    """
    if not _kills_processes_of(user, _settings(root)):
        return None
    if (root / "var/lib/systemd/linger" / user).exists() and "/session-" not in _text(
        root / "proc/self/cgroup"
    ):
        return None
    return (
        "This machine ends a user's processes at logout (KillUserProcesses in logind.conf). To train on"
        " after it, run 'loginctl enable-linger' once, and start with 'systemd-run --user --scope mnist-tui'."
    )


def _kills_processes_of(user: str, settings: dict[str, str]) -> bool:
    """logind's own rule: whom it spares, else whom alone it kills, else everybody or nobody."""
    if user in settings.get("killexcludeusers", "root").split():
        return False
    if only := settings.get("killonlyusers", "").split():
        return user in only
    return settings.get("killuserprocesses", "no").lower() in _TRUE


def _settings(root: Path) -> dict[str, str]:
    """The section [Login], names in lower case; a later file overrides an earlier one."""
    settings: dict[str, str] = {}
    for path in _files(root):
        parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
        try:
            parser.read_string(_text(path))
        except configparser.Error:  # logind passes over what it cannot read, too
            continue
        if parser.has_section("Login"):
            settings.update(parser["Login"])
    return settings


def _files(root: Path) -> Iterator[Path]:
    """The main file, then the drop-ins in the order of their names, wherever they lie."""
    folders = [root / folder for folder in _FOLDERS]
    mains = [folder / "logind.conf" for folder in folders if (folder / "logind.conf").is_file()]
    yield from mains[:1]
    drop_ins: dict[str, Path] = {}
    for folder in folders:
        for path in (folder / "logind.conf.d").glob("*.conf"):
            drop_ins.setdefault(path.name, path)
    yield from (drop_ins[name] for name in sorted(drop_ins))


def _text(path: Path) -> str:
    """A file's text; nothing where it cannot be read."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
