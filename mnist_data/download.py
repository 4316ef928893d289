"""MNIST from the public mirrors into the cache: the first mirror that serves, checked by hash.

A file is taken into memory (at most its published size), checked compressed and decompressed, and only then
written; whatever fails at one mirror is tried at the next.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from numpy.typing import NDArray

from mnist_data.cache import locked_cache, missing_from_cache, publish
from mnist_data.errors import DatasetError, DownloadCancelled, printable
from mnist_data.idx import decode_idx, idx_digest
from mnist_data.published import MIRRORS, PUBLISHED, PublishedFile

Progress = Callable[[str, int, int], None]
CONNECTION_SECONDS = 10.0
_CHUNK = 1 << 14  # a mirror that needs longer than the connection's time for one chunk counts as stalled
_POLL_SECONDS = 0.1
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _Closable(Protocol):
    """Something with a connection to close."""

    def close(self) -> None:
        """Close it."""


class _MirrorFailure(Exception):
    """One file could not be had from one mirror; the message says why."""


def download(
    cache: Path,
    *,
    mirrors: Sequence[str] = MIRRORS,
    files: Sequence[PublishedFile] = PUBLISHED,
    progress: Progress = lambda _name, _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    timeout: float = CONNECTION_SECONDS,
) -> None:
    """Bring `files` into the cache from the first of `mirrors` that serves each; blocks until done.

    `mirrors` are https addresses ending in "/" (http on this machine only); `progress` gets the file's name,
    bytes done and bytes in all; `cancelled` is asked ten times a second; `timeout` is in seconds, for the
    connection and for each piece. Both callbacks run in the calling thread. Files already there are not
    fetched; of concurrent callers one fetches and the others wait.
    Raises `DownloadCancelled`, or `DatasetError` if no mirror serves or the cache cannot be written.
    """
    for mirror in mirrors:
        _check_mirror(mirror)
    with locked_cache(cache, cancelled):
        remaining = missing_from_cache(cache, files)
        failures: list[str] = []
        for mirror in mirrors:
            try:
                while remaining:
                    if cancelled():
                        raise DownloadCancelled(f"the download of {remaining[0].name} was cancelled")
                    array = _fetch_checked(mirror, remaining[0], progress, cancelled, timeout)
                    publish(cache, remaining[0].name, array)
                    del remaining[0]
            except _MirrorFailure as failure:
                failures.append(str(failure))
        if remaining:
            raise DatasetError(
                f"MNIST could not be downloaded: {'; '.join(failures) or 'no mirror is given'}"
            )


def _check_mirror(mirror: str) -> None:
    address = urlsplit(mirror)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise DatasetError(f"the mirror {printable(mirror)} is not https, and nothing else is allowed")


def _fetch_checked(
    mirror: str, file: PublishedFile, progress: Progress, cancelled: Callable[[], bool], timeout: float
) -> NDArray[Any]:
    host = urlsplit(mirror).netloc
    fetch = _Fetch(f"{mirror}{file.name}.gz", file.compressed_bytes, timeout)
    fetch.start()
    while not fetch.finished.wait(_POLL_SECONDS):
        if cancelled():
            fetch.abandon()
            raise DownloadCancelled(f"the download of {file.name} was cancelled")
        if fetch.is_stalled():
            fetch.abandon()
            raise _MirrorFailure(f"{host} sent nothing of {file.name} for {timeout:g} seconds")
        progress(file.name, fetch.done, file.compressed_bytes)
    if fetch.failure is not None:
        raise _MirrorFailure(f"{host} did not serve {file.name}: {_short(fetch.failure)}") from fetch.failure
    compressed = fetch.content()
    progress(file.name, len(compressed), file.compressed_bytes)
    return _check(compressed, file, host)


def _check(compressed: bytes, file: PublishedFile, host: str) -> NDArray[Any]:
    if hashlib.sha256(compressed).hexdigest() != file.compressed_sha256:
        raise _MirrorFailure(f"{host} sent a {file.name}.gz with another SHA-256 than the published one")
    try:
        array = decode_idx(compressed, f"{file.name}.gz")
    except DatasetError as error:
        raise _MirrorFailure(f"{host}: {error}") from error
    if idx_digest(array) != file.sha256:
        raise _MirrorFailure(f"{host} sent a {file.name} with another SHA-256 than the published one")
    return array


def _short(failure: Exception) -> str:
    response = getattr(failure, "response", None)
    if response is not None:
        return f"HTTP status {response.status_code}"
    return str(failure) if isinstance(failure, _MirrorFailure) else type(failure).__name__


class _Fetch:
    """One request in a thread of its own, which can be left behind: a blocked socket cannot be interrupted.

    It is the file that the library writes into, so it sees every chunk: it counts, and refuses too many.
    """

    def __init__(self, url: str, limit: int, timeout: float) -> None:
        self.finished = threading.Event()
        self.failure: Exception | None = None
        self.done = 0
        self._url = url
        self._limit = limit
        self._timeout = timeout
        self._parts: list[bytes] = []
        self._abandoned = False
        self._last_sign = time.monotonic()
        self._response: _Closable | None = None

    def start(self) -> None:
        """Begin the request in a daemon thread."""
        threading.Thread(target=self._run, name="mnist-download", daemon=True).start()

    def abandon(self) -> None:
        """Let the thread end at its next chunk or time limit; nobody waits for it."""
        self._abandoned = True

    def is_stalled(self) -> bool:
        """Say whether the time limit passed without a chunk; it also covers name look-up and headers."""
        return time.monotonic() - self._last_sign > self._timeout

    def content(self) -> bytes:
        """Return what came."""
        return b"".join(self._parts)

    def write(self, chunk: bytes) -> None:
        """Take a chunk from the library."""
        if self._abandoned:
            raise _MirrorFailure("abandoned")
        if self.done + len(chunk) > self._limit:
            raise _MirrorFailure(f"it is larger than the published {self._limit:,} bytes")
        self._parts.append(chunk)
        self.done += len(chunk)
        self._last_sign = time.monotonic()

    def answered(self, response: _Closable, *_args: object, **_kwargs: object) -> None:
        """Remember the response that begins to arrive, to close its connection whatever happens."""
        self._response = response

    def flush(self) -> None:
        """Nothing to do: the library flushes after each chunk."""

    def _run(self) -> None:
        try:
            _request(self._url, self, self._timeout)
        except Exception as failure:  # whatever it is, the next mirror is tried
            self.failure = failure
        finally:
            if self._response is not None:
                self._response.close()
            self.finished.set()


def _request(url: str, sink: _Fetch, timeout: float) -> None:
    pooch = import_module("pooch")  # slow to import, and needed for a download only
    get = cast(
        Callable[..., None],
        pooch.HTTPDownloader(
            chunk_size=_CHUNK,
            timeout=timeout,
            allow_redirects=False,  # a redirect could leave https
            hooks={"response": sink.answered},
            headers={"Accept-Encoding": "identity"},  # the .gz itself, not inflated on the way
        ),
    )
    get(url, sink, None)
