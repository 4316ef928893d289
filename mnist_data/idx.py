"""IDX files, raw or gzip: a header with type and dimensions, then the numbers in big-endian order.

Nothing is taken on trust: whatever the bytes are, reading gives an array of exactly the announced size or a
`DatasetError`. Format: http://yann.lecun.com/exdb/mnist/, section "File formats".
"""

import gzip
import hashlib
import io
import math
import os
import stat
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from mnist_data.errors import DatasetError, printable, reason

TYPE_CODES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(np.uint8),
    0x09: np.dtype(np.int8),
    0x0B: np.dtype(np.int16),
    0x0C: np.dtype(np.int32),
    0x0D: np.dtype(np.float32),
    0x0E: np.dtype(np.float64),
}
MAXIMUM_RANK = 64
MAXIMUM_BYTES = 1 << 30
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _GzipMember:
    """The single member of a gzip file as a stream that never inflates more than it is asked for."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def read(self, size: int, /) -> bytes:
        """Return the next `size` bytes, fewer only where the member ends and nothing follows it."""
        parts: list[bytes] = []
        while size > 0 and not self._inflater.eof:
            part = self._inflate(min(size, _CHUNK))
            parts.append(part)
            size -= len(part)
        if size > 0 and (self._inflater.unused_data or self._file.read(1)):
            raise DatasetError(f"{self._name} goes on after its gzip data; one gzip member is allowed")
        return b"".join(parts)

    def _inflate(self, size: int) -> bytes:
        compressed = self._inflater.unconsumed_tail or self._file.read(_CHUNK)
        try:
            part = self._inflater.decompress(compressed, size)
        except zlib.error as error:
            raise DatasetError(f"{self._name} is damaged gzip data ({printable(str(error))})") from error
        if not compressed and not part and not self._inflater.eof:
            raise DatasetError(f"{self._name} ends in the middle of its gzip data")
        return part


def read_idx(path: Path) -> NDArray[Any]:
    """Read an IDX file, raw or gzip by its first bytes, whatever its name.

    Returns a read-only array in native byte order with the shape that the header announces.
    Raises `DatasetError` if the file cannot be read or is not exactly one IDX file.
    """
    name = printable(path)
    try:
        with open(path, "rb", opener=_open_regular) as file:
            return _read_stream(file, name)
    except (OSError, ValueError) as error:
        raise DatasetError(f"{name} cannot be read: {reason(error)}") from error


def decode_idx(data: bytes, name: str) -> NDArray[Any]:
    """Decode the bytes of an IDX file, raw or gzip; `name` is what an error calls them. See `read_idx`."""
    return _read_stream(io.BytesIO(data), printable(name))


def encode_idx(array: NDArray[Any]) -> bytes:
    """Return the raw IDX file that holds `array`; raises `DatasetError` for a type without a code."""
    return _header(array) + _big_endian(array).tobytes()


def write_idx(file: BinaryIO, array: NDArray[Any], *, compress: bool = False) -> None:
    """Write `array` as IDX, gzip if `compress` (without time or name: equal arrays give equal bytes)."""
    data = encode_idx(array)
    file.write(gzip.compress(data, compresslevel=6, mtime=0) if compress else data)


def idx_digest(array: NDArray[Any]) -> str:
    """Return the SHA-256 (hex) of the raw IDX file that holds `array`, without building that file."""
    digest = hashlib.sha256(_header(array))
    digest.update(_big_endian(array).data)
    return digest.hexdigest()


def _open_regular(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK)  # a FIFO without a writer would block for ever
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is not a regular file")
    return descriptor


def _read_stream(file: BinaryIO, name: str) -> NDArray[Any]:
    start = file.read(2)
    file.seek(0)
    stream: _Readable = _GzipMember(file, name) if start == _GZIP_MAGIC else file
    dtype, shape = _read_header(stream, name)
    size = math.prod(shape) * dtype.itemsize
    body = stream.read(size + 1)
    if len(body) != size:
        found = "more" if len(body) > size else f"{len(body):,}"
        raise DatasetError(f"{name} holds {found} bytes of data where its header announces {size:,}")
    array = np.frombuffer(body, dtype.newbyteorder(">")).reshape(shape)
    if dtype.itemsize > 1:
        array = array.astype(dtype)
        array.flags.writeable = False
        return array
    return array.view(dtype)


def _read_header(stream: _Readable, name: str) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DatasetError(
            f"{name} is not an IDX file: it starts with {magic.hex(' ') or 'nothing'}, not 00 00"
        )
    code, rank = magic[2], magic[3]
    if code not in TYPE_CODES:
        allowed = ", ".join(f"0x{known:02X}" for known in TYPE_CODES)
        raise DatasetError(f"{name} has type code 0x{code:02X}; IDX knows {allowed}")
    if rank > MAXIMUM_RANK:
        raise DatasetError(f"{name} has {rank} dimensions; at most {MAXIMUM_RANK} are allowed")
    sizes = stream.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise DatasetError(f"{name} ends in its header, which announces {rank} dimensions")
    shape: tuple[int, ...] = struct.unpack(f">{rank}I", sizes)
    # Zeros count as ones: NumPy also refuses an empty array whose other dimensions overflow.
    largest = math.prod(max(size, 1) for size in shape) * TYPE_CODES[code].itemsize
    if largest > MAXIMUM_BYTES:
        raise DatasetError(
            f"{name} announces {largest:,} bytes of data; at most {MAXIMUM_BYTES:,} are allowed"
        )
    return TYPE_CODES[code], shape


def _header(array: NDArray[Any]) -> bytes:
    codes = {dtype: code for code, dtype in TYPE_CODES.items()}
    code = codes.get(array.dtype.newbyteorder("="))
    if code is None:
        allowed = ", ".join(dtype.name for dtype in codes)
        raise DatasetError(f"an array of {array.dtype.name} has no IDX form; allowed are {allowed}")
    if any(size >= 1 << 32 for size in array.shape):
        raise DatasetError(
            f"an array of shape {array.shape} has no IDX form; dimensions go up to 4,294,967,295"
        )
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)


def _big_endian(array: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(array, array.dtype.newbyteorder(">"), order="C")
