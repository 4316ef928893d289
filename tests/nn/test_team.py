"""A team does all tasks before it answers, and passes on what one of them raised."""

import threading

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
