"""What of the machine decides the last bits of a result: threads, BLAS and versions.

Recorded with every run, so that a run that goes on elsewhere can say what is different.
"""

import os
import platform
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import numpy as np
import threadpoolctl  # pyright: ignore[reportMissingTypeStubs]  # it comes without types

MOST_THREADS = 8
NICE = 3


def allowed_threads(asked: int, *, processors: int | None = None, root: Path = Path("/")) -> int:
    """How many threads the arithmetic gets: `asked`, or for 0 what the machine allows, at most 8.

    That is the processors this process may use (`processors` where given), or the cgroup's quota below `root`
    where that is less: OpenBLAS does not look at it.
    """
    if asked:
        return asked
    count = processors or _affinity()
    quota = cgroup_quota(root)
    if quota is not None:
        count = min(count, int(quota))
    return max(1, min(count, MOST_THREADS))


def cgroup_quota(root: Path = Path("/")) -> float | None:
    """The processors that the cgroup (version 2) and those above it allow; None where none sets a limit."""
    top = root / "sys/fs/cgroup"
    groups = [top]
    for part in _cgroup(root).split("/"):
        if part not in ("", "..") and groups[-1].is_dir():
            groups.append(groups[-1] / part)
    quotas = [quota for group in groups if (quota := _quota(group / "cpu.max")) is not None]
    return min(quotas, default=None)


def limit_threads(threads: int) -> AbstractContextManager[Any]:
    """Hold every BLAS that is loaded to so many threads: from now on, or where it is a `with` within that."""
    return cast(AbstractContextManager[Any], threadpoolctl.threadpool_limits(threads))


def let_go_first() -> None:
    """Let others have a contended processor first: this process and its helpers, where the system can.

    With a worker on each core an app at the same priority would get two thirds of one while it draws, and a
    key be seen half as late again. At 3 below (a weight of 526 to 1,024) it gets nearly all of one, for the
    few per cent of the time that it needs.
    """
    os.nice(NICE)


def blas() -> str:
    """The BLAS that NumPy loaded, its version and the kernel it chose for this processor."""
    for library in cast(list[dict[str, Any]], threadpoolctl.threadpool_info()):
        if library.get("user_api") == "blas":
            parts = (library.get("internal_api"), library.get("version"), library.get("architecture"))
            return " ".join(str(part) for part in parts if part)
    return "unknown"


def versions() -> dict[str, str]:
    """Python, NumPy and the processor's kind."""
    return {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()}


def differences(old_blas: str | None, old_versions: Mapping[str, str]) -> list[str]:
    """Sentences on what has changed since a run was recorded, and may change its last bits."""
    now = {"blas": blas(), **versions()}
    before = {"blas": old_blas, **old_versions}
    return [
        f"{name} was {before[name]} and is {value} now: the last bits may differ from an unbroken run"
        for name, value in now.items()
        if before.get(name) not in (None, value)
    ]


def _affinity() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cgroup(root: Path) -> str:
    """This process's cgroup as a path below the top one; the top one itself where there is none."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return ""
    return next((line[3:] for line in lines if line.startswith("0::")), "")


def _quota(path: Path) -> float | None:
    try:
        quota, period = path.read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None
