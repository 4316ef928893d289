"""What can go wrong with images and labels, as one sentence a person can act on.

Every error of this package is a `DatasetError`; its message names the file, the value and what is allowed.
It begins with a small letter, or a name, and has no full stop: other words may stand before and after it.
"""

from pathlib import Path


class DatasetError(Exception):
    """A data set that cannot be used; the message is one sentence for the person who named it."""


class DatasetMissing(DatasetError):
    """MNIST is in none of the places on this machine where it may be."""


class DownloadCancelled(DatasetError):
    """The person stopped the download; what was already published stays."""


def printable(name: str | Path) -> str:
    """Return `name` with every character that is not printable (such as ESC) replaced by `?`."""
    return "".join(character if character.isprintable() else "?" for character in str(name))


def reason(error: BaseException) -> str:
    """Return why the system refused, such as "Permission denied", without errno or path."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return printable(text or type(error).__name__)
