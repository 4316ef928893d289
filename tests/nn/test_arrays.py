"""The workspace lends the same memory again, and never memory of the wrong shape."""

import numpy as np

from nn.arrays import Workspace


def test_the_same_name_and_shape_is_the_same_memory() -> None:
    workspace = Workspace(np.float32)
    first = workspace.array("outputs", (4, 3))
    first[...] = 5
    assert workspace.array("outputs", (4, 3)) is first
    assert first.dtype == np.float32


def test_a_smaller_batch_is_the_head_of_the_larger_ones_memory() -> None:
    workspace = Workspace(np.float64)
    large = workspace.array("outputs", (4, 3))
    small = workspace.array("outputs", (2, 3))
    assert small.shape == (2, 3)
    assert np.shares_memory(small, large)
    assert workspace.array("outputs", (4, 3)) is large


def test_a_larger_batch_gets_more_memory_and_old_views_are_forgotten() -> None:
    workspace = Workspace(np.float64)
    workspace.array("outputs", (2, 3))
    large = workspace.array("outputs", (9, 3))
    assert large.shape == (9, 3)
    assert np.shares_memory(workspace.array("outputs", (2, 3)), large)


def test_names_do_not_share() -> None:
    workspace = Workspace(np.float64)
    assert not np.shares_memory(workspace.array("a", (2, 2)), workspace.array("b", (2, 2)))


def test_another_row_shape_is_another_array() -> None:
    workspace = Workspace(np.float64)
    workspace.array("a", (2, 2))
    assert workspace.array("a", (2, 5)).shape == (2, 5)
