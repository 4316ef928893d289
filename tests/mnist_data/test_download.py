"""Downloading against mirrors on this machine that serve, lie, stall or vanish."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest

from mnist_data.cache import locked_cache, mnist_folder
from mnist_data.download import download
from mnist_data.errors import DatasetError, DownloadCancelled
from mnist_data.idx import read_idx
from mnist_data.published import MIRRORS, PUBLISHED
from tests.mnist_data.folders import NAMES, Respond, compressed, mirror, published, send, small_arrays

NOWHERE = "http://127.0.0.1:9/"  # the discard port: nothing listens


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def fetch(
    cache: Path,
    *mirrors: str,
    timeout: float = 5.0,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    download(
        cache, mirrors=mirrors, files=published(), timeout=timeout, progress=progress, cancelled=cancelled
    )


def assert_complete(cache: Path) -> None:
    for name, array in small_arrays().items():
        np.testing.assert_array_equal(read_idx(mnist_folder(cache) / name), array)
    assert {path.name for path in mnist_folder(cache).iterdir()} == {*NAMES, "lock"}


def test_mirrors_are_https_only_and_sizes_those_of_the_four_files() -> None:
    assert all(address.startswith("https://") and address.endswith("/") for address in MIRRORS)
    assert sum(file.compressed_bytes for file in PUBLISHED) == 11_594_722


@pytest.mark.parametrize("address", ["http://example.org/", "ftp://127.0.0.1.example.org/", "file:///etc/"])
def test_other_addresses_are_refused_before_anything_is_asked(tmp_path: Path, address: str) -> None:
    with mirror() as good:
        with pytest.raises(DatasetError, match="is not https"):
            fetch(tmp_path, good.address, address)
        assert good.asked == []


def test_download_publishes_the_raw_files_and_reports(tmp_path: Path) -> None:
    reports: list[tuple[str, int, int]] = []
    with mirror() as good:
        fetch(tmp_path, good.address, progress=lambda *report: reports.append(report))
        assert_complete(tmp_path)
        assert good.asked == [f"{name}.gz" for name in NAMES]
        fetch(tmp_path, good.address)
        assert len(good.asked) == 4, "what is there is not fetched again"
    for name, data in compressed().items():
        assert (name, len(data), len(data)) in reports


def not_found(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, b"no", status=404)


def redirect(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://example.org/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def wrong(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body[:-9] + bytes(9))


def cut(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body[:-10], length=len(body))


def short(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body[:-10])


def large(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, body + bytes(1 << 20))


def second_only(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    if handler.path.endswith(f"{NAMES[0]}.gz"):
        send(handler, body)
    else:
        not_found(handler, body)


@pytest.mark.parametrize(
    ("respond", "said"),
    [
        (not_found, "did not serve .*: HTTP status 404"),
        (redirect, "sent a .* with another SHA-256"),
        (wrong, "sent a .* with another SHA-256"),
        (cut, "did not serve"),
        (short, "sent a .* with another SHA-256"),
        (large, "is larger than the published"),
        (second_only, "HTTP status 404"),
    ],
)
def test_any_failure_goes_to_the_next_mirror(tmp_path: Path, respond: Respond, said: str) -> None:
    with mirror(respond) as bad, mirror() as good:
        with pytest.raises(DatasetError, match=f"MNIST could not be downloaded: .*{said}"):
            fetch(tmp_path, NOWHERE, bad.address)
        assert not list(mnist_folder(tmp_path).glob("*.part"))
        fetch(tmp_path, NOWHERE, bad.address, good.address)
    assert_complete(tmp_path)


@pytest.mark.parametrize("sent", [0, 100])
def test_a_stalled_mirror_is_left(tmp_path: Path, sent: int) -> None:
    release = threading.Event()

    def stall(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if sent:
            send(handler, body[:sent], length=len(body))
        release.wait(30)

    with mirror(stall) as bad, mirror() as good:
        try:
            fetch(tmp_path, bad.address, good.address, timeout=0.3)
        finally:
            release.set()
    assert_complete(tmp_path)


def test_a_dripping_mirror_is_left(tmp_path: Path) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        send(handler, b"", length=len(body))
        for byte in body:
            if stop.wait(0.05):
                return
            handler.wfile.write(bytes([byte]))

    with mirror(drip) as bad, mirror() as good:
        try:
            fetch(tmp_path, bad.address, good.address, timeout=0.3)
        finally:
            stop.set()
    assert_complete(tmp_path)


def test_cancel_leaves_a_blocked_connection_at_once(tmp_path: Path) -> None:
    asked, release, cancel = threading.Event(), threading.Event(), threading.Event()

    def stall(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        asked.set()
        release.wait(30)

    with mirror(stall) as bad, ThreadPoolExecutor() as pool:
        running = pool.submit(fetch, tmp_path, bad.address, timeout=60.0, cancelled=cancel.is_set)
        try:
            assert asked.wait(30)
            cancel.set()
            with pytest.raises(DownloadCancelled):
                running.result(timeout=30)  # long before the connection's own 60 seconds
        finally:
            release.set()
    with mirror() as good:
        with pytest.raises(DownloadCancelled):
            fetch(tmp_path, good.address, cancelled=lambda: True)
        assert good.asked == []
        fetch(tmp_path, good.address)
    assert_complete(tmp_path)


def test_concurrent_starts_download_once(tmp_path: Path) -> None:
    with mirror() as good, ThreadPoolExecutor(4) as pool:
        for running in [pool.submit(fetch, tmp_path, good.address) for _ in range(4)]:
            running.result()
        assert sorted(good.asked) == sorted(f"{name}.gz" for name in NAMES)
    assert_complete(tmp_path)


def test_waiting_for_another_can_be_cancelled(tmp_path: Path) -> None:
    with (
        locked_cache(tmp_path, cancelled=lambda: False),
        pytest.raises(DownloadCancelled, match="another one was running"),
    ):
        fetch(tmp_path, NOWHERE, cancelled=lambda: True)


def test_what_a_killed_process_left_is_swept_and_its_lock_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from mnist_data.cache import *\n"
        "cache = pathlib.Path(sys.argv[1])\n"
        "with locked_cache(cache, lambda: False):\n"
        f"    (mnist_folder(cache) / '{NAMES[0]}.1.part').write_bytes(b'half')\n"
        f"    (mnist_folder(cache) / '{NAMES[1]}').write_bytes(b'half')\n"
        "    print('locked', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"locked\n"
        os.kill(child.pid, signal.SIGKILL)
    with mirror() as good:
        fetch(tmp_path, good.address)
    assert_complete(tmp_path)


def test_a_cache_that_cannot_be_written_is_said_and_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with mirror() as good, mirror() as other:
        with pytest.raises(DatasetError, match=r"cannot be written: No space left on device"):
            fetch(tmp_path, good.address, other.address)
        assert other.asked == []
    assert {path.name for path in mnist_folder(tmp_path).iterdir()} == {"lock"}


def test_no_mirror_at_all(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no mirror is given"):
        fetch(tmp_path)
