"""The control socket on its own: a loop that answers in a thread stands in for training."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from nn.runs import control
from nn.runs.control import Answer, Change, ControlError, ControlServer, Pause, Stop


class Worker:
    """Answers every request with its number, in a thread, as a training loop would between two steps."""

    def __init__(self) -> None:
        self.server = ControlServer()
        self.seen: list[object] = []
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        while True:
            request = self.server.requests.get()
            self.seen.append(request.command)
            request.answer.set_result(Answer(step=len(self.seen)))
            if isinstance(request.command, Stop):
                return

    def close(self) -> None:
        self.server.put(Stop())
        self._thread.join()
        self.server.close()


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.chdir(tmp_path)
    worker = Worker()
    yield worker
    worker.close()


@contextmanager
def connected() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(control.SOCKET)
        yield client


def answers(client: socket.socket, count: int) -> list[Answer]:
    with client.makefile("rb") as file:
        return [msgspec.json.decode(file.readline(), type=Answer) for _ in range(count)]


async def test_a_command_is_answered_to_its_caller(worker: Worker, tmp_path: Path) -> None:
    assert await control.send(tmp_path, Pause()) == Answer(step=1)
    assert await control.send(tmp_path, Change(rate_times=2.0, epochs=3)) == Answer(step=2)
    assert worker.seen == [Pause(), Change(rate_times=2.0, epochs=3)]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"pause\n",
        b'{"command":"explode"}\n',
        b'{"command":"pause","more":1}\n',
        b'{"command":"change","rate_times":NaN}\n',
        b'{"command":"change","epochs":"many"}\n',
        b'{"command":"stop","reason":"\xff"}\n',
        b"\x00\xff\xfe\n",
        b"[" * 5000 + b"\n",
        b'{"command":"stop","reason":' + b"[" * 60000 + b"\n",
    ],
)
def test_garbage_is_refused_and_the_connection_goes_on(worker: Worker, garbage: bytes) -> None:
    with connected() as client:
        client.sendall(garbage + b'{"command":"pause"}\n')
        refused, obeyed = answers(client, 2)
    assert (refused.error or "").startswith("not a command: ")
    assert obeyed == Answer(step=1)
    assert worker.seen == [Pause()]


def test_a_line_without_end_takes_no_memory(worker: Worker) -> None:
    with connected() as client:
        client.sendall(b"x" * (2 * control.LONGEST_LINE))
        assert all(answer.error for answer in answers(client, 2))
    assert worker.seen == []


async def test_silent_half_and_vanished_clients_stop_nobody_else(worker: Worker, tmp_path: Path) -> None:
    with connected(), connected() as half, connected() as gone:
        half.sendall(b'{"command":"st')
        gone.sendall(b'{"command":"pause"}\n')
        gone.close()
        assert (await control.send(tmp_path, Pause())).error is None
    assert all(isinstance(command, Pause) for command in worker.seen)


async def test_many_callers_at_once_are_all_answered(worker: Worker, tmp_path: Path) -> None:
    steps = await asyncio.gather(*(control.send(tmp_path, Pause()) for _ in range(40)))
    assert sorted(answer.step for answer in steps) == list(range(1, 41))


async def test_a_run_directory_may_be_deeper_than_a_socket_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("a" * 100) / ("b" * 100)
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    worker = Worker()
    try:
        assert (await control.send(deep, Pause())).step == 1
        monkeypatch.setattr("tempfile.tempdir", str(deep))  # the folder for temporary files too
        assert (await control.send(deep, Pause())).step == 2
    finally:
        worker.close()


async def test_without_a_worker_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ControlError, match="has no worker that listens"):
        await control.send(tmp_path, Pause())
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(control.SOCKET)
    assert (tmp_path / control.SOCKET).exists()
    with pytest.raises(ControlError, match="has no worker that listens"):
        await control.send(tmp_path, Pause())
    worker = Worker()  # takes a stale socket's place
    try:
        assert (await control.send(tmp_path, Pause())).step == 1
    finally:
        worker.close()
    assert not (tmp_path / control.SOCKET).exists()


async def test_a_refusal_is_an_error_with_the_worker_s_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server = ControlServer()
    try:
        sent = asyncio.create_task(control.send(tmp_path, Pause()))
        request = await asyncio.to_thread(server.requests.get)
        request.answer.set_result(Answer(step=3, error="not now"))
        with pytest.raises(ControlError, match="not now"):
            await sent
    finally:
        server.close()


async def test_who_still_waits_when_the_run_ends_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server = ControlServer()
    sent = asyncio.create_task(control.send(tmp_path, Pause()))
    request = await asyncio.to_thread(server.requests.get)
    server.requests.put(request)  # nobody will carry it out
    await asyncio.to_thread(server.close)
    with pytest.raises(ControlError, match="the run has ended"):
        await sent


async def test_a_worker_that_hangs_up_or_never_answers_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    async with await asyncio.start_unix_server(hang_up, control.SOCKET):
        with pytest.raises(ControlError, match="ended before it answered"):
            await control.send(tmp_path, Pause())
    monkeypatch.setattr(control, "ANSWER_SECONDS", -4.9)
    silent: list[asyncio.StreamWriter] = []
    async with await asyncio.start_unix_server(lambda _, writer: silent.append(writer), control.SOCKET):
        with pytest.raises(ControlError, match="does not answer"):
            await control.send(tmp_path, Pause())
        for writer in silent:
            writer.close()


async def test_without_a_temporary_folder_the_reason_is_named(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/no-such-folder")
    with pytest.raises(ControlError, match=r"temporary folder: /no-such-folder/.*: No such file"):
        await control.send(tmp_path, Pause())
    assert worker.seen == []
