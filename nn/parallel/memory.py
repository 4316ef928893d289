"""Arrays that several processes see: each maps the same file; where the system can, it lies in memory alone.

Every process asks for the same arrays in the same order, so that the n-th array is the same in all of them.
"""

import mmap
import os
import resource
import tempfile
from math import prod
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from nn.arrays import Shape

Number = TypeVar("Number", bound=np.number[Any])

MOST_BYTES = 1 << 38  # the file's length; only what is written to takes memory


class SharedMemory:
    """Hands out arrays of zeros, one after the other.

    What was written to an array keeps its memory until all have let go of the file, though nobody may have
    the array any more.
    """

    def __init__(self, descriptor: int) -> None:
        """`descriptor` is the file's; it is closed with this object."""
        self.descriptor = descriptor
        self._end = 0

    @classmethod
    def create(cls) -> Self:
        """A new file without a name, as long as this process may make one."""
        if hasattr(os, "memfd_create"):
            descriptor = os.memfd_create("nn")
        else:
            with tempfile.TemporaryFile() as file:
                descriptor = os.dup(file.fileno())
        allowed, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        is_limited = allowed != resource.RLIM_INFINITY
        os.ftruncate(descriptor, min(MOST_BYTES, allowed) if is_limited else MOST_BYTES)
        return cls(descriptor)

    def zeros(self, shape: Shape, dtype: type[Number]) -> npt.NDArray[Number]:
        """An array that the other processes see, too, when they ask for their array of this turn.

        Raises `MemoryError` where the file is too short for it.
        """
        size = max(1, prod(shape)) * np.dtype(dtype).itemsize
        start = self._end
        self._end += -(-size // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
        length = os.fstat(self.descriptor).st_size
        if start + size > length:
            raise MemoryError(
                f"the network's processes share {start + size} bytes; allowed: {length}, by ulimit -f;"
                " one thread shares nothing"
            )
        mapped = mmap.mmap(self.descriptor, size, offset=start)
        return np.frombuffer(mapped, dtype, prod(shape)).reshape(shape)

    def __del__(self) -> None:
        """Let go of the file; arrays that are still in use keep their memory."""
        os.close(self.descriptor)


class OwnMemory:
    """The same for a process that works alone."""

    def zeros(self, shape: Shape, dtype: type[Number]) -> npt.NDArray[Number]:
        """An ordinary array of zeros."""
        return np.zeros(shape, dtype)


Memory = SharedMemory | OwnMemory
