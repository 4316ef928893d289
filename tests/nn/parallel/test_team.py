"""A team does all parts of a task before it answers, meets in the middle, and passes on what was raised."""

import gc
import os
import signal
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from nn.parallel import team as team_module
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

    def fail_alone(self, make: Callable[[], Exception], members: int) -> None:
        """The last one fails before a meeting."""
        if self.number == members - 1:
            raise make()
        self.meeting.meet(members)

    def return_what_cannot_be_sent(self) -> object:
        return (lambda: None) if self.number else None


class Unlucky(Member):
    """All but the first find no room."""

    def __init__(self, size: int, number: int, memory: Memory, meeting: Meeting) -> None:
        if number:
            raise MemoryError("no room")
        super().__init__(size, number, memory, meeting)


class Unreadable(Exception):
    """Can be pickled, but not read back."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def unwritable() -> Exception:
    return ValueError(lambda: None)


def unreadable() -> Exception:
    return Unreadable("a", " b")


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
        with pytest.raises(TeamError, match="a helper process of the training has ended"):
            team.call(2, "write", 1.0)


def test_no_answer_is_left_over_from_a_call_that_failed() -> None:
    team = team_of(3)
    os.kill(team.call(3, "process")[2], signal.SIGKILL)
    for value in (1.0, 2.0):
        with pytest.raises(TeamError, match="a helper process of the training has ended"):
            team.call(3, "write", value)
    assert team.call(2, "sum_after_meeting", 1.0, 2) == [9.0, 9.0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_are_left_to_the_first_member(number: signal.Signals) -> None:
    team = team_of(2)
    helper = team.call(2, "process")[1]
    assert os.getpgid(helper) != os.getpgid(0)
    os.kill(helper, number)
    assert team.call(2, "write", 1.0) == [0, 1]


def test_a_member_that_cannot_be_built_says_so_at_every_task() -> None:
    team = Team(2, partial(Unlucky, 2))
    for _ in range(2):
        with pytest.raises(MemoryError, match="no room"):
            team.call(2, "sum_after_meeting", 1.0, 2)


@pytest.mark.parametrize(
    ("make", "words"), [(unwritable, "ValueError: <function"), (unreadable, "Unreadable: a b")]
)
def test_a_failure_that_cannot_be_sent_is_told_in_words(make: Callable[[], Exception], words: str) -> None:
    team = team_of(2)
    for _ in range(2):
        with pytest.raises(TeamError, match=words):
            team.call(2, "fail_alone", make, 2)
    with pytest.raises(TeamError, match="lambda"):
        team.call(2, "return_what_cannot_be_sent")
    assert team.call(2, "write", 1.0) == [0, 1]


def test_members_end_with_the_team() -> None:
    team = team_of(2)
    process = team.call(2, "process")[1]
    os.kill(process, 0)
    del team
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_member_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_module, "SECONDS_TO_END", 0.1)
    team = team_of(2)
    process = team.call(2, "process")[1]
    os.kill(process, signal.SIGSTOP)
    del team
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.skipif(len(team_module.PROCESSORS) < 2, reason="needs two processors that can be chosen between")
def test_the_calling_thread_keeps_to_one_processor_while_the_team_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gc.collect()  # teams of other tests would free this thread when they go
    everywhere = os.sched_getaffinity(0)
    two = team_module.PROCESSORS[:2]
    monkeypatch.setattr(team_module, "PROCESSORS", two)
    try:
        team = team_of(2)
        helper = team.call(2, "process")[1]
        assert [os.sched_getaffinity(process) for process in (0, helper)] == [{one} for one in two]
        del team
        gc.collect()
        assert os.sched_getaffinity(0) == set(two)
    finally:
        os.sched_setaffinity(0, everywhere)


@pytest.mark.skipif(not team_module.PROCESSORS, reason="needs a system where processors can be chosen")
def test_a_team_works_where_the_system_refuses_to_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: int, processors: list[int]) -> None:
        raise PermissionError

    monkeypatch.setattr(team_module, "PROCESSORS", [0, 1])
    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    assert team_of(2).call(2, "write", 1.0) == [0, 1]


def test_shared_arrays_outlive_the_team() -> None:
    team = team_of(2)
    team.call(2, "write", 1.0)
    table = team.member.table
    del team
    gc.collect()
    np.testing.assert_array_equal(table[:, 0], [1, 2])
