"""A team of threads that does the parts of one task at the same time and waits for all of them.

NumPy lets go of Python's lock while it computes, so threads that each run a part of a batch use the cores
well. They wait asleep. OpenBLAS's own threads spin, and a step takes up to forty times as long as soon as
another program wants one of the cores, so a team goes with one BLAS thread.
"""

import threading
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from threading import BrokenBarrierError

Task = Callable[[], None]


class Team:
    """`size` workers, the calling thread being the first; the others wait as daemon threads."""

    def __init__(self, size: int) -> None:
        """Start size - 1 threads; they end when the team is no longer used."""
        self._tasks: list[SimpleQueue[Task | None]] = [SimpleQueue() for _ in range(size - 1)]
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        for tasks in self._tasks:
            threading.Thread(target=_work, args=(tasks, self._done), daemon=True).start()
        self._meetings = {count: threading.Barrier(count) for count in range(1, size + 1)}
        weakref.finalize(self, _dismiss, self._tasks)

    def run(self, tasks: Sequence[Task]) -> None:
        """Do all tasks, at most `size`; raises what one of them raised, after all have ended."""
        meeting = self._meetings[len(tasks)]
        for queue, task in zip(self._tasks, tasks[1:], strict=False):
            queue.put(partial(_attempt, task, meeting))
        failures: list[BaseException | None] = []
        try:
            _attempt(tasks[0], meeting)
        except BaseException as error:  # the others must have ended before anybody touches their arrays
            failures.append(error)
        failures += [self._done.get() for _ in tasks[1:]]
        if meeting.broken:
            meeting.reset()
            causes = [failure for failure in failures if failure is not None]
            raise next((cause for cause in causes if not isinstance(cause, BrokenBarrierError)), causes[0])

    def meet(self, count: int) -> None:
        """Called by each of `count` tasks that run: wait until all of them have come here.

        Raises `BrokenBarrierError` where one of them has failed instead.
        """
        if count > 1:
            self._meetings[count].wait()


def _attempt(task: Task, meeting: threading.Barrier) -> None:
    """Do a task; where it fails, nobody waits for it any more."""
    try:
        task()
    except BaseException:
        meeting.abort()
        raise


def _work(tasks: "SimpleQueue[Task | None]", done: "SimpleQueue[BaseException | None]") -> None:
    while (task := tasks.get()) is not None:
        try:
            task()
            done.put(None)
        except BaseException as error:  # it is raised again in the calling thread
            done.put(error)


def _dismiss(queues: "list[SimpleQueue[Task | None]]") -> None:
    for tasks in queues:
        tasks.put(None)
