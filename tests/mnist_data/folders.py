"""Small data sets in MNIST's form, and a mirror on this machine that serves or misbehaves."""

import gzip
import hashlib
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_data.dataset import Dataset
from mnist_data.idx import encode_idx, idx_digest
from mnist_data.published import PUBLISHED, PublishedFile

NAMES = tuple(file.name for file in PUBLISHED)


def small_arrays(train: int = 30, test: int = 10) -> dict[str, NDArray[np.uint8]]:
    """The four arrays by the name of their file."""
    rng = np.random.default_rng(1)
    arrays = [
        rng.integers(0, 256, (train, 28, 28), np.uint8),
        rng.integers(0, 10, train, np.uint8),
        rng.integers(0, 256, (test, 28, 28), np.uint8),
        rng.integers(0, 10, test, np.uint8),
    ]
    return dict(zip(NAMES, arrays, strict=True))


def small_dataset() -> Dataset:
    """The four arrays as a data set."""
    train_images, train_labels, test_images, test_labels = small_arrays().values()
    return Dataset("name", "origin", train_images, train_labels, test_images, test_labels)


def small_files() -> dict[str, bytes]:
    """The four raw IDX files by name."""
    return {name: encode_idx(array) for name, array in small_arrays().items()}


def drop(folder: Path, place: Callable[[str], str] = lambda name: name) -> Path:
    """Write the four files into `folder`, each where `place` says; a name that ends in .gz is compressed."""
    for name, data in small_files().items():
        path = folder / place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return folder


def compressed() -> dict[str, bytes]:
    """The four files as a mirror has them, by name."""
    return {name: gzip.compress(data, mtime=0) for name, data in small_files().items()}


def published() -> tuple[PublishedFile, ...]:
    """What would be published if the small data set were MNIST."""
    return tuple(
        PublishedFile(name, idx_digest(small_arrays()[name]), len(data), hashlib.sha256(data).hexdigest())
        for name, data in compressed().items()
    )


Respond = Callable[[BaseHTTPRequestHandler, bytes], None]


def send(handler: BaseHTTPRequestHandler, body: bytes, length: int | None = None, status: int = 200) -> None:
    """Answer with `body`, announced as `length` bytes."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


class Mirror:
    """A running local mirror: its address and the names it was asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[str] = []


@contextmanager
def mirror(respond: Respond = send) -> Generator[Mirror]:
    """Serve the small data set on this machine; `respond` gets the handler and the right bytes."""
    contents = {f"/mnist/{name}.gz": data for name, data in compressed().items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            running.asked.append(self.path.rsplit("/", 1)[-1])
            try:
                respond(self, contents[self.path])
            except ConnectionError:
                self.close_connection = True  # the client was right to hang up

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Mirror(f"http://127.0.0.1:{server.server_port}/mnist/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
