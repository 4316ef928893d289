"""A team of processes that do the parts of one task at the same time and wait for each other.

Threads of one process would share Python's lock, and with arrays as small as these they wait for it longer
than for each other. OpenBLAS's own threads spin, and a step takes up to forty times as long as soon as
another program wants one of the cores. So each member is a process with one BLAS thread; the arrays they work
on lie in shared memory, and only a method's name and a few numbers go from one to the other.
"""

import os
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from nn.parallel.link import BrokenOff, Link
from nn.parallel.memory import Memory, OwnMemory, SharedMemory

# Where this process may run, before a team pins its thread; nothing where the system cannot tell.
PROCESSORS = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SECONDS_TO_END = 5.0  # that a helper has when its team is no more, before it is killed
BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OMP_NUM_THREADS")


class Meeting(Protocol):
    """Where members wait for each other in the middle of a task."""

    def meet(self, members: int) -> None:
        """Wait until the first `members` members have come here; raises `TeamError` where one does not."""
        ...


Build = Callable[[int, Memory, Meeting], Any]  # a member from its number, the team's memory and its meeting


class Team:
    """`size` members; the first works in the calling process, the others in processes of their own."""

    def __init__(self, size: int, build: Build) -> None:
        """Build a member here and, with the same `build`, which can be pickled, in size - 1 processes.

        With one member for each processor, the calling thread keeps to the first processor for as long as the
        team lives, and so does what it starts meanwhile, threads and processes.
        """
        memory = SharedMemory.create() if size > 1 else OwnMemory()
        self._helpers: list[_Helper] = []
        self.member = build(0, memory, _FirstMeeting(self._helpers))
        if isinstance(memory, SharedMemory):
            weakref.finalize(self, _dismiss, self._helpers)
            for number in range(1, size):
                self._helpers.append(_Helper(number, memory, build))
            self._take_processors(size)

    def _take_processors(self, size: int) -> None:
        """Where there is one processor for each member, and no more, each keeps to its own.

        Members that wake each other up look like one program in two parts, and on a busy machine the system
        would put both on the same processor. It only helps: where the system refuses, all goes on without.
        """
        if not PROCESSORS:
            return
        thread = threading.get_native_id()
        if size == len(PROCESSORS):
            with suppress(OSError):
                os.sched_setaffinity(thread, PROCESSORS[:1])
                weakref.finalize(self, _free_processors, thread)
        for number, helper in enumerate(self._helpers, 1):
            own = PROCESSORS[number : number + 1] if size == len(PROCESSORS) else PROCESSORS
            with suppress(OSError):
                os.sched_setaffinity(helper.process.pid, own)

    def call(self, members: int, method: str, *arguments: Any) -> list[Any]:
        """Let the first `members` members do `method` at the same time: what each of them returns.

        Raises what one of them raised, after all have ended.
        """
        asked: list[_Helper] = []
        results: list[Any] = []
        failures: list[Exception] = []
        try:
            for helper in self._helpers[: members - 1]:
                helper.link.send((method, arguments))
                asked.append(helper)
            results.append(getattr(self.member, method)(*arguments))
        except Exception as error:  # the others must have ended before anybody touches their arrays
            failures.append(error)
        for helper in asked:
            failure, result = helper.finish()
            if failure is None:
                results.append(result)
            else:
                failures.append(failure)
        if failures:
            raise next((error for error in failures if not isinstance(error, BrokenOff)), failures[0])
        return results


class _Helper:
    """A member in a process of its own, as the first member sees it."""

    def __init__(self, number: int, memory: SharedMemory, build: Build) -> None:
        ours, theirs = socket.socketpair()
        self.link = Link(ours)
        self._answer: tuple[Exception | None, Any] | None = None
        self._is_at_meeting = False
        with theirs:
            descriptors = theirs.fileno(), memory.descriptor
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "nn.parallel.helper", *map(str, descriptors)],
                stdin=subprocess.DEVNULL,
                pass_fds=descriptors,
                env=_environment(),
                process_group=0,  # signals to a group reach the first member alone: see nn.parallel.helper
            )
        self.link.send((number, build))

    def await_meeting(self) -> None:
        """Wait until it has come to the meeting; raises `TeamError` where it has failed instead."""
        self._answer = self.link.receive()
        self._is_at_meeting = self._answer is None
        if self._answer is not None:
            raise BrokenOff

    def end_meeting(self, *, is_whole: bool) -> None:
        """Let it go on, or, where not all have come, break off."""
        self._is_at_meeting = False
        self.link.send(is_whole)

    def finish(self) -> tuple[Exception | None, Any]:
        """Wait for the end of its task: a failure, or what it returned; a meeting is not to be any more."""
        answer, self._answer = self._answer, None
        try:
            if self._is_at_meeting:
                self.end_meeting(is_whole=False)
            while answer is None and (answer := self.link.receive()) is None:
                self.end_meeting(is_whole=False)
        except Exception as error:  # the other helpers' answers must be fetched, too
            return error, None
        return answer


class _FirstMeeting:
    """The first member's side of meetings: it waits for the others, then lets them go."""

    def __init__(self, helpers: "list[_Helper]") -> None:
        self._helpers = helpers

    def meet(self, members: int) -> None:
        """See `Meeting`."""
        helpers = self._helpers[: members - 1]
        for helper in helpers:
            helper.await_meeting()
        for helper in helpers:
            helper.end_meeting(is_whole=True)


def _environment() -> dict[str, str]:
    """One BLAS thread, and the same modules as here."""
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join([root, *filter(None, sys.path)])
    return {**os.environ, **dict.fromkeys(BLAS_THREADS, "1"), "PYTHONPATH": paths}


def _dismiss(helpers: Sequence[_Helper]) -> None:
    for helper in helpers:
        helper.link.close()
    for helper in helpers:
        try:
            helper.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            helper.process.kill()
            helper.process.wait()


def _free_processors(thread: int) -> None:
    with suppress(OSError):
        os.sched_setaffinity(thread, PROCESSORS)
