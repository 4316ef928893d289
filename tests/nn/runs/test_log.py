from pathlib import Path

import pytest

from nn.events import Note, Paused
from nn.runs import log
from nn.runs.log import EventReader, EventWriter
from nn.runs.store import RunError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    path.touch()
    return path


def write(path: Path, *events: Note | Paused) -> None:
    writer = EventWriter.open(path)
    for event in events:
        writer.write(event)
    writer.close()


def test_a_reader_gets_each_event_once_as_it_comes(path: Path) -> None:
    reader = EventReader(path)
    assert reader.poll() == []
    write(path, Note(step=1, text="one\ntwo"), Paused(step=1))
    assert reader.poll() == [Note(step=1, text="one\ntwo"), Paused(step=1)]
    assert reader.poll() == []
    write(path, Note(step=2, text="ä"))
    assert reader.poll() == [Note(step=2, text="ä")]


def test_a_torn_line_is_not_read_and_is_cut_off_by_the_next_writer(path: Path) -> None:
    write(path, Paused(step=1))
    reader = EventReader(path)
    with path.open("ab") as file:
        file.write(b'{"event":"note","step":2,"te')
    assert reader.poll() == [Paused(step=1)]
    assert reader.poll() == []
    write(path, Paused(step=3))
    assert reader.poll() == [Paused(step=3)]
    assert path.read_bytes().count(b"\n") == 2


def test_a_log_of_one_torn_line_becomes_empty(path: Path) -> None:
    path.write_bytes(b'{"event"')
    write(path)
    assert path.read_bytes() == b""


def test_lines_of_another_version_are_passed_over(path: Path) -> None:
    path.write_bytes(
        b'{"event":"invented","step":1}\n\xff\xfe\n\n{"event":"note","step":1,"text":"\xff"}\n'
        + b"[" * 3000
        + b'\n{"event":"paused","step":5}\n'
    )
    assert EventReader(path).poll() == [Paused(step=5)]


def test_a_long_log_comes_in_parts_and_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "READ_BYTES", 100)
    told = [Note(step=step, text="x" * (step * 7)) for step in range(60)]  # some lines longer than a part
    write(path, *told)
    reader, read, polls = EventReader(path), [], 0
    while news := reader.poll():
        read += news
        polls += 1
    assert read == told
    assert polls > 5
    assert log.read_all(path) == told


def test_a_log_that_is_not_there_has_no_events(tmp_path: Path) -> None:
    assert EventReader(tmp_path / "none").poll() == []


def test_one_writer_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.runs.store.LOCK_SECONDS", 0.0)
    first = EventWriter.open(path)
    with pytest.raises(RunError, match="has a worker already"):
        EventWriter.open(path)
    first.write(Paused(step=1))
    first.close()
    EventWriter.open(path).close()


def test_a_line_the_disk_takes_only_in_part_is_taken_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = EventWriter.open(path)
    writer.write(Paused(step=1))
    real, calls = log.os.write, []

    def full(descriptor: int, content: bytes) -> int:
        calls.append(content)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return real(descriptor, content[:5])

    with monkeypatch.context() as patch:
        patch.setattr(log.os, "write", full)
        with pytest.raises(OSError, match="No space"):
            writer.write(Note(step=2, text="lost"))
    writer.write(Paused(step=3))
    writer.sync()
    writer.close()
    assert EventReader(path).poll() == [Paused(step=1), Paused(step=3)]
