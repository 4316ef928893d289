"""Augmentation: against plain loops over pixels, and the same however a batch is cut among threads."""

from math import floor, pi, sqrt

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.arrays import ByteArray
from nn.augmentation import TILE, Augmentation, Distortions, inverse_maps, smoothing_matrix
from nn.config import AugmentationConfig

AFFINE = AugmentationConfig(shift=2.5, rotate=20, scale=0.2, shear=15)
EVERYTHING = AugmentationConfig(shift=2.5, rotate=20, scale=0.2, shear=15, elastic_alpha=34, elastic_sigma=4)
CENTRE = 13.5


def noise_images(count: int, seed: int = 0) -> ByteArray:
    """The hardest images to interpolate: neighbours have nothing to do with each other."""
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28)).astype(np.uint8)


def forced(config: AugmentationConfig, *uniform: float) -> Distortions:
    """The distortion of one image for chosen numbers: shift x, shift y, rotate, scale, shear in -1..1."""
    return Distortions(inverse_maps(config, np.array([uniform])), None)


def warped(image: ByteArray, distortions: Distortions) -> ByteArray:
    return Augmentation(AugmentationConfig(), 0).warp(
        image[np.newaxis], distortions, np.empty((1, 28, 28), np.uint8)
    )[0]


def pixel(image: ByteArray, row: int, column: int) -> float:
    return float(image[row, column]) if 0 <= row < 28 and 0 <= column < 28 else 0.0


def bilinear(image: ByteArray, x: float, y: float) -> float:
    """The plain formula: the four neighbours weighted by nearness."""
    left, top = floor(x), floor(y)
    right_part, lower_part = x - left, y - top
    upper = (1 - right_part) * pixel(image, top, left) + right_part * pixel(image, top, left + 1)
    lower = (1 - right_part) * pixel(image, top + 1, left) + right_part * pixel(image, top + 1, left + 1)
    return (1 - lower_part) * upper + lower_part * lower


def smoothed(field: npt.NDArray[np.float64], sigma: float) -> npt.NDArray[np.float64]:
    """A field (28, 28) convolved with a Gaussian along its rows, then along its columns."""
    weights = np.exp(-0.5 * (np.arange(-27, 28) / sigma) ** 2)
    weights /= weights.sum()
    for _ in range(2):
        field = np.array([np.convolve(line, weights)[27:55] for line in field]).T
    return field


def oracle(image: ByteArray, distortions: Distortions, config: AugmentationConfig) -> npt.NDArray[np.float64]:
    """One image, pixel by pixel, in floating point; `distortions` are that image's."""
    inverse = distortions.inverse[0]
    displacement = np.zeros((2, 28, 28))
    if distortions.noise is not None:
        uniform = (distortions.noise[0].astype(float) - 127.5) / 128
        for axis in (0, 1):
            displacement[axis] = config.elastic_alpha * smoothed(uniform[:, axis], config.elastic_sigma)
    result = np.empty((28, 28))
    for row in range(28):
        for column in range(28):
            x, y = inverse @ [column - CENTRE, row - CENTRE, 1] + CENTRE + displacement[:, row, column]
            result[row, column] = bilinear(image, x, y)
    return result


@pytest.mark.parametrize(
    ("config", "steps_wrong"),
    [
        (AugmentationConfig(shift=3), 1),
        (AugmentationConfig(rotate=180), 1),
        (AugmentationConfig(scale=0.5), 1),
        (AugmentationConfig(shear=40), 1),
        (AFFINE, 1),
        (AugmentationConfig(elastic_alpha=34, elastic_sigma=4), 1),
        (EVERYTHING, 2),
    ],
)
def test_agrees_with_the_loop_over_pixels(config: AugmentationConfig, steps_wrong: int) -> None:
    # an image coordinate is off by at most `steps_wrong` of 1/256 pixel, and neighbours differ by 255 at most
    images = noise_images(3)
    augmentation = Augmentation(config, seed=5)
    distortions = augmentation.draw(3, epoch=1, step=2)
    found = augmentation.warp(images, distortions, np.empty_like(images))
    for index, image in enumerate(images):
        expected = oracle(image, distortions.part(slice(index, index + 1)), config)
        difference = np.abs(found[index] - expected)
        assert difference.max() <= 0.5 + 2 * steps_wrong
        assert difference.mean() < 1
        assert np.abs(expected - image).mean() > 20  # it did something


def test_no_strength_changes_no_bit() -> None:
    images = noise_images(TILE + 3)
    np.testing.assert_array_equal(Augmentation(AugmentationConfig(), 3).apply(images, 4, 5), images)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (3, 0), (0, -2), (-5, 4), (28, 0), (0, -28)])
def test_a_shift_by_whole_pixels_is_exact(right: int, down: int) -> None:
    image = noise_images(1)[0]
    found = warped(image, forced(AugmentationConfig(shift=32), right / 32, down / 32, 0, 0, 0))
    expected = [[pixel(image, row - down, column - right) for column in range(28)] for row in range(28)]
    np.testing.assert_array_equal(found, expected)


def test_a_shift_by_half_a_pixel_is_the_mean_of_neighbours() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10, 10] = 200
    found = warped(image, forced(AugmentationConfig(shift=0.5), 1, 0, 0, 0, 0))
    assert found[10].nonzero()[0].tolist() == [10, 11]
    assert found[10, 10] == found[10, 11] == 100
    assert found.sum(dtype=int) == 200


@pytest.mark.parametrize("quarters", [-2, -1, 0, 1, 2])
def test_a_quarter_turn_is_exact_and_positive_is_clockwise(quarters: int) -> None:
    image = noise_images(1)[0]
    found = warped(image, forced(AugmentationConfig(rotate=180), 0, 0, quarters / 2, 0, 0))
    np.testing.assert_array_equal(found, np.rot90(image, -quarters))


def test_scaling_up_makes_a_square_larger_about_the_centre() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 10:18] = 255
    found = warped(image, forced(AugmentationConfig(scale=0.5), 0, 0, 0, 1, 0))
    expected = np.zeros((28, 28), bool)
    expected[8:20, 8:20] = True
    np.testing.assert_array_equal(found > 127, expected)


def test_shear_moves_lower_rows_to_the_right() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[:, 13] = 255
    found = warped(image, forced(AugmentationConfig(shear=45), 0, 0, 0, 0, 1))
    for row in (4, 9, 20, 25):
        # tan 45 is 1: a pixel to the right for each row below the centre, here half a pixel off the grid
        assert found[row, row - 1 : row + 1].tolist() == [128, 128]


@given(numbers=st.lists(st.floats(-1, 1), min_size=5, max_size=5))
def test_the_inverse_map_undoes_scale_shear_rotation_and_shift(numbers: list[float]) -> None:
    shift, angle = AFFINE.shift * np.array(numbers[:2]), np.deg2rad(AFFINE.rotate * numbers[2])
    size, shear = 1 + AFFINE.scale * numbers[3], np.tan(np.deg2rad(AFFINE.shear * numbers[4]))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    old = np.array([3.0, -7.0])
    new = rotation @ np.array([[1, shear], [0, 1]]) @ (size * old) + shift
    np.testing.assert_allclose(forced(AFFINE, *numbers).inverse[0] @ [*new, 1], old, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(
    strengths=st.tuples(
        st.floats(0, 14), st.floats(0, 180), st.floats(0, 0.95), st.floats(0, 60), st.floats(0, 100)
    ),
    seed=st.integers(0, 2**63 - 1),
)
def test_the_wildest_strengths_show_no_other_image_and_nothing_brighter(
    strengths: tuple[float, ...], seed: int
) -> None:
    augmentation = Augmentation(AugmentationConfig(*strengths, elastic_sigma=2), seed)
    images = noise_images(5)
    images[1::2] = 255  # the neighbours in memory
    images[::2] //= 8
    assert augmentation.apply(images, 0, 0)[::2].max() <= images[::2].max()


def test_smoothing_keeps_a_constant_in_the_middle() -> None:
    matrix = smoothing_matrix(2)
    np.testing.assert_allclose(matrix.sum(axis=1)[8:20], 1, atol=1e-4)
    np.testing.assert_array_equal(matrix, matrix.T)


def test_a_displacement_has_the_documented_deviation() -> None:
    row = smoothing_matrix(4)[14]
    deviation = 8 * (row @ row) / sqrt(3)  # a sum of independent numbers of variance 1/3
    assert deviation == pytest.approx(8 / sqrt(3) / (2 * sqrt(pi) * 4), rel=2e-3)
    assert deviation == pytest.approx(0.33, abs=0.005)


def test_strengths_are_the_largest_that_occur() -> None:
    drawn = Augmentation(AugmentationConfig(shift=2), 1).draw(2000, 0, 0)
    np.testing.assert_array_equal(drawn.inverse[:, :, :2], np.broadcast_to(np.eye(2), (2000, 2, 2)))
    shifts = np.abs(drawn.inverse[:, :, 2])
    assert 1.99 < shifts.max() <= 2
    sizes = 1 / Augmentation(AugmentationConfig(scale=0.2), 1).draw(2000, 0, 0).inverse[:, 0, 0]
    assert 0.8 <= sizes.min() < 0.81
    assert 1.19 < sizes.max() <= 1.2
    assert drawn.noise is None


def test_distortions_depend_on_seed_epoch_and_step_and_on_nothing_else() -> None:
    images = noise_images(4)
    seen = {
        (seed, epoch, step): Augmentation(EVERYTHING, seed).apply(images, epoch, step).tobytes()
        for seed in (1, 2)
        for epoch in (0, 1)
        for step in (0, 1)
    }
    assert len(set(seen.values())) == 8
    augmentation = Augmentation(EVERYTHING, 2)
    augmentation.apply(images, 7, 7)
    assert augmentation.apply(images, 1, 0).tobytes() == seen[2, 1, 0]


def test_images_of_a_batch_are_distorted_differently() -> None:
    images = np.repeat(noise_images(1), 6, axis=0)
    assert len({image.tobytes() for image in Augmentation(AFFINE, 1).apply(images, 0, 0)}) == 6


@settings(max_examples=20, deadline=None)
@given(count=st.integers(1, 2 * TILE + 5), data=st.data())
def test_a_batch_in_parts_comes_out_the_same(count: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, count))
    images = noise_images(count)
    augmentation = Augmentation(EVERYTHING, 9)
    distortions = augmentation.draw(count, 2, 3)
    out = np.empty_like(images)
    for rows in (slice(0, cut), slice(cut, count)):
        augmentation.warp(images[rows], distortions.part(rows), out[rows])
    np.testing.assert_array_equal(out, augmentation.apply(images, 2, 3))


def test_a_batch_may_be_distorted_in_place() -> None:
    images = noise_images(TILE + 10)
    augmentation = Augmentation(EVERYTHING, 9)
    expected = augmentation.apply(images, 0, 1)
    assert augmentation.apply(images, 0, 1, out=images) is images
    np.testing.assert_array_equal(images, expected)
