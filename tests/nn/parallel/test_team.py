"""A team does all parts of a task before it answers, meets in the middle, and passes on what was raised."""

import gc
import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from nn.parallel.link import TeamError
from nn.parallel.memory import Memory
from nn.parallel.team import Meeting, Team


class Member:
    """What the tests' teams are made of: one row of a table that all see."""

    def __init__(self, size: int, number: int, memory: Memory, meeting: Meeting) -> None:
        self.size, self.number, self.meeting = size, number, meeting
        self.table = memory.zeros((size, 3), np.float64)

    def process(self) -> int:
        return os.getpid()

    def write(self, value: float) -> int:
        self.table[self.number] = value * (self.number + 1)
        return self.number

    def sum_after_meeting(self, value: float, members: int) -> float:
        self.write(value)
        self.meeting.meet(members)
        return float(self.table.sum())

    def fail(self, failing: int, members: int) -> None:
        """One fails, and the others wait for it at a meeting."""
        if self.number == failing:
            raise ZeroDivisionError(f"member {failing}")
        self.meeting.meet(members)

    def big(self) -> np.ndarray:
        return np.full(100_000, self.number, np.float64)


def team_of(size: int) -> Team:
    return Team(size, partial(Member, size))


@pytest.mark.parametrize("size", [1, 3])
def test_every_member_has_done_its_part_when_call_returns(size: int) -> None:
    team = team_of(size)
    for value in range(1, 20):
        assert team.call(size, "write", value) == list(range(size))
        np.testing.assert_array_equal(team.member.table[:, 0], value * np.arange(1, size + 1))


def test_each_member_has_a_process_and_the_first_one_this() -> None:
    processes = team_of(3).call(3, "process")
    assert processes[0] == os.getpid()
    assert len(set(processes)) == 3


def test_only_the_first_members_are_asked() -> None:
    team = team_of(3)
    assert team.call(2, "write", 1.0) == [0, 1]
    np.testing.assert_array_equal(team.member.table[:, 0], [1, 2, 0])


@pytest.mark.parametrize("members", [1, 2, 3])
def test_after_a_meeting_all_see_what_the_others_wrote(members: int) -> None:
    team = team_of(3)
    for value in (1.0, 2.0):
        total = 3 * value * sum(range(1, members + 1))
        assert team.call(members, "sum_after_meeting", value, members) == [total] * members


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_failure_reaches_the_caller_and_nobody_waits_for_it(failing: int) -> None:
    team = team_of(3)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match=f"member {failing}"):
            team.call(3, "fail", failing, 3)
        assert team.call(3, "write", 1.0) == [0, 1, 2]


def test_answers_may_be_large() -> None:
    for number, answer in enumerate(team_of(2).call(2, "big")):
        np.testing.assert_array_equal(answer, np.full(100_000, number))


def test_a_killed_member_is_a_clear_error() -> None:
    team = team_of(2)
    os.kill(team.call(2, "process")[1], signal.SIGKILL)
    for _ in range(2):
        with pytest.raises(TeamError, match="a process that shared the work has ended"):
            team.call(2, "write", 1.0)


def test_members_end_with_the_team() -> None:
    team = team_of(2)
    process = team.call(2, "process")[1]
    assert Path(f"/proc/{process}").exists() or not Path("/proc").exists()
    del team
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_shared_arrays_outlive_the_team() -> None:
    team = team_of(2)
    team.call(2, "write", 1.0)
    table = team.member.table
    del team
    gc.collect()
    np.testing.assert_array_equal(table[:, 0], [1, 2])
