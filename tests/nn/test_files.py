"""A file is always the old content or the new, also when its writer is killed in the middle."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nn.files import reason, sentence, sweep_temporaries, write_atomically

# Three blocks that say which version they are, so that a mixture would show.
WRITER = """
import sys
from pathlib import Path
from nn.files import write_atomically

for version in range(10**6):
    write_atomically(Path(sys.argv[1]), str(version).encode().ljust(20) * 50_000)
    print(version, flush=True)
"""


def test_content_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_mode_is_that_of_any_new_file(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomically(tmp_path / "file", b"")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640


@pytest.mark.parametrize("call", ["fchmod", "fsync", "replace"])
def test_an_error_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path if call == "replace" else os, call, full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "none" / "file", b"")


def test_a_killed_writer_leaves_old_or_new_and_leftovers_are_swept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for kill in range(8):
        with subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            told = [int(writer.stdout.readline()) for _ in range(kill + 1)]
            writer.send_signal(signal.SIGKILL)
            told += [int(line) for line in writer.stdout if line.endswith(b"\n")]
        content = path.read_bytes()
        version = content[:20]
        assert content == version * 50_000
        assert int(version) in (told[-1], told[-1] + 1)
    (tmp_path / ".file.123.abcdefgh").write_bytes(b"half")
    (tmp_path / ".hidden.by.someone").write_bytes(b"kept")
    sweep_temporaries(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".hidden.by.someone", "file"]


def test_sweeping_an_empty_folder(tmp_path: Path) -> None:
    sweep_temporaries(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PermissionError(13, "Permission denied", "/a/file"), "Permission denied"),
        (OSError("the disk is gone"), "the disk is gone"),  # without an errno there is no strerror
        (OSError(), "OSError"),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)
def test_a_reason_is_never_empty_and_names_no_path(error: Exception, expected: str) -> None:
    assert reason(error) == expected


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "No such file or directory", "a.txt"), "a.txt: No such file or directory"),
        (PermissionError(13, "Permission denied", ".b.1.tmp", None, "b"), "b: Permission denied"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("read-only"), "read-only"),
        (ValueError("too long"), "too long"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_a_sentence_names_the_file_that_was_refused(error: Exception, words: str) -> None:
    assert sentence(error) == words
