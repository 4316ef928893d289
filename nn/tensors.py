"""Named arrays in a safetensors file with one metadata key: one clear error to read, equal bytes to write.

The library saves an array that is not contiguous silently wrong and writes several metadata keys in random
order, so everything passes through here.
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

AnyArray = npt.NDArray[Any]


class _OpenFile(Protocol):
    """What is used of `safetensors.safe_open`, which comes without types."""

    def __enter__(self) -> "_OpenFile": ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def metadata(self) -> dict[str, str] | None: ...
    def keys(self) -> list[str]: ...
    def get_tensor(self, name: str) -> AnyArray: ...


class TensorFileError(Exception):
    """A file that cannot be read as what it should be; one sentence naming the file."""


def to_bytes(tensors: Mapping[str, AnyArray], key: str, text: str) -> bytes:
    """A safetensors file with the one metadata entry `key`: `text`."""
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    return safetensors.numpy.save(contiguous, metadata={key: text})


def read(path: Path, key: str) -> tuple[dict[str, AnyArray], str]:
    """The tensors of a file and its metadata entry `key`; raises `TensorFileError`."""
    try:
        with cast(_OpenFile, safetensors.safe_open(path, framework="numpy")) as file:
            metadata = file.metadata() or {}
            names = list(file.keys())
            tensors = {name: file.get_tensor(name) for name in names}
    except FileNotFoundError:
        raise TensorFileError(f"{path}: no such file") from None
    except (OSError, safetensors.SafetensorError, ValueError, KeyError, AttributeError, TypeError) as error:
        # the last two: a type of number that NumPy does not have
        raise TensorFileError(f"{path} is not a readable safetensors file: {error}") from None
    if key not in metadata:
        raise TensorFileError(f"{path} has no '{key}' in its metadata, so it is not a file of mnist-tui")
    return tensors, metadata[key]
