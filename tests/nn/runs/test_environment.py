import os
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from nn.runs import environment


def machine(root: Path, *, group: str = "/", **limits: str) -> Path:
    """A file system whose cgroup is `group`; `limits` are the contents of cpu.max, from the top one down."""
    place = root / "sys/fs/cgroup"
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(f"1:name=systemd:/other\n0::{group}\n")
    for part, limit in zip(("", *group.strip("/").split("/")), limits.values(), strict=False):
        place = place / part
        place.mkdir(parents=True, exist_ok=True)
        if limit:
            (place / "cpu.max").write_text(limit + "\n")
    return root


def test_a_number_that_was_asked_for_is_taken(tmp_path: Path) -> None:
    assert environment.allowed_threads(12, processors=2, root=tmp_path) == 12


@pytest.mark.parametrize(
    ("processors", "limit", "threads"),
    [
        (4, "", 4),
        (32, "", 8),
        (4, "max 100000", 4),
        (4, "200000 100000", 2),
        (4, "150000 100000", 1),
        (4, "50000 100000", 1),
        (2, "800000 100000", 2),
        (4, "nonsense", 4),
        (4, "100000 0", 4),
    ],
)
def test_affinity_and_quota_bound_the_threads(
    tmp_path: Path, processors: int, limit: str, threads: int
) -> None:
    root = machine(tmp_path, top=limit)
    assert environment.allowed_threads(0, processors=processors, root=root) == threads


def test_the_quota_of_a_group_above_counts_too(tmp_path: Path) -> None:
    root = machine(tmp_path, group="/user.slice/user-1", top="", slice="200000 100000", own="max 100000")
    assert environment.cgroup_quota(root) == 2.0


def test_a_machine_without_cgroups_sets_no_limit(tmp_path: Path) -> None:
    assert environment.cgroup_quota(tmp_path) is None


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_this_process_s_own_affinity_is_heeded(tmp_path: Path) -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert environment.allowed_threads(0, root=tmp_path) == 1
    finally:
        os.sched_setaffinity(0, before)


def test_threads_are_held_within_the_block() -> None:
    with environment.limit_threads(1):
        assert {library["num_threads"] for library in threadpool_info()} == {1}


def test_what_differs_from_the_record_is_named_and_what_was_not_recorded_is_not() -> None:
    assert environment.differences(environment.blas(), environment.versions()) == []
    assert environment.differences(None, {}) == []
    (sentence,) = environment.differences(environment.blas(), {**environment.versions(), "numpy": "1.0"})
    assert sentence.startswith("numpy was 1.0 and is ")
