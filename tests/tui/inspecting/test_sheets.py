"""Which numbers of a layer become which tiles, against the layer's own arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspections import record, small_inspection

from nn.explain.inspection import LayerRecord
from tui.inspecting.sheets import (
    VIEWS,
    Sheet,
    View,
    close_up,
    input_shape,
    sheet_of,
    strongest_unit,
    wrapped_columns,
)

RNG = np.random.default_rng(1)


def sheet(*layers: LayerRecord, view: View = View.WEIGHTS) -> Sheet:
    found = sheet_of(layers, len(layers) - 1, view)
    assert found is not None
    return found


def test_first_layer_weights_are_pictures_of_the_image() -> None:
    told = small_inspection()
    weights = told.layers[2].parameters["weight"].values
    found = sheet_of(told.layers, 2, View.WEIGHTS)
    assert found is not None
    assert (found.count, found.rows, found.columns) == (6, 28, 28)
    for unit in range(6):
        np.testing.assert_array_equal(found.tile(unit), weights[:, unit].reshape(28, 28))


def test_later_weights_are_laid_out_in_rows() -> None:
    told = small_inspection()
    weights = told.layers[4].parameters["weight"].values
    found = sheet_of(told.layers, 4, View.WEIGHTS)
    assert found is not None
    assert (found.count, found.rows, found.columns) == (10, 3, 4)
    np.testing.assert_array_equal(found.tile(7), weights[:, 7].reshape(3, 4))


def test_numbers_that_fill_no_rectangle_end_in_a_gap() -> None:
    weights = RNG.random((7, 2))
    found = sheet(record("dense", np.ones(7)), record("dense", np.ones(2), (7,), weight=weights))
    laid = found.tile(1).reshape(-1)
    np.testing.assert_array_equal(laid[:7], weights[:, 1])
    assert np.isnan(laid[7:]).all()


@pytest.mark.parametrize("view", [View.ACTIVATIONS, View.ACTIVATION_GRADIENTS])
def test_feature_maps_are_a_tile_each(view: View) -> None:
    maps = RNG.random((5, 6, 3))
    found = sheet(record("conv2d", maps, (7, 8, 1)), view=view)
    assert (found.count, found.rows, found.columns) == (3, 5, 6)
    share = 10 if view.is_gradient else 1
    np.testing.assert_array_equal(found.tile(2), maps[:, :, 2] / share)


def test_a_filter_is_its_kernels_side_by_side() -> None:
    weights = RNG.random((3, 3, 4, 2))
    found = sheet(
        record("maxpool2d", RNG.random((6, 6, 4))), record("conv2d", RNG.random((4, 4, 2)), weight=weights)
    )
    assert (found.count, found.rows, found.columns) == (2, 7, 7)
    tile = found.tile(1)
    np.testing.assert_array_equal(tile[:3, :3], weights[:, :, 0, 1])
    np.testing.assert_array_equal(tile[4:, 4:], weights[:, :, 3, 1])
    assert np.isnan(tile[3]).all()
    assert np.isnan(tile[:, 3]).all()
    assert np.isfinite(np.delete(np.delete(tile, 3, 0), 3, 1)).all()


def test_dense_weights_after_feature_maps_lie_as_those_did() -> None:
    weights = RNG.random((2 * 3 * 4, 5))
    found = sheet(
        record("maxpool2d", RNG.random((2, 3, 4))),
        record("flatten", RNG.random(24), (2, 3, 4)),
        record("dense", np.ones(5), (24,), weight=weights),
    )
    tile = found.tile(3)
    seen = weights[:, 3].reshape(2, 3, 4)
    np.testing.assert_array_equal(tile[:2, :3], seen[:, :, 0])
    np.testing.assert_array_equal(tile[3:, 4:], seen[:, :, 3])


def test_vectors_are_single_numbers() -> None:
    scale = RNG.random(3)
    found = sheet(record("batchnorm", RNG.random((4, 4, 3)), (4, 4, 3), scale=scale, shift=scale))
    assert (found.count, found.is_flat) == (3, True)
    assert [found.tile(unit)[0, 0] for unit in range(3)] == scale.tolist()


def test_what_a_layer_does_not_have_is_none() -> None:
    told = small_inspection()
    for position in (0, 1):
        assert sheet_of(told.layers, position, View.WEIGHTS) is None
        assert sheet_of(told.layers, position, View.WEIGHT_GRADIENTS) is None
        assert sheet_of(told.layers, position, View.ACTIVATION_GRADIENTS) is not None
    assert input_shape(told.layers, 2) == (28, 28, 1)
    assert input_shape(told.layers, 3) == (6,)


def test_the_scale_is_the_largest_of_few_and_spares_the_outliers_of_many() -> None:
    few = np.array([0.0, -0.5, 0.25])
    assert sheet(record("dense", few), view=View.ACTIVATIONS).limit == 0.5
    assert sheet(record("dense", np.zeros(3)), view=View.ACTIVATIONS).limit == 0
    assert sheet(record("dense", np.array([np.nan, np.inf, 2.0])), view=View.ACTIVATIONS).limit == 2
    many = np.ones(1000)
    many[0] = 1000
    assert sheet(record("dense", many), view=View.ACTIVATIONS).limit == 1


def test_the_close_up_of_a_number_is_the_weights_it_comes_from() -> None:
    told = small_inspection()
    near = close_up(told.layers, 2, View.ACTIVATIONS, 4)
    assert near is not None
    assert (near.count, near.rows) == (1, 28)
    np.testing.assert_array_equal(
        near.tile(0), told.layers[2].parameters["weight"].values[:, 4].reshape(28, 28)
    )
    assert near.caption.startswith("4: weights, to 0.")
    assert close_up(told.layers, 1, View.ACTIVATIONS, 4) is None
    image = close_up(told.layers, 0, View.ACTIVATION_GRADIENTS, 0)
    assert image is not None
    assert image.caption.startswith("0: dL/d activations")


def test_views_follow_each_other_and_have_counterparts() -> None:
    view, seen = View.ACTIVATIONS, []
    for _ in VIEWS:
        seen.append(view)
        assert view.counterpart.counterpart is view
        assert view.counterpart.is_gradient is not view.is_gradient
        assert view.counterpart.of_weights is view.of_weights
        view = view.following
    assert seen == list(VIEWS)
    assert view is View.ACTIVATIONS


def test_the_strongest_unit_gives_the_largest_number() -> None:
    assert strongest_unit(record("dense", np.array([-9.0, 1.0, 3.0, 2.0]))) == 2
    maps = np.zeros((3, 3, 4))
    maps[2, 1, 3] = 1
    assert strongest_unit(record("conv2d", maps)) == 3


@given(st.integers(1, 5000))
def test_wrapping_is_never_much_wider_than_high(count: int) -> None:
    columns = wrapped_columns(count)
    rows = -(-count // columns)
    assert rows * columns >= count
    assert rows <= columns <= max(2.5 * (count**0.5 + 1), 1)
