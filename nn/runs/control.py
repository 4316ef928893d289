"""Commands to a running worker: one JSON line each over a Unix socket, answered to their own caller only.

A socket's path may hold 108 bytes and run directories are longer: the server binds by a relative name in its
working directory, clients connect through a short temporary link.
"""

import asyncio
import contextlib
import queue
import socketserver
import tempfile
import threading
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

import msgspec

from nn.files import sentence

SOCKET = "control.sock"
ANSWER_SECONDS = 30.0
LAST_ANSWERS_SECONDS = 1.0
LONGEST_LINE = 1 << 16
LONGEST_FOLDER = 60  # bytes; /mnist-tui-12345678/run/control.sock comes after it, and 108 are allowed

# What a worker and whoever starts it agree on besides commands.
LET_GO = b"d"  # what a follower writes into the worker's standard input before it leaves it to itself
LOCK = "MNIST_TUI_LOCK"  # the variable that holds the lock's descriptor, where the starter has it already


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
    """Multiply the learning rate, or set epochs or patience, from the next step on; that steers the run."""

    rate_times: float | None = None
    epochs: int | None = None
    patience: int | None = None


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


class Controls(Protocol):
    """Where a training loop finds what it is asked."""

    requests: "queue.SimpleQueue[Request]"


class ControlServer:
    """Listens in a thread and puts requests into a queue, for the training loop to look at between steps."""

    def __init__(self) -> None:
        """Listen on `control.sock` in the working directory; the run's lock says that nobody else does."""
        self.requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._unanswered = 0
        self._answered = threading.Condition()
        Path(SOCKET).unlink(missing_ok=True)
        controls = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = ANSWER_SECONDS

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # whoever hangs up or falls silent is let go
                    while line := self.rfile.readline(LONGEST_LINE):
                        with controls._answering():
                            self.wfile.write(msgspec.json.encode(controls.ask(line)) + b"\n")

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            request_queue_size = 64

        self._server = Server(SOCKET, Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def put(self, command: AnyCommand) -> None:
        """Ask from within the process: a signal handler or the watcher of the parent."""
        self.requests.put(Request(command))

    def ask(self, line: bytes) -> Answer:
        """Put one line of JSON to the training loop and wait for its answer; refuse what is no command."""
        try:
            request = Request(msgspec.json.decode(line, type=AnyCommand))
        except (ValueError, RecursionError) as error:
            return Answer(error=f"not a command: {error}")
        self.requests.put(request)
        try:
            return request.answer.result(ANSWER_SECONDS)
        except TimeoutError:
            return Answer(error=f"no answer within {ANSWER_SECONDS:.0f} s; the command is still waiting")

    def close(self) -> None:
        """Stop listening, take the socket away, and see the last answers off."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        Path(SOCKET).unlink(missing_ok=True)
        with self._answered:
            self._answered.wait_for(self._all_answered, LAST_ANSWERS_SECONDS)

    @contextlib.contextmanager
    def _answering(self) -> Generator[None]:
        """Count a caller who waits for an answer."""
        with self._answered:
            self._unanswered += 1
        try:
            yield
        finally:
            with self._answered:
                self._unanswered -= 1
                self._answered.notify_all()

    def _all_answered(self) -> bool:
        """Refuse the requests that nobody will carry out any more; whether every caller has an answer."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.requests.get_nowait().answer.set_result(Answer(error="the run has ended"))
        return self._unanswered == 0


async def send(directory: Path, command: AnyCommand) -> Answer:
    """Send one command to the worker of a run directory; raises `ControlError`."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS + 5), _connection(directory) as (reader, writer):
            writer.write(msgspec.json.encode(command) + b"\n")
            await writer.drain()
            line = await reader.readline()
    except TimeoutError:
        raise ControlError(f"the worker of {directory.name} does not answer") from None
    except OSError:
        line = b""
    try:
        answer = msgspec.json.decode(line, type=Answer)
    except ValueError:
        raise ControlError(f"the worker of {directory.name} ended before it answered") from None
    if answer.error:
        raise ControlError(answer.error)
    return answer


@contextlib.asynccontextmanager
async def _connection(directory: Path) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    with _short_link(directory) as link:
        try:
            reader, writer = await asyncio.open_unix_connection(str(link / SOCKET))
        except OSError:
            raise ControlError(f"the run {directory.name} has no worker that listens") from None
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.contextmanager
def _short_link(directory: Path) -> Generator[Path]:
    """A path to a directory that is short enough to hold a socket; raises `ControlError`."""
    with contextlib.ExitStack() as stack:
        try:
            usual = tempfile.gettempdir()
            place = usual if len(usual.encode()) <= LONGEST_FOLDER else "/tmp"
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mnist-tui-", dir=place))
            link = Path(folder) / "run"
            link.symlink_to(directory.resolve())
        except OSError as error:
            raise ControlError(
                f"the worker of {directory.name} cannot be reached without a temporary folder: "
                f"{sentence(error)}"
            ) from None
        yield link
