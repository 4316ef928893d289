"""A member's own process: `python -m nn.parallel.helper SOCKET MEMORY`, two inherited descriptors.

It does what the first member asks for until that hangs up, which it also does by being killed.
"""

import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import numpy as np

from nn.parallel.link import Link, TeamError
from nn.parallel.memory import SharedMemory


class Helper:
    """What a member in a process of its own sees of the team."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def meet(self, members: int) -> None:
        """Tell the first member, and wait until it says that all have come."""
        del members  # the first member knows whom to wait for
        self._link.send(None)
        if not self._link.receive():
            raise TeamError("another part of the work has failed")

    def serve(self, member: Any) -> None:
        """Do one task after the other; raises `TeamError` when the first member hangs up."""
        while True:
            method, arguments = self._link.receive()
            try:
                answer = None, getattr(member, method)(*arguments)
            except Exception as error:  # it is raised again in the first member's process
                answer = error, None
            self._link.send(answer)


def main(arguments: list[str]) -> None:
    """Build the member that the first message describes, and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first member hears it, too, and decides
    np.seterr(all="ignore")  # a diverging run overflows; the trainer looks at every loss
    descriptor, memory = map(int, arguments)
    link = Link(socket.socket(fileno=descriptor))
    with suppress(TeamError):
        number, build = link.receive()
        helper = Helper(link)
        helper.serve(build(number, SharedMemory(memory), helper))


if __name__ == "__main__":
    main(sys.argv[1:])
