"""Distorted copies of training images, a batch at a time: shift, rotate, scale, shear and elastic.

The random numbers of a batch are drawn first; the images are then sampled at the distorted places, in integer
arithmetic, so that any part of the batch comes out the same.
"""

from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nn.arrays import ByteArray
from nn.config import IMAGE_SHAPE, AugmentationConfig
from nn.randomness import Purpose, generator

SIDE = IMAGE_SHAPE[0]
CENTRE = (SIDE - 1) / 2
PADDED_SIDE = 32  # a black row and column before the image, three after it
STEPS_A_PIXEL = 256  # coordinates and weights are whole numbers of 1/256 pixel
LAST_STEP = (SIDE + 1) * STEPS_A_PIXEL  # in the padded image: all black from here on
TILE = 64  # images sampled together: enough to hide the cost of a NumPy call, few enough for the cache

_LOW_BYTES = np.uint32(0x00FF00FF)
_LOW_HALF = np.uint32(0xFFFF)

Coordinates = npt.NDArray[np.int32]
Float32Array = npt.NDArray[np.float32]
Packed = npt.NDArray[np.uint32]


class Distortions(NamedTuple):
    """What happens to each image of a batch, as random numbers alone."""

    inverse: npt.NDArray[np.float64]
    """(batch, 2, 3): from (x, y, 1) in the new image to (x, y) in the old one, pixels from the centre."""

    noise: ByteArray | None
    """(batch, 28, 2, 28), rows, (x, y), columns: what elastic displacements are smoothed from; None: none."""

    def part(self, rows: slice) -> "Distortions":
        """The distortions of some of the batch's images."""
        return Distortions(self.inverse[rows], None if self.noise is None else self.noise[rows])


class Augmentation:
    """Draws the distortions of a step and applies them."""

    def __init__(self, config: AugmentationConfig, seed: int) -> None:
        self.config = config
        self.seed = seed
        self._smoothing = smoothing_matrix(config.elastic_sigma).astype(np.float32)
        # noise bytes minus their mean lie in -127.5..127.5; displacements are wanted in 1/256 pixel
        self._scaled_smoothing = self._smoothing * np.float32(config.elastic_alpha / 128 * STEPS_A_PIXEL)
        self._tile = _Tile(TILE)

    def apply(self, images: ByteArray, epoch: int, step: int, out: ByteArray | None = None) -> ByteArray:
        """The batch that a step (both counted from 0) sees: uint8 (batch, 28, 28); `out` may be `images`."""
        out = np.empty_like(images) if out is None else out
        return self.warp(images, self.draw(len(images), epoch, step), out)

    def draw(self, count: int, epoch: int, step: int) -> Distortions:
        """The distortions of a batch of `count` images; they depend on (seed, epoch, step, count) alone."""
        rng = generator(self.seed, Purpose.AUGMENT, epoch, step)
        inverse = inverse_maps(self.config, rng.uniform(-1, 1, (count, 5)))
        if not self.config.elastic_alpha:
            return Distortions(inverse, None)
        return Distortions(inverse, rng.integers(0, 256, (count, SIDE, 2, SIDE), np.uint8))

    def warp(self, images: ByteArray, distortions: Distortions, out: ByteArray) -> ByteArray:
        """Distort images uint8 (n, 28, 28) into `out`, which may be `images`; black comes from outside.

        Bilinear interpolation, exact to 1/256 pixel and rounded to a byte. Each image's result depends on
        nothing but its own pixels and distortion, however a batch is cut.
        """
        tile = self._tile
        for start in range(0, len(images), TILE):
            rows = slice(start, min(start + TILE, len(images)))
            x, y = tile.affine_coordinates(distortions.inverse[rows])
            if distortions.noise is not None:
                tile.displace(x, y, distortions.noise[rows], self._scaled_smoothing, self._smoothing)
            tile.sample(images[rows], x, y, out[rows])
        return out


def inverse_maps(config: AugmentationConfig, uniform: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """From numbers (batch, 5) in -1..1 to the maps (batch, 2, 3) that say where a new pixel comes from.

    An old point p, measured in pixels from the centre of the image (x to the right, y downwards), goes to
        q = R H s p + t,
    scaled by s, sheared by H = [[1, tan phi], [0, 1]], turned by R = [[cos a, -sin a], [sin a, cos a]] and
    shifted by t. Sampling goes the other way, from each new pixel to its source:
        p = (1/s) H^-1 R^T (q - t),   H^-1 R^T = [[cos a + k sin a, sin a - k cos a], [-sin a, cos a]],
    where k = tan phi. (Wolberg, Digital Image Warping, 1990, sections 3.3 and 3.1: inverse mapping.)
    """
    shift = config.shift * uniform[:, :2]
    angle = np.deg2rad(config.rotate * uniform[:, 2])
    size = 1 + config.scale * uniform[:, 3]
    shear = np.tan(np.deg2rad(config.shear * uniform[:, 4]))
    cosine, sine = np.cos(angle), np.sin(angle)
    linear = np.empty((len(uniform), 2, 2))
    linear[:, 0, 0] = cosine + shear * sine
    linear[:, 0, 1] = sine - shear * cosine
    linear[:, 1, 0] = -sine
    linear[:, 1, 1] = cosine
    linear /= size[:, np.newaxis, np.newaxis]
    return np.concatenate([linear, -linear @ shift[:, :, np.newaxis]], axis=2)


def smoothing_matrix(sigma: float) -> npt.NDArray[np.float64]:
    """The matrix G (28, 28) for which G field G is the field smoothed by a Gaussian of `sigma` pixels.

    Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual Document
    Analysis (ICDAR 2003): numbers uniform in -1..1 for x and for y of every pixel, convolved with a Gaussian
    whose weights sum to 1, times alpha; no further normalisation. Beyond the edge the field counts as 0, so
    the outermost pixels move less. In the middle a displacement has the deviation
    alpha / sqrt(3) / (2 sqrt(pi) sigma): 0.33 pixels for alpha 8 and sigma 4, 1.4 for Simard's alpha 34.
    """
    if not sigma:
        return np.eye(SIDE)
    radius = ceil(4 * sigma)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    distances = np.arange(SIDE)[:, np.newaxis] - np.arange(SIDE)
    return np.exp(-0.5 * (distances / sigma) ** 2) / weights.sum()


class _Tile:
    """Scratch memory for sampling up to `size` images, and the sampling.

    The four pixels around a place are packed into one 32-bit number at its upper left pixel, so that one
    gather fetches all four, and both rows are interpolated by one multiplication, as 16-bit halves of a
    32-bit number: a weight of at most 256 times a byte of at most 255 does not overflow its half.
    """

    def __init__(self, size: int) -> None:
        shape = (size, SIDE, SIDE)
        self._x = np.empty(shape, np.int32)
        self._y = np.empty(shape, np.int32)
        self._places = np.empty(shape, np.intp)
        self._near = np.empty(shape, np.uint32)
        self._far = np.empty(shape, np.uint32)
        self._noise = np.empty((size, SIDE, 2 * SIDE), np.float32)
        self._smoothed = np.empty((size, SIDE, 2 * SIDE), np.float32)
        self._padded = np.zeros((size + 1, PADDED_SIDE, PADDED_SIDE), np.uint32)  # one more: it has no end
        self._packed = np.empty(size * PADDED_SIDE**2, np.uint32)
        self._shifted = np.empty_like(self._packed)
        self._starts = (np.arange(size, dtype=np.int32) * PADDED_SIDE**2)[:, np.newaxis, np.newaxis]

    def affine_coordinates(self, inverse: npt.NDArray[np.float64]) -> tuple[Coordinates, Coordinates]:
        """Where each new pixel comes from: x and y (n, 28, 28) in 1/256 pixel of the padded image."""
        count = len(inverse)
        centred = np.arange(SIDE) - CENTRE
        of_columns = inverse[:, :, :1] * centred
        of_rows = inverse[:, :, 1:2] * centred + (inverse[:, :, 2:] + CENTRE + 1)
        columns = np.rint(of_columns * STEPS_A_PIXEL).astype(np.int32)
        rows = np.rint(of_rows * STEPS_A_PIXEL).astype(np.int32)
        x = np.add(rows[:, 0, :, np.newaxis], columns[:, 0, np.newaxis], out=self._x[:count])
        y = np.add(rows[:, 1, :, np.newaxis], columns[:, 1, np.newaxis], out=self._y[:count])
        return x, y

    def displace(
        self, x: Coordinates, y: Coordinates, noise: ByteArray, left: Float32Array, right: Float32Array
    ) -> None:
        """Add the displacements `left` noise `right`, in 1/256 pixel.

        Two small products an image, always of the same shape: the last bits of one product over the whole
        batch would depend on how the batch is cut.
        """
        count = len(noise)
        field, half = self._noise[:count], self._smoothed[:count]
        np.subtract(noise.reshape(field.shape), np.float32(127.5), out=field)
        np.matmul(left, field, out=half)
        np.matmul(half.reshape(count, 2 * SIDE, SIDE), right, out=field.reshape(count, 2 * SIDE, SIDE))
        steps = half.view(np.int32)
        np.copyto(steps, field, casting="unsafe")
        x += steps[:, :, :SIDE]
        y += steps[:, :, SIDE:]

    def sample(self, images: ByteArray, x: Coordinates, y: Coordinates, out: ByteArray) -> None:
        """Bilinear interpolation of each image at its coordinates, which are overwritten."""
        for coordinates in (x, y):
            np.clip(coordinates, 0, LAST_STEP, out=coordinates)  # from here on places are black anyway
        near = self._gather(images, x, y)
        for coordinates in (x, y):
            coordinates &= STEPS_A_PIXEL - 1
        weight_x, weight_y = x.view(np.uint32), y.view(np.uint32)
        far = self._far[: len(images)]

        np.right_shift(near, 8, out=far)
        far &= _LOW_BYTES  # the right column, upper row in the low half
        near &= _LOW_BYTES  # the left column
        _interpolate(near, far, weight_x)

        np.right_shift(near, 16, out=far)  # the lower row
        near &= _LOW_HALF  # the upper row
        _interpolate(near, far, weight_y)

        near += STEPS_A_PIXEL**2 // 2  # to round, not to cut
        near >>= 16
        np.copyto(out, near, casting="unsafe")

    def _gather(self, images: ByteArray, x: Coordinates, y: Coordinates) -> Packed:
        """Four pixels around each place; from the low byte: upper left and right, lower left and right."""
        count = len(images)
        packed = self._pack(images)
        places, row = self._far[:count].view(np.int32), self._near[:count].view(np.int32)
        np.right_shift(x, 8, out=places)
        np.right_shift(y, 8, out=row)
        row *= PADDED_SIDE
        places += row
        places += self._starts[:count]
        np.copyto(self._places[:count], places)
        return np.take(packed, self._places[:count], out=self._near[:count], mode="clip")

    def _pack(self, images: ByteArray) -> Packed:
        """Each pixel of the padded images with its neighbours, (n * 32 * 32,)."""
        self._padded[: len(images), 1 : SIDE + 1, 1 : SIDE + 1] = images
        pixels = self._padded.ravel()
        end = len(images) * PADDED_SIDE**2
        packed, shifted = self._packed[:end], self._shifted[:end]
        packed[:] = pixels[:end]
        for distance, bits in ((1, 8), (PADDED_SIDE, 16), (PADDED_SIDE + 1, 24)):
            packed |= np.left_shift(pixels[distance : distance + end], bits, out=shifted)
        return packed


def _interpolate(near: Packed, far: Packed, weight: Packed) -> None:
    """near = (256 - weight) near + weight far, in the halves of 32-bit numbers at once; `far` is used up.

    Written 256 near + weight (far - near): a difference below 0 wraps around, and so does the sum, back.
    """
    far -= near
    far *= weight
    near <<= 8
    near += far
