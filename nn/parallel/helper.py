"""A member's own process: `python -m nn.parallel.helper SOCKET MEMORY`, two inherited descriptors.

It does what the first member asks for until that hangs up, which it also does by being killed.
"""

import pickle
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from operator import methodcaller
from typing import Any

import numpy as np

from nn.parallel.link import BrokenOff, Link, TeamError
from nn.parallel.memory import SharedMemory

# Whoever ends a training tells its first member, too: that decides, and hangs up.
LEFT_TO_THE_FIRST = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Helper:
    """What a member in a process of its own sees of the team."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def meet(self, members: int) -> None:
        """Tell the first member, and wait until it says that all have come."""
        del members  # the first member knows whom to wait for
        self._link.send(None)
        if not self._link.receive():
            raise BrokenOff

    def serve(self, memory: SharedMemory) -> None:
        """Build the member that the first message describes, then do one task after the other.

        Where it could not be built, the reason answers each task. Raises `TeamError` when the first member
        hangs up.
        """
        failure, member = _attempt(self._build, memory)
        while True:
            method, arguments = self._link.receive()
            if failure is None:
                self._answer(*_attempt(methodcaller(method, *arguments), member))
            else:
                self._answer(failure, None)

    def _build(self, memory: SharedMemory) -> Any:
        number, build = self._link.receive()
        return build(number, memory, self)

    def _answer(self, failure: Exception | None, result: Any) -> None:
        try:
            if failure is not None:
                pickle.loads(pickle.dumps(failure))  # some errors can be written but not read
            self._link.send((failure, result))
        except TeamError:
            raise
        except Exception as error:
            told = failure or error
            self._link.send((TeamError(f"{type(told).__name__}: {told}"), None))


def _attempt(do: Callable[..., Any], *arguments: Any) -> tuple[Exception | None, Any]:
    """What went wrong, to be raised again in the first member's process, or what came of it."""
    try:
        return None, do(*arguments)
    except Exception as error:
        return error, None


def main(arguments: list[str]) -> None:
    """Serve until the first member hangs up."""
    for number in LEFT_TO_THE_FIRST:
        signal.signal(number, signal.SIG_IGN)
    np.seterr(all="ignore")  # a diverging run overflows; the trainer looks at every loss
    descriptor, memory = map(int, arguments)
    with suppress(TeamError):
        Helper(Link(socket.socket(fileno=descriptor))).serve(SharedMemory(memory))


if __name__ == "__main__":
    main(sys.argv[1:])
