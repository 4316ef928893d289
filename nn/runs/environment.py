"""What of the machine decides the last bits of a result: threads, BLAS and versions, recorded with every run."""

import os
import platform
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

MOST_THREADS = 8


def allowed_threads(asked: int) -> int:
    """How many threads the arithmetic gets: `asked`, or for 0 what affinity and the cgroup's quota allow, at most 8."""
    if asked:
        return asked
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _cgroup_quota()
    if quota is not None:
        count = min(count, max(1, int(quota)))
    return max(1, min(count, MOST_THREADS))


def _cgroup_quota() -> float | None:
    """The processors that the cgroup (version 2) allows; None where it sets no limit. OpenBLAS does not look."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        return None


def blas() -> str:
    """The BLAS that NumPy loaded, its version and the kernel it chose for this processor."""
    for library in threadpool_info():
        if library.get("user_api") == "blas":
            parts = (library.get("internal_api"), library.get("version"), library.get("architecture"))
            return " ".join(str(part) for part in parts if part)
    return "unknown"


def versions() -> dict[str, str]:
    """Python, NumPy and the processor's kind."""
    return {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()}
