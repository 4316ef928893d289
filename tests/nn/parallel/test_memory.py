"""Shared arrays: zeros at first, the same for whoever maps the same file in the same order."""

import os

import numpy as np

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
