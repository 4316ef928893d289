"""Files that survive a crash: a reader finds the old content or the new, whole, never a part of either."""

import os
import re
import tempfile
from pathlib import Path

TEMPORARY = re.compile(r"\..+\.\d+\.[a-z0-9_]{8}")  # .NAME.PID.RANDOM, as `write_atomically` calls them


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content`: a temporary file beside it, fsync, rename, fsync of the folder.

    Raises `OSError` where the disk does not take it; then the old file is untouched and nothing is left
    behind.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{os.getpid()}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask())
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def sweep_temporaries(folder: Path) -> None:
    """Delete what a killed writer left in `folder`; only the folder's one writer may call this."""
    for leftover in folder.iterdir():
        if TEMPORARY.fullmatch(leftover.name):
            leftover.unlink(missing_ok=True)


def reason(error: Exception) -> str:
    """Why a file was refused, such as "No space left on device", without errno or path."""
    refusal = error.strerror if isinstance(error, OSError) else None
    return refusal or str(error) or type(error).__name__


def sentence(error: Exception) -> str:
    """What went wrong, with the file that was refused; of two, as a rename has, that which was to be made."""
    place = (error.filename2 or error.filename) if isinstance(error, OSError) else None
    return f"{place}: {reason(error)}" if place else reason(error)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
