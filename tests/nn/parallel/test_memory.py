"""Shared arrays: zeros at first, the same for whoever maps the same file in the same order."""

import os
import resource

import numpy as np
import pytest

from nn.parallel.memory import OwnMemory, SharedMemory


def test_the_same_turn_is_the_same_array() -> None:
    ours = SharedMemory.create()
    theirs = SharedMemory(os.dup(ours.descriptor))
    shapes = [(3,), (0, 5), (1000, 7), ()]
    for shape in shapes:
        mine, other = ours.zeros(shape, np.float32), theirs.zeros(shape, np.float32)
        assert mine.shape == other.shape == shape
        assert not other.any()
        mine[...] = 5
        np.testing.assert_array_equal(other, mine)


def test_arrays_outlive_the_memory_that_lent_them() -> None:
    array = SharedMemory.create().zeros((4,), np.float64)
    array += 1
    np.testing.assert_array_equal(array, np.ones(4))


def test_a_process_alone_gets_ordinary_zeros() -> None:
    np.testing.assert_array_equal(OwnMemory().zeros((2, 3), np.float64), np.zeros((2, 3)))


def test_a_limit_on_the_length_of_files_is_kept_and_told_where_it_is_too_short() -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    try:
        memory = SharedMemory.create()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    memory.zeros((1000,), np.float64)[...] = 1
    with pytest.raises(MemoryError, match=r"share \d+ bytes; allowed: 1048576, by ulimit -f"):
        memory.zeros((1 << 20,), np.float64)
