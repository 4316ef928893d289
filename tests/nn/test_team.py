"""A team does all tasks before it answers, and passes on what one of them raised."""

import threading
from functools import partial

import pytest

from nn.team import Team


@pytest.mark.parametrize("size", [1, 2, 4])
def test_every_task_is_done_before_run_returns(size: int) -> None:
    team = Team(size)
    done: list[int] = []
    for _ in range(50):
        done.clear()
        team.run([lambda number=number: done.append(number) for number in range(size)])
        assert sorted(done) == list(range(size))


def test_tasks_run_at_the_same_time() -> None:
    barrier = threading.Barrier(
        3, timeout=10
    )  # breaks, and fails the test, unless all three are there at once

    def meet() -> None:
        barrier.wait()

    Team(3).run([meet] * 3)


@pytest.mark.parametrize("failing", [0, 1])
def test_an_exception_reaches_the_caller_after_the_others_have_ended(failing: int) -> None:
    team = Team(2)
    ended = threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    tasks = [ended.set, ended.set]
    tasks[failing] = fail
    with pytest.raises(ZeroDivisionError):
        team.run(tasks)
    assert ended.is_set()
    ended.clear()
    team.run([ended.set])
    assert ended.is_set()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_whoever_meets_waits_for_all(count: int) -> None:
    """After each meeting everybody sees what everybody did before it."""
    team = Team(3)
    seen: list[int] = []
    written = [0] * count

    def meet_twice(number: int) -> None:
        for turn in (1, 2):
            written[number] = turn
            team.meet(count)
            seen.append(sum(written))
            team.meet(count)

    for _ in range(20):
        team.run([partial(meet_twice, number) for number in range(count)])
    assert seen == ([count] * count + [2 * count] * count) * 20


@pytest.mark.parametrize("failing", [0, 1, 2])
@pytest.mark.parametrize("comes_late", [True, False])
def test_a_task_that_fails_breaks_the_meeting_and_its_own_error_is_raised(
    failing: int, comes_late: bool
) -> None:
    """The others do not wait for it forever; the team works on afterwards."""
    team = Team(3)
    others_wait = threading.Semaphore(0)
    broken: list[int] = []

    def task(number: int) -> None:
        if number == failing:
            if comes_late:
                assert all(others_wait.acquire(timeout=10) for _ in range(2))
            raise ZeroDivisionError
        others_wait.release()
        try:
            team.meet(3)
        except threading.BrokenBarrierError:
            broken.append(number)
            raise

    for _ in range(3):
        broken.clear()
        with pytest.raises(ZeroDivisionError):
            team.run([partial(task, number) for number in range(3)])
        assert sorted(broken) == [number for number in range(3) if number != failing]
        while others_wait.acquire(blocking=False):
            pass
        team.run([partial(team.meet, 3)] * 3)
        team.run([partial(team.meet, 2)] * 2)


def test_a_task_that_fails_after_the_meeting_is_raised_too() -> None:
    team = Team(2)

    def task(number: int) -> None:
        team.meet(2)
        if number:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        team.run([partial(task, 0), partial(task, 1)])
    team.run([partial(team.meet, 2)] * 2)
