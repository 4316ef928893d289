"""IDX files: every type and rank goes round, and whatever is broken is a DatasetError."""

import gzip
import hashlib
import io
import os
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from mnist_data.errors import DatasetError
from mnist_data.idx import MAXIMUM_BYTES, TYPE_CODES, decode_idx, encode_idx, idx_digest, read_idx, write_idx

ARRAYS = hnp.arrays(
    dtype=st.sampled_from(list(TYPE_CODES.values())),
    shape=hnp.array_shapes(min_dims=0, max_dims=6, min_side=0, max_side=4),
)
SMALL = encode_idx(np.arange(6, dtype=np.int16).reshape(2, 3))


def decode_or_refuse(data: bytes) -> NDArray[Any] | None:
    try:
        return decode_idx(data, "file")
    except DatasetError:
        return None


@given(array=ARRAYS, compress=st.booleans())
def test_every_type_and_rank_goes_round(array: NDArray[Any], compress: bool) -> None:
    file = io.BytesIO()
    write_idx(file, array, compress=compress)
    decoded = decode_idx(file.getvalue(), "file")
    assert decoded.dtype == array.dtype
    assert decoded.dtype.isnative
    assert decoded.shape == array.shape
    assert decoded.tobytes() == array.tobytes()
    assert not decoded.flags.writeable


def test_bytes_are_those_of_the_format() -> None:
    assert encode_idx(np.array([[1, -2]], np.int16)) == bytes.fromhex("00000b02 00000001 00000002 0001fffe")
    big_endian = np.array([1, -2], ">i2")
    assert encode_idx(big_endian) == encode_idx(big_endian.astype(np.int16))
    every_second = np.arange(8, dtype=np.int32)[::2]
    np.testing.assert_array_equal(decode_idx(encode_idx(every_second), "file"), every_second)


@given(array=ARRAYS)
def test_digest_is_that_of_the_file(array: NDArray[Any]) -> None:
    assert idx_digest(array) == hashlib.sha256(encode_idx(array)).hexdigest()


@pytest.mark.parametrize("data", [SMALL, gzip.compress(SMALL, mtime=0)], ids=["raw", "gzip"])
def test_every_truncation_is_refused(data: bytes) -> None:
    for length in range(len(data)):
        assert decode_or_refuse(data[:length]) is None, length


@pytest.mark.parametrize("array", [np.arange(6, dtype=np.int16).reshape(2, 3), np.zeros((0, 3), np.uint8)])
def test_every_changed_header_byte_is_refused_or_consistent(array: NDArray[Any]) -> None:
    data = encode_idx(array)
    header = 4 + 4 * array.ndim
    for position in range(header):
        for value in range(256):
            changed = data[:position] + bytes([value]) + data[position + 1 :]
            decoded = decode_or_refuse(changed)
            if decoded is not None:
                assert len(changed) == 4 + 4 * decoded.ndim + decoded.nbytes
                assert encode_idx(decoded) == changed


def test_every_changed_gzip_byte_is_refused_or_harmless() -> None:
    data = gzip.compress(SMALL, mtime=0)
    for position in range(len(data)):
        for value in range(256):
            decoded = decode_or_refuse(data[:position] + bytes([value]) + data[position + 1 :])
            assert (
                decoded is None or encode_idx(decoded) == SMALL
            )  # gzip's time and system fields say nothing


@given(
    data=st.binary(max_size=200), start=st.sampled_from([b"", b"\x1f\x8b", b"\x1f\x8b\x08\0", b"\0\0\x08"])
)
def test_random_bytes_raise_nothing_else(data: bytes, start: bytes) -> None:
    decoded = decode_or_refuse(start + data)
    assert decoded is None or encode_idx(decoded) == start + data


@given(data=st.binary(max_size=200))
def test_random_bytes_in_gzip_raise_nothing_else(data: bytes) -> None:
    decoded = decode_or_refuse(gzip.compress(data))
    assert decoded is None or encode_idx(decoded) == data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "starts with nothing"),
        (b"PK\3\4", "starts with 50 4b 03 04"),
        (b"\0\0\x0a\1\0\0\0\0", "type code 0x0A; IDX knows 0x08, 0x09, 0x0B"),
        (b"\0\0\x08\xff", "255 dimensions; at most 64"),
        (SMALL + b"\0", "holds more bytes of data where its header announces 12"),
        (SMALL[:-1], "holds 11 bytes of data where its header announces 12"),
        (b"\0\0\x08\3" + b"\xff" * 12, f"at most {MAXIMUM_BYTES:,} are allowed"),
        (b"\0\0\x08\4\0\0\0\0" + b"\xff" * 12, f"at most {MAXIMUM_BYTES:,} are allowed"),
        (gzip.compress(SMALL, mtime=0) + b"\0", "goes on after its gzip data"),
        (
            gzip.compress(SMALL[:9], mtime=0) + gzip.compress(SMALL[9:], mtime=0),
            "goes on after its gzip data",
        ),
        (gzip.compress(SMALL, mtime=0)[:-8] + bytes(8), "is damaged gzip data"),
        (gzip.compress(SMALL, mtime=0)[:-4], "ends in the middle of its gzip data"),
    ],
)
def test_the_sentence_says_what_is_wrong(data: bytes, said: str) -> None:
    with pytest.raises(DatasetError) as caught:
        decode_idx(data, "file")
    assert said in str(caught.value)


def test_a_bomb_is_not_inflated() -> None:
    bomb = gzip.compress(b"\0\0\x08\1\0\0\0\4" + bytes(200 << 20), compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(DatasetError, match="more bytes"):
            decode_idx(bomb, "bomb")
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_type_without_a_code_is_refused() -> None:
    with pytest.raises(DatasetError, match="uint16 has no IDX form; allowed are uint8, int8"):
        encode_idx(np.zeros(3, np.uint16))


def test_gzip_is_known_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(gzip.compress(SMALL))
    np.testing.assert_array_equal(read_idx(path), decode_idx(SMALL, "file"))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in [
        (tmp_path / "absent", "No such file"),
        (tmp_path, "Is a directory|not a regular file"),
        (tmp_path / "pipe", "not a regular file"),
        (Path("/dev/zero"), "not a regular file"),
        (Path("a\0b"), "null byte"),
    ]:
        with pytest.raises(DatasetError, match=said):
            read_idx(path)


def test_control_characters_in_a_name_do_not_reach_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31mb"
    path.write_bytes(b"no")
    with pytest.raises(DatasetError, match=r"a\?\[31mb is not an IDX file") as caught:
        read_idx(path)
    assert str(caught.value).isprintable()
