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

Floats = NDArray[np.float64]


def read_ink(path: Path) -> Floats:
    """The ink in a picture, (rows, columns) in [0, 1]: how far each pixel is from the background.

    Large pictures are reduced to 1000 pixels first. Raises `DatasetError` where the file is no PNG or JPEG,
    has more pixels than Pillow's limit against image bombs, or shows nothing.
    """
    grey, alpha = _read(path)
    if not alpha.any():
        raise _empty(path)
    ink = _ink(_on_background(grey, alpha))
    if ink.max() < LEAST_CONTRAST:
        raise _empty(path)
    ink /= ink.max()
    ink[ink < NOISE] = 0.0  # paper is not one grey, and JPEG has rings: neither is part of the digit
    return ink


def _empty(path: Path) -> DatasetError:
    return DatasetError(f"The picture {printable(path)} shows no ink; one digit is needed.")


def _read(path: Path) -> tuple[Floats, Floats]:
    """Brightness and opacity, each (rows, columns) in [0, 1]."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                shades = _shades(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DatasetError(
            f"The picture {printable(path)} has too many pixels; allowed are {Image.MAX_IMAGE_PIXELS:,}."
        ) from None
    except Image.UnidentifiedImageError:
        raise DatasetError(f"The picture {printable(path)} is not a PNG or JPEG.") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DatasetError(f"The picture {printable(path)} cannot be read: {reason(error)}.") from error
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


def _ink(grey: Floats) -> Floats:
    """Take the median brightness along the edge for the background; the digit is what differs from it."""
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    background = float(np.median(edge))
    light = background > (float(grey.min()) + float(grey.max())) / 2
    return np.maximum(background - grey if light else grey - background, 0.0)
