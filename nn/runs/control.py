"""Commands to a running worker: one JSON line each over a Unix socket, answered to their own caller only.

A socket's path may hold 108 bytes and run directories are longer: the server binds by a relative name in its working
directory, clients connect through a short temporary link.
"""

import asyncio
import contextlib
import queue
import socketserver
import tempfile
import threading
from concurrent.futures import Future
from pathlib import Path

import msgspec

SOCKET = "control.sock"
ANSWER_SECONDS = 30.0


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=str.lower, forbid_unknown_fields=True):
    """What a viewer may ask of a worker."""


class Pause(Command, frozen=True):
    """Stop after the step under way, save, and wait."""


class Resume(Command, frozen=True):
    """Go on after a pause."""


class Step(Command, frozen=True):
    """Train one batch, then pause."""


class Epoch(Command, frozen=True):
    """Train to the end of the epoch, then pause."""


class Change(Command, frozen=True):
    """Multiply the learning rate, or set the number of epochs, from the next step on; the run is then steered."""

    rate_times: float | None = None
    epochs: int | None = None


class Stop(Command, frozen=True):
    """Save and end the worker; the run can be resumed."""

    reason: str = "asked to stop"


AnyCommand = Pause | Resume | Step | Epoch | Change | Stop


class Answer(msgspec.Struct, frozen=True):
    """What the worker did: its step, or in `error` a sentence why not."""

    step: int = 0
    error: str | None = None


class ControlError(Exception):
    """A command that was refused or did not reach the worker; one sentence."""


class Request:
    """A command on its way to the training loop, and the answer on its way back."""

    def __init__(self, command: AnyCommand) -> None:
        self.command = command
        self.answer: Future[Answer] = Future()


class ControlServer:
    """Listens in a thread and puts requests into a queue that the training loop looks at between two steps."""

    def __init__(self) -> None:
        """Listen on `control.sock` in the working directory; the run's lock says that nobody else does."""
        self.requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        Path(SOCKET).unlink(missing_ok=True)
        requests = self.requests

        class Handler(socketserver.StreamRequestHandler):
            timeout = ANSWER_SECONDS

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    for line in self.rfile:
                        self.wfile.write(msgspec.json.encode(_ask(requests, line)) + b"\n")

        self._server = socketserver.ThreadingUnixStreamServer(SOCKET, Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, command: AnyCommand) -> None:
        """Ask from within the process: a signal handler or the watcher of the parent."""
        self.requests.put(Request(command))

    def close(self) -> None:
        """Stop listening and take the socket away."""
        self._server.shutdown()
        self._server.server_close()
        Path(SOCKET).unlink(missing_ok=True)


def _ask(requests: "queue.SimpleQueue[Request]", line: bytes) -> Answer:
    try:
        request = Request(msgspec.json.decode(line, type=AnyCommand))
    except msgspec.DecodeError as error:
        return Answer(error=f"not a command: {error}")
    requests.put(request)
    try:
        return request.answer.result(ANSWER_SECONDS)
    except TimeoutError:
        return Answer(error=f"no answer within {ANSWER_SECONDS:.0f} s; the command is still waiting")


async def send(directory: Path, command: AnyCommand) -> Answer:
    """Send one command to the worker of a run directory; raises `ControlError`."""
    with tempfile.TemporaryDirectory(prefix="mnist-tui-") as folder:
        link = Path(folder) / "run"
        link.symlink_to(directory.resolve())
        try:
            reader, writer = await asyncio.open_unix_connection(str(link / SOCKET))
        except OSError:
            raise ControlError(f"the run {directory.name} has no worker that listens") from None
    try:
        writer.write(msgspec.json.encode(command) + b"\n")
        await writer.drain()
        line = await reader.readline()
    except OSError:
        line = b""
    finally:
        writer.close()
    if not line:
        raise ControlError(f"the worker of {directory.name} ended before it answered")
    answer = msgspec.json.decode(line, type=Answer)
    if answer.error:
        raise ControlError(answer.error)
    return answer
