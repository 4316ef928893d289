"""Folders of training images with drawings among them: their names say how many, and before which."""

import re
from pathlib import Path
from typing import NamedTuple

_NAME = re.compile(r"(.+)-with-([0-9]+)-[0-9a-f]{8}")


class WithDrawings(NamedTuple):
    """So many drawings stand before the images called `base`."""

    base: str
    drawings: int


def folder_name(base: str, drawings: int, fingerprint: str) -> str:
    """What such a folder is called; `fingerprint` is that of all its images."""
    return f"{base}-with-{drawings}-{fingerprint[:8]}"


def parts_of(source: str) -> WithDrawings | None:
    """What a config's data source says of itself; None where it is no such folder."""
    found = _NAME.fullmatch(Path(source).name)
    return WithDrawings(found[1], int(found[2])) if found else None
