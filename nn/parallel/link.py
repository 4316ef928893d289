"""The way to another process of a team: short messages both ways through a socket.

Who waits looks for a message often at first, because waking up takes longer than most waits; then it sleeps,
so that a wait costs next to nothing where somebody else needs the processor.
"""

import pickle
import select
import socket
from typing import Any

LOOKS = 1000  # before falling asleep: about a third of a millisecond
LENGTH = 4  # bytes before each message
MOST_AT_ONCE = 1 << 16  # bytes
ENDED = (
    "a helper process of the training has ended (killed, or out of memory); resume from the last checkpoint"
)


class TeamError(RuntimeError):
    """A process of the team has ended, or has failed where the others waited for it."""


class BrokenOff(TeamError):
    """A meeting that is not to be: whoever did not come to it has the reason."""

    def __str__(self) -> str:
        return "another part of the work has failed"


class Link:
    """One end: a message is a pickled object with its length before it."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._data = bytearray()
        self._poll = select.poll()
        self._poll.register(end, select.POLLIN)

    def send(self, message: Any) -> None:
        """Raises `TeamError` where the other process has ended."""
        data = pickle.dumps(message)
        try:
            self._socket.sendall(len(data).to_bytes(LENGTH) + data)
        except OSError:
            raise TeamError(ENDED) from None

    def receive(self) -> Any:
        """The next message; raises `TeamError` where the other process has ended."""
        if not self._data:
            look = self._poll.poll
            for _ in range(LOOKS):
                if look(0):
                    break
        self._await(LENGTH)
        end = LENGTH + int.from_bytes(self._data[:LENGTH])
        self._await(end)
        message = bytes(self._data[LENGTH:end])
        del self._data[:end]
        return pickle.loads(message)

    def _await(self, size: int) -> None:
        """Wait until so many bytes have come; more may have."""
        while len(self._data) < size:
            try:
                data = self._socket.recv(MOST_AT_ONCE)
            except OSError:
                data = b""
            if not data:
                raise TeamError(ENDED)
            self._data += data

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
