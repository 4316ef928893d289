"""A picture file of one digit as ink: dark on light or light on dark, transparent or not, PNG or JPEG."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mnist_data.errors import DatasetError, printable, reason

FORMATS = ("PNG", "JPEG")
LARGEST_SIDE = 1000
LEAST_CONTRAST = 0.1
NOISE = 0.1
GRAINS = 9.0  # six standard deviations of normal noise
FITS = 20
LEAST_DISTANCE = 1e-4
NEAR = 0.04  # a brightness so near to the background's is paper

Floats = NDArray[np.float64]


def read_ink(path: Path) -> Floats:
    """The ink in a picture, (rows, columns) in [0, 1]: how far each pixel is from the background.

    Large pictures are reduced to 1000 pixels first. Raises `DatasetError` where the file is no PNG or JPEG,
    has more pixels than Pillow's limit against image bombs, or shows nothing.
    """
    grey, alpha = _read(path)
    if not alpha.any():
        raise _empty(path)
    ink, grain = _ink(_on_background(grey, alpha))
    darkest = float(ink.max())
    if darkest < LEAST_CONTRAST:
        raise _empty(path)
    # Paper is not one grey, a camera adds grain and JPEG rings: none is part of the digit.
    ink[ink < min(max(NOISE * darkest, GRAINS * grain), darkest / 2)] = 0.0
    return ink / darkest


def _empty(path: Path) -> DatasetError:
    return DatasetError(f"the picture {printable(path)} shows no ink; one digit is needed")


def _read(path: Path) -> tuple[Floats, Floats]:
    """Brightness and opacity, each (rows, columns) in [0, 1]."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                shades = _shades(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DatasetError(
            f"the picture {printable(path)} has too many pixels; allowed are {Image.MAX_IMAGE_PIXELS:,}"
        ) from None
    except Image.UnidentifiedImageError:
        raise DatasetError(f"the picture {printable(path)} is not a PNG or JPEG") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DatasetError(f"the picture {printable(path)} cannot be read: {reason(error)}") from error
    shades.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    both = np.asarray(shades, np.float64) / 255
    return both[..., 0], both[..., 1]


def _shades(image: Image.Image) -> Image.Image:
    """The image with a channel of brightness and one of opacity, 8 bits each."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off rather than scale
        values = np.asarray(image, np.float64) / 257
        return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).convert("LA")
    if image.has_transparency_data:
        return image.convert("RGBA").convert("LA")
    return image.convert("RGB").convert("LA")


def _on_background(grey: Floats, alpha: Floats) -> Floats:
    """Lay a transparent picture on white where what is drawn is dark, and on black where it is light."""
    drawn_is_dark = float(np.average(grey, weights=alpha)) < 0.5
    return grey * alpha + (1.0 - alpha) * (1.0 if drawn_is_dark else 0.0)


def _ink(grey: Floats) -> tuple[Floats, float]:
    """What differs from the background, to the side on which something differs most; and the paper's grain.

    The grain is the median distance from the background along the edge.
    """
    darker = _background(grey) - grey
    grain = float(np.median(np.abs(_edge(darker))))
    return np.maximum(darker if darker.max() > -darker.min() else -darker, 0.0), grain


def _background(grey: Floats) -> Floats:
    """The median brightness along the edge, or a plane through more of the edge: light comes from a side.

    The plane is nearest by the sum of distances, not of their squares, so that ink which touches the edge
    hardly counts: squares are weighted by the inverse of the distances, some times over.
    """
    rows, columns = (np.linspace(-1.0, 1.0, size) for size in grey.shape)
    plane = np.stack(np.broadcast_arrays(1.0, rows[:, np.newaxis], columns), axis=-1)
    edge, brightness = _edge(plane), _edge(grey)
    slopes = level = np.array([float(np.median(brightness)), 0.0, 0.0])
    for _ in range(FITS):
        weights = np.sqrt(1 / np.maximum(np.abs(brightness - edge @ slopes), LEAST_DISTANCE))
        slopes = np.linalg.lstsq(edge * weights[:, np.newaxis], brightness * weights)[0]
    level_fits, plane_fits = (
        np.count_nonzero(np.abs(brightness - edge @ fit) < NEAR) for fit in (level, slopes)
    )
    return (plane @ (slopes if plane_fits > level_fits else level)).astype(np.float64)


def _edge(picture: Floats) -> Floats:
    """The outermost rows and columns, one after the other."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
