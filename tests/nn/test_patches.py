"""Patches against slices of the image, and adding them up as the same sliding the other way round."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.arrays import FloatArray, Workspace
from nn.patches import TILE_BYTES, Window, add_patches, patches


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, tuple[int, int, int]]:
    """A window, and an image (height, width, channels) that holds all of its places."""
    kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    places = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    start = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    sides = (
        first + (many - 1) * stride + kernel + draw(st.integers(0, 3))
        for first, many in zip(start, places, strict=True)
    )
    height, width = sides
    return Window(kernel, stride, places, start), (height, width, draw(st.integers(1, 3)))


def one_by_one(images: FloatArray, window: Window) -> FloatArray:
    """(batch * rows * columns, kernel * kernel * channels)."""
    (rows, columns), kernel, stride = window.places, window.kernel, window.stride
    found = []
    for image in images:
        for y in range(rows):
            for x in range(columns):
                top, left = window.start[0] + stride * y, window.start[1] + stride * x
                found.append(image[top : top + kernel, left : left + kernel].ravel())
    return np.array(found)


@settings(max_examples=100, deadline=None)
@given(drawn=windows(), count=st.integers(1, 3))
def test_a_patch_is_what_the_kernel_sees(drawn: tuple[Window, tuple[int, int, int]], count: int) -> None:
    window, shape = drawn
    images = np.random.default_rng(0).normal(size=(count, *shape))
    np.testing.assert_array_equal(patches(images, window, Workspace(np.float64)), one_by_one(images, window))


@settings(max_examples=100, deadline=None)
@given(drawn=windows(), count=st.integers(1, 3))
def test_adding_patches_is_the_transpose_of_taking_them(
    drawn: tuple[Window, tuple[int, int, int]], count: int
) -> None:
    """<patches(x), p> = <x, added(p)> for any p: what dL/dx is made of; it adds to what is there."""
    window, shape = drawn
    rng = np.random.default_rng(1)
    images = rng.normal(size=(count, *shape))
    seen = one_by_one(images, window)
    gradients = rng.normal(size=seen.shape)
    before = rng.normal(size=images.shape)
    added = before.copy()
    add_patches(added, gradients, window)
    np.testing.assert_allclose(
        np.sum(seen * gradients), np.sum(images * (added - before)), rtol=1e-9, atol=1e-9
    )


def test_a_smaller_tile_after_a_larger_one() -> None:
    space, window = Workspace(np.float32), Window(3, 1, (4, 4))
    images = np.random.default_rng(0).normal(size=(5, 6, 6, 2)).astype(np.float32)
    patches(images, window, space)
    np.testing.assert_array_equal(patches(images[3:], window, space), one_by_one(images[3:], window))


def test_a_tile_holds_some_of_the_images() -> None:
    window = Window(5, 1, (24, 24))
    image = 25 * 24 * 24 * 4
    assert window.tile(1000, 1, 4) == TILE_BYTES // image
    assert window.tile(2, 1, 4) == 2
    assert window.tile(1000, 512, 4) == 1
