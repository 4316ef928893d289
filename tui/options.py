"""What the command line decides about the app before it starts."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class AppOptions:
    """`source` is what --data named; `ascii` is None where the locale decides; `runs_dir` holds the runs."""

    source: str | None
    color: str
    ascii: bool | None
    low_bandwidth: bool
    runs_dir: Path
