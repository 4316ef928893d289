"""Reading a tensor file gives its arrays or one clear error, whatever is in it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nn import tensors
from nn.tensors import TensorFileError

ARRAYS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array([1, 2, 3], np.int64),
    "half": np.array([[0.5]], np.float16),
    "empty": np.empty((0, 4), np.float64),
}
GOOD = tensors.to_bytes(ARRAYS, "key", "text äöü \u2588")


def test_a_round_trip_keeps_values_shapes_and_types(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(GOOD)
    read, text = tensors.read(path, "key")
    assert text == "text äöü \u2588"
    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def test_what_was_read_belongs_to_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(GOOD)
    read, _ = tensors.read(path, "key")
    path.write_bytes(bytes(len(GOOD)))
    np.testing.assert_array_equal(read["a"], ARRAYS["a"])
    read["a"][...] = 1


def test_arrays_that_are_not_contiguous_are_saved_right(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    path = tmp_path / "file"
    path.write_bytes(tensors.to_bytes({"t": array.T, "s": array[:, ::2]}, "key", ""))
    read, _ = tensors.read(path, "key")
    np.testing.assert_array_equal(read["t"], array.T)
    np.testing.assert_array_equal(read["s"], array[:, ::2])


def test_equal_arrays_give_equal_bytes_in_any_order() -> None:
    backwards = dict(reversed(ARRAYS.items()))
    assert tensors.to_bytes(backwards, "key", "text äöü \u2588") == GOOD


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TensorFileError, match=r"none\.safetensors: no such file"):
        tensors.read(tmp_path / "none.safetensors", "key")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(TensorFileError, match="is not a readable safetensors file"):
        tensors.read(tmp_path, "key")


def test_another_key(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(GOOD)
    with pytest.raises(TensorFileError, match="has no 'other' in its metadata"):
        tensors.read(path, "other")


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 50, len(GOOD) - 1])
def test_a_truncated_file(tmp_path: Path, length: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(GOOD[:length])
    with pytest.raises(TensorFileError, match="is not a readable safetensors file"):
        tensors.read(path, "key")


@pytest.mark.parametrize(("kind", "size"), [("F8_E4M3", 1), ("BF16", 2)])
def test_a_type_that_numpy_lacks(tmp_path: Path, kind: str, size: int) -> None:
    place = f'"dtype":"{kind}","shape":[1],"data_offsets":[0,{size}]'
    header = f'{{"__metadata__":{{"key":"x"}},"a":{{{place}}}}}'.encode()
    path = tmp_path / "file"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(size))
    with pytest.raises(TensorFileError, match="is not a readable safetensors file"):
        tensors.read(path, "key")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255), tail=st.binary(max_size=3))
def test_any_changed_byte_gives_arrays_or_one_error(
    tmp_path: Path, place: int, byte: int, tail: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(GOOD[:place] + bytes([byte]) + GOOD[place + 1 :] + tail)
    try:
        read, text = tensors.read(path, "key")
    except TensorFileError as refused:
        sentence = str(refused)
    else:
        sentence = f"{path} {text}"
        assert all(isinstance(array, np.ndarray) for array in read.values())
    assert sentence.startswith(str(path))
